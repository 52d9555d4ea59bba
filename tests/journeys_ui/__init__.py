"""Whole days on the real window: a till process, its keys, its reader, its host."""
