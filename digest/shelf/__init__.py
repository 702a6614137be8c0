"""What digest made and keeps: the only tables it writes."""
