"""A scripted day that drives the real window and proves that till and issuer agree."""
