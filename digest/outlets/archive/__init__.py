"""Exports of the raw record, and the proof that they are whole."""
