"""Frames: where a message on the line begins and ends. Bytes in any pieces in, frames out, nothing read."""
