"""Tells people and programs of new, regressed and fast-growing issues, by webhooks and mail."""

from __future__ import annotations

from .queue import Attempt
from .receivers import KINDS, Receiver
from .service import Notices

__all__ = ["KINDS", "Attempt", "Notices", "Receiver"]
