"""Telling which carriers wrap a stream, taking lines out of them, taking writers apart."""
