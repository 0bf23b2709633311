"""Traces that were seen before: told by their bytes, not read again."""
