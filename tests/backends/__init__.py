"""The backends\x27 client room: what goes out, what comes back, and what each kind of trouble proves."""
