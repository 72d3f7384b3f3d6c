"""One run: its steps, their order, the events it tells."""
