"""Find, parse, group and label stack traces from live processes, core files and logs."""

from ._version import __version__

__all__ = ["__version__"]
