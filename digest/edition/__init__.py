"""Editions: what was disclosed, compiled and fixed."""
