"""The formats of debuggers and of other tools that show native threads: one module each."""
