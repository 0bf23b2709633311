"""How much the site keeps."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Of what is kept; what was counted stays counted, whatever is forgotten."""

    days: int = 90
    """For which occurrences are kept, by the time that they bear."""
    of_issue: int = 1000
    """Occurrences of one issue."""
    occurrences: int = 1_000_000
    """Of all issues."""
    issues: int = 50_000
    """Of one project; further errors are counted by one issue."""


NAMES = 1_000_000
"""Of what was stored that are remembered, so that what is sent again counts once."""
NAME_DAYS = 7
HOUR_DAYS = 30
"""Days after which what was counted by the hour is counted by the day."""
COUNT_DAYS = 400
"""For which known issues tell how often they were seen each day."""
AUDITED = 100_000
"""Entries of the audit log."""
