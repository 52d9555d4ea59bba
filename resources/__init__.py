"""Fonts, styles, schema, texts and defaults that ship with the till."""
