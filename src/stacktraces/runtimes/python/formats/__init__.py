"""The formats of Python: one module each."""
