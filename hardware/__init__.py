"""Devices of the counter: links, frames, readers. Knows bytes, not money."""
