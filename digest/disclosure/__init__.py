"""What may be shown: the only way from the record to an edition."""
