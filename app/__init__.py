"""Stanchion: a gift-card till that stands when the line falls."""

__version__ = "0.1.0"
