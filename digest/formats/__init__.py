"""An edition takes a form: each format takes edition words and returns octets."""
