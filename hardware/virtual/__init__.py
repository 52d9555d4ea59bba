"""Simulated devices behind a real pseudo terminal: the till opens them as it opens any port."""
