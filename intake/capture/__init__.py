"""Bytes are safe: from here on nothing can be lost."""
