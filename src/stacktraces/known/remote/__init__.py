"""Known issues of a site (``stacktraces serve``), asked over HTTP."""

from __future__ import annotations

from .store import RemoteStore

__all__ = ["RemoteStore"]
