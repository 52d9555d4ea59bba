"""Barcode and QR scanners: one file per kind."""
