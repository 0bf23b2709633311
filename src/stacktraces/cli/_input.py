"""Option values and notes on the input that several commands share."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .._regex import regex
from ._run import complain

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_Function = TypeVar("_Function", bound=Callable[..., Any])
_AGO = regex(r"(\d{1,9}) ?([smhdw]|sec|min|second|minute|hour|day|week)s?(?: ago)?", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS = {"today": 0, "yesterday": 1}
_SIZE = regex(r"(\d{1,18})([KMGT]?)(?:i?B)?", re.IGNORECASE)


def to_zone(_: click.Context, __: click.Parameter, value: str | None) -> ZoneInfo | None:
    """An option's callback: the time zone with the IANA name ``value``.

    Raises ``click.BadParameter`` where there is none.
    """
    if value is None:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(
            f"{value!r} is no time zone; give a name such as Europe/Berlin or UTC."
        ) from None


def to_time(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    """An option's callback: the time that ``value`` tells.

    That is ISO 8601, how long ago (``30m``, ``7 days ago``), ``now``, or where ``today`` or ``yesterday``
    began in the time zone of this machine. Raises ``click.BadParameter`` where it tells none.
    """
    if value is None:
        return None
    text = value.strip()
    try:
        if ago := _AGO.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2][0].lower()]: int(ago[1])})
        if text.lower() == "now":
            return datetime.now(UTC)
        if (days := _DAYS.get(text.lower())) is not None:
            return datetime.combine(date.today() - timedelta(days=days), time()).astimezone()
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} is no time; write 2026-03-01, 2026-03-01T12:30, 2h for two hours ago, or yesterday."
        ) from None


def to_runtime(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """An option's callback: ``value``, the name of a runtime of which traces are read.

    Raises ``click.BadParameter`` with all names where it is none.
    """
    if value is None:
        return None
    from ..runtimes import readable_runtimes

    if value not in readable_runtimes():
        raise click.BadParameter(f"{value!r} is no runtime; the names are {', '.join(readable_runtimes())}.")
    return value


def tell_of_terminal(*paths: str) -> None:
    """Say on standard error that a terminal is waited for, where one of ``paths`` is - and that is one."""
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        complain("Reading from the terminal: paste the text, then press Ctrl-D on a line of its own.")


def _to_bytes(_: click.Context, __: click.Parameter, value: str) -> int:
    size = _SIZE.fullmatch(value.strip())
    if size is None or not int(size[1]):
        raise click.BadParameter(f"{value!r} is no size; write a number of bytes, or one such as 800M or 2G.")
    return int(size[1]) << 10 * " KMGT".index(size[2].upper() or " ")


def max_bytes_option(function: _Function) -> _Function:
    """``--max-bytes``, for commands that read files as a whole: they get ``max_bytes``."""
    return click.option(
        "--max-bytes",
        metavar="SIZE",
        default="512M",
        show_default=True,
        callback=_to_bytes,
        help="Refuse a file that holds more than that, once unpacked: bytes, or 800M, 2G.",
    )(function)
