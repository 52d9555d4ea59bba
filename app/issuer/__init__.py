"""The simulated issuer host: one double-entry ledger, vendor APIs as faces, over real HTTP."""
