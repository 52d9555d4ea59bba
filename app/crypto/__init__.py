"""Payment cryptography on bytes: PIN blocks, DUKPT, MACs, sealing. Every function has a published vector."""
