"""Chunks of bytes to traces."""
