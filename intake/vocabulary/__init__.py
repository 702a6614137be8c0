"""Frozen words of the trade; standard library only, so that every layer can speak them."""
