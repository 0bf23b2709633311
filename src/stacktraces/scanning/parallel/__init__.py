"""One scan shared out among processes."""
