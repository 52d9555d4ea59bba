"""Stand-ins that several rooms of tests share: a shelf in memory, a small host, a counter."""
