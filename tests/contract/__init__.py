"""One suite that every backend passes, against a real issuer host over real HTTP."""
