"""The face of Gr4vy's vault, held against the vendor's own schema."""
