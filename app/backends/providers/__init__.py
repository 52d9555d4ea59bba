"""One file per gift-card backend."""
