"""Receives hooks: an HTTP door, a verifier per backend behind it, and the store that keeps what is believed."""
