"""One file per vendor API face over the one ledger."""
