"""A response taken apart: which of its words answer which question."""
