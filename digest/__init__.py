"""The read side: the record is read, what may be shown is decided, an edition is made and goes out."""

__version__ = "0.1.0"
