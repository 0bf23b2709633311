"""Where it is certain that one of Rust's reports starts."""

from __future__ import annotations

from .headers import is_report
from .reports import CRASHED


def starts_here(line: str) -> bool:
    """Whether ``line``, which starts like the first one of a report, is that."""
    return is_report(line) or line == CRASHED
