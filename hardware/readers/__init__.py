"""Stripe readers: one file per kind."""
