"""The threads around the core: who is heard, in which order, and what is never said."""
