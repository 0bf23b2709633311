"""The structures of CPython, read from outside of the process."""
