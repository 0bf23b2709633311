"""The time at the start of a log line, and a printed time as ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeAlias

from .._regex import regex
from .timestamps import to_iso

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_CLOCK = r"\d\d:\d\d:\d\d"
_FRACTION = r"(?:[.,]\d{1,9})?"
_HALF = "(?: [AP]M)?"
_ZONE = (
    r"(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w:])"
    r"| (?:[EMP][SD]T|CDT|CES?T|EES?T|[JK]ST|AE[SD]T)\b)?"
)
_SHAPES = (
    rf"\d{{4}}[-/.]\d\d[-/.]\d\d(?:[T _]|, ){_CLOCK}(?:[.,]\d{{1,9}}|:\d{{3}}(?![\d:]))?{_ZONE}",
    rf"\d{{1,2}}[-/ ]{_MONTH}[-/ ]\d{{4}}(?:::?|[ T]){_CLOCK}{_FRACTION}{_HALF}{_ZONE}",
    rf"\b\d{{1,2}}-{_MONTH}-\d\d {_CLOCK}{_FRACTION}",
    rf"(?:(?<![\w./-])|(?<=\b[IWEF]))(?:19|20)\d{{6}}[-T ]\d\d:?[0-5]\d:?[0-5]\d{_FRACTION}{_ZONE}(?![\w-])",
    rf"\b[0-3]\d-[0-3]\d-\d{{4}} {_CLOCK}{_FRACTION}",
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?{_MONTH} [ \d]\d {_CLOCK}{_FRACTION}{_HALF}(?:(?: [A-Z]{{3,5}})? \d{{4}})?",
    rf"(?<![\w.-])\d\d-\d\d-\d\d {_CLOCK}{_FRACTION}",
    rf"(?<=\b[IWECD] )\d{{6}} {_CLOCK}{_FRACTION}",
    rf"(?<![\w/-])[IWEF]?\d\d-?\d\d {_CLOCK}{_FRACTION}",
    r"\b[01]\d-[0-3]\d [0-2]\d:[0-5]\d(?![\d:])",
    rf"(?:{_MONTH} \d{{1,2}}, |\d{{1,2}}/\d{{1,2}}/)\d{{4}}(?:,| at)? \d{{1,2}}:\d\d:\d\d(?:,\d{{3}})?(?: |\xe2\x80\xaf)[AP]M\b(?: UTC| GMT)?",
    r"(?<=\[)\d{1,2}/\d{1,2}/\d\d \d{1,2}:\d\d:\d\d:\d{3}(?: UTC| GMT)?",
    rf"\d\d/\d\d/\d\d {_CLOCK}(?= (?:DEBUG|INFO|WARN|ERROR|FATAL) )",
    rf"\[\d\d/\d\d/\d\d {_CLOCK}{_FRACTION}\]",
    rf"{_MONTH} \d{{1,2}}, \d{{4}}(?: @)? {_CLOCK}{_FRACTION}(?! [AP]M)",
    rf"\b\d{{1,2}}/\d{{1,2}}/\d{{4}},? \d{{1,2}}:\d\d(?::\d\d)?{_FRACTION}(?: ?[AaPp][Mm]\b)?",
    rf"\b\d{{1,2}}\.\d{{1,2}}\.\d{{4}},? {_CLOCK}{_FRACTION}",
    rf"(?<![\w.])[0-3]\d\.[01]\d\.\d\d,? {_CLOCK}{_FRACTION}",
    rf"(?<!\w)\d{{4}}(?:-\d{{1,2}}-|/\d{{1,2}}/)\d{{1,2}} \d{{1,2}}:\d\d:\d\d{_FRACTION}",
    rf"\d{{4}}\xe5\xb9\xb4\d{{1,2}}\xe6\x9c\x88\d{{1,2}}\xe6\x97\xa5 ?{_CLOCK}{_FRACTION}",
    r"(?<![\w./\\-])\d{4}-\d\d-\d\d[ _T][0-2]\d-[0-5]\d-[0-5]\d(?![\w./\\-])",
    rf"(?<![\w-])\d{{4}}-\d\d-\d\d[T ][0-2]\d:[0-5]\d(?![\d:]){_ZONE}",
    r"(?<!\w)@4[0-9a-f]{23}(?!\w)",
    r"\b1\d{9}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?\b",
)
PRINTED = regex(f"(?=[0-9A-Z@\\[])(?:{'|'.join(_SHAPES)})".encode())
"""A time as logs print it."""

WHERE = 160
"""Bytes of a line in which its time is looked for."""
_CACHED = 4096
_MINUTES = 16384

_MILLISECONDS = regex(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:[0-5]\d[.,]\d{3}")
_SECONDS = regex(rb"[0-5]\d[.,]\d{3}(?: [^ +\-ZUG\n]|\])")
"""The end of such a time, with what tells that nothing of the time follows."""

_YEAR = regex(
    rb"\d{4}[-/.]\d|[-/ ]\d{4}(?!\d)|\d\.\d{1,2}\.\d{4}|\A\d{10}|\A\[?\d\d([-/.])\d\d\1\d\d|\A\d{4}\xe5|\A\d{6} |\A@"
)

Moment: TypeAlias = tuple[int, bytes]
"""Nanoseconds since 1970 (of a time without an offset: as if it were UTC), and the time as printed."""
Stamp: TypeAlias = bytes
"""A time as printed, of the one shape that a clock takes without reading it."""


class Clock:
    """Reads times.

    ``zone`` is assumed for those that print none, ``now`` tells the year of those that print none.
    """

    def __init__(self, zone: tzinfo | None = None, now: datetime | None = None) -> None:
        self.zone = zone
        self._now = now or datetime.now(UTC).replace(tzinfo=None)
        self._seconds: dict[bytes, int | None] = {}
        self._minutes: dict[bytes, int] = {}
        """From ``2024-05-01 12:00:``, all with the same marks, to seconds since 1970."""
        self._marks = b""
        self._end_of_stamp = _SECONDS

    def stamp(self, data: bytes, start: int, stop: int) -> Stamp | None:
        """The time in that line, if it is of the shape met first and in a minute met before."""
        if data[start : start + 17] in self._minutes and self._end_of_stamp.match(data, start + 17, stop):
            return data[start : start + 23]
        return None

    def of_stamp(self, stamp: Stamp) -> Moment:
        """When that was."""
        minute = self._minutes.get(stamp[:17])
        if minute is None:
            found = self.of_printed(stamp)
            assert found is not None
            return found
        return minute * 1_000_000_000 + int(stamp[17:19] + stamp[20:]) * 1_000_000, stamp

    def seconds_of(self, stamps: list[Stamp]) -> list[int]:
        """The seconds since 1970 of each."""
        minutes = self._minutes
        try:
            return [minutes[each[:17]] + int(each[17:19]) for each in stamps]
        except KeyError:
            return [self.of_stamp(each)[0] // 1_000_000_000 for each in stamps]

    def of_line(self, data: bytes, start: int, stop: int) -> Moment | None:
        """The time in the line of ``data`` between two offsets."""
        if stamp := self.stamp(data, start, stop):
            return self.of_stamp(stamp)
        found = PRINTED.search(data, start, min(stop, start + WHERE))
        if found is None and (over := data.rfind(b"\r", start, stop - 1)) >= 0:
            # A record that was printed over a progress bar.
            found = PRINTED.search(data, over + 1, min(stop, over + WHERE))
        return self.of_printed(found.group()) if found else None

    def of_printed(self, printed: bytes) -> Moment | None:
        """A time as printed; ``None`` where it is none."""
        whole, digits, zone = _split(printed)
        seconds = self._cached(whole + zone)
        if seconds is None:
            return None
        if _MILLISECONDS.fullmatch(printed):
            self._remember(printed, seconds)
        return (seconds + int(digits.ljust(9, b"0")), printed) if digits else (seconds, printed)

    def _remember(self, printed: bytes, seconds: int) -> None:
        marks = printed[10:11] + printed[19:20]
        if not self._marks:
            self._marks = marks
            self._end_of_stamp = re.compile(_SECONDS.pattern.replace(b"[.,]", b"[" + marks[1:] + b"]"))
        if marks == self._marks:
            if len(self._minutes) >= _MINUTES:
                self._minutes.clear()
            self._minutes[printed[:17]] = seconds // 1_000_000_000 - int(printed[17:19])

    def _cached(self, printed: bytes) -> int | None:
        seconds = self._seconds.get(printed, 0)
        if seconds == 0:
            if len(self._seconds) >= _CACHED:
                self._seconds.clear()
            found = self._whole_seconds(printed)
            seconds = self._seconds[printed] = None if found is None else found[0]
        return seconds

    def of_carrier(self, printed: bytes, line: bytes) -> Moment | None:
        """The time that a carrier printed; the one in the ``line`` inside, where only that one prints a year."""
        moment = self.of_printed(printed)
        if moment is None or _YEAR.search(moment[1]):
            return moment
        inside = self.of_line(line, 0, len(line)) if line else None
        return inside if inside is not None and _YEAR.search(inside[1]) else moment

    def may_be_of_two_years(self, moment: Moment) -> bool:
        """Whether, of a time that prints no year, the time of day decides which it is."""
        if _YEAR.search(moment[1]):
            return False
        tomorrow = self._now + timedelta(days=1)
        try:
            day = datetime.fromtimestamp(moment[0] // 10**9, self.zone or UTC)
        except (ValueError, OverflowError, OSError):
            return True
        return (day.month, day.day) == (tomorrow.month, tomorrow.day)

    def iso(self, moment: Moment) -> str:
        """``moment`` as ISO 8601, with the fraction and the offset that were printed."""
        if self.zone is None and _MILLISECONDS.fullmatch(moment[1]):
            printed = moment[1].decode()
            return f"{printed[:10]}T{printed[11:19]}.{printed[20:]}"
        whole, digits, zone = _split(moment[1])
        text = self._whole_seconds(whole + zone)
        if text is None:
            return moment[1].decode("ascii", "replace")
        return text[1] + (f".{digits.decode()}" if digits else "") + text[2]

    def _whole_seconds(self, printed: bytes) -> tuple[int, str, str] | None:
        """Nanoseconds, ISO text to the second, and the offset's text."""
        text = printed.decode("utf-8", "replace")
        iso = to_iso(text, zone=self.zone, latest=self._now.year) or self._iso_of_this_year(text)
        if iso is None:
            return None
        try:
            moment = datetime.fromisoformat(iso)
            seconds = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
        except (ValueError, OverflowError):
            return None
        size = len("2024-05-01T12:00:00")
        zone = iso[size:]
        return seconds * 10**9, iso[:size], "Z" if zone == "+00:00" else zone

    def _iso_of_this_year(self, text: str) -> str | None:
        """A time that prints no year: it is of the last year in which that day is not to come."""
        latest = (self._now + timedelta(days=1)).isoformat()
        for year in range(self._now.year, self._now.year - 8, -1):
            iso = to_iso(text, zone=self.zone, year=year)
            if iso is not None and iso[: len(latest)] <= latest:
                return iso
        return None


_DATE = 11
"""Bytes of a printed time in which no fraction starts: a date may have dots."""
_FRACTION_DIGITS = regex(rb"(?<=\d[.,])\d{1,9}")


def _split(printed: bytes) -> tuple[bytes, bytes, bytes]:
    """The time to the second, the digits of its fraction, and the rest: an offset or a year."""
    if printed.isdigit():
        return printed[:10], printed[10:], b""
    found = _FRACTION_DIGITS.search(printed, _DATE)
    if found is None:
        return printed, b"", b""
    return printed[: found.start() - 1], found.group(), printed[found.end() :]
