"""The gift-card backends: one client room, one file per provider."""
