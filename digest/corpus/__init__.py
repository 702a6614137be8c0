"""The record, read as of a moment; nothing here has been disclosed yet."""
