"""Times as the stores keep them: ISO 8601 text in UTC, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_LAST_DAY = date.max.isoformat()
"""Its end is beyond any calendar."""


def normalise(text: str | None) -> str | None:
    """``text`` (ISO 8601) as ``YYYY-MM-DDTHH:MM:SSZ``, or ``YYYY-MM-DD`` where it names only a day.

    A time without an offset is taken for UTC. ``None`` where ``text`` is no time.
    """
    if not text:
        return None
    try:
        if len(text) == len("2026-01-01"):
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year > 999 else None


def now() -> str:
    """This second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(text: str | None) -> str | None:
    """The day of a normalised time."""
    return text[:10] if text else None


def end(text: str) -> str:
    """The first second after what ``text`` names: a day ends at midnight, a second is itself."""
    if len(text) > len("2026-01-01") or text == _LAST_DAY:
        return text
    return (date.fromisoformat(text) + timedelta(days=1)).isoformat() + "T00:00:00Z"


def days_before(moment: str, days: int) -> str:
    """The day that is ``days`` before the normalised time ``moment``, or the first that a calendar has."""
    try:
        return (date.fromisoformat(moment[:10]) - timedelta(days=days)).isoformat()
    except OverflowError:
        return date.min.isoformat()
