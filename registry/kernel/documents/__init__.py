"""Documents of record: one canonical form to hash, one way to print it, the same bytes every time."""
