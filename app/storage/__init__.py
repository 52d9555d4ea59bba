"""The journal on disk: records, transactions, counters, vault, witness."""
