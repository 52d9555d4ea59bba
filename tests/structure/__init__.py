"""The rules of the house that no single module can keep: read from the source, not from what it does."""
