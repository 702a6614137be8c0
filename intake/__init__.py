"""The write side: bytes arrive, are safe, are understood, are placed, are recorded, are acknowledged."""

__version__ = "0.1.0"
