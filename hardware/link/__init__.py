"""Links: where bytes come from. The only room that knows a serial library."""
