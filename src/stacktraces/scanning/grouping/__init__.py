"""Occurrences added up into groups."""
