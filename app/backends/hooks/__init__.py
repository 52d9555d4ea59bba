"""What vendors tell us unasked: one file per vendor, one common result."""
