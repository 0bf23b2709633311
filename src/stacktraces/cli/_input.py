"""Kinds of option values that several commands share."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from .._regex import regex
from ._run import complain

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_AGO = regex(r"(\d{1,9})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Zone(click.ParamType["ZoneInfo"]):
    """A time zone by its IANA name."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """The zone that ``value`` names; fails with a sentence where there is none."""
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is no time zone; give a name such as Europe/Berlin or UTC.", param, ctx)


class RuntimeName(click.ParamType[str]):
    """The name of a runtime whose traces are read."""

    name = "runtime"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name itself; fails with a sentence that lists all where it is none."""
        from ..runtimes import all_runtimes

        names = [name for name, runtime in all_runtimes().items() if runtime.formats]
        if value not in names:
            self.fail(f"{value!r} is no runtime; the names are {', '.join(names)}.", param, ctx)
        return str(value)


def tell_of_terminal(*paths: str) -> None:
    """Say on standard error that a terminal is waited for, where one of ``paths`` is - and that is one."""
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        complain("Reading from the terminal: paste the text, then press Ctrl-D on a line of its own.")


class Moment(click.ParamType[datetime]):
    """A time: ISO 8601, or how long ago it was (``30m``, ``2h``, ``7d``)."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time that ``value`` tells; fails with a sentence where it tells none."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            if ago := _AGO.fullmatch(text):
                return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            return datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            self.fail(
                f"{text!r} is no time; write 2026-03-01, 2026-03-01T12:30, or 2h for two hours ago.",
                param,
                ctx,
            )
