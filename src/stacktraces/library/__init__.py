"""The library's public functions and classes: what the commands do, for other programs.

``import stacktraces`` offers all of it; nothing here has logic of its own.
"""
