"""Sending errors to other systems: one message for each, once."""
