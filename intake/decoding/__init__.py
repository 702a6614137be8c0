"""Bytes become parts: derived, recomputable, and never able to lose a message."""
