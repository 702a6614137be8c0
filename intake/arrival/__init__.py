"""Bytes knock; each transport hands envelope and octets to a ``capture`` that is passed in."""
