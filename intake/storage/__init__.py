"""Where everything is kept: one database, one metadata, octets that nobody rewrites."""
