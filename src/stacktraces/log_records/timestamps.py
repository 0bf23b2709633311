"""The times that programs print in logs, as ISO 8601."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from .._regex import regex

LONGEST = 64
"""Characters of the longest text that is looked at."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_CLOCK = r"(?P<clock>(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60))(?:(?:[.,]|:(?=\d{3}\b))(?P<fraction>\d{1,9}))?"
_HALF = r"(?:\s(?P<half>[AP])M)?"
_ZONES = {
    "EST": "-05:00",
    "EDT": "-04:00",
    "CDT": "-05:00",
    "MST": "-07:00",
    "MDT": "-06:00",
    "PST": "-08:00",
    "PDT": "-07:00",
    "CET": "+01:00",
    "CEST": "+02:00",
    "EET": "+02:00",
    "EEST": "+03:00",
    "JST": "+09:00",
    "KST": "+09:00",
    "AEST": "+10:00",
    "AEDT": "+11:00",
}
"""Names of zones that mean one offset; ``CST``, ``IST`` and ``BST`` are each said in two parts of the world."""
_OFFSET = rf"(?:\s?(?P<offset>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)|\s(?P<named>{'|'.join(_ZONES)}))?"
_MONTH = r"(?P<month>[A-Za-z]{3})[a-z]{0,6}"
_YEAR_FIRST = regex(rf"(?P<date>\d{{4}}([-/.])\d\d\2\d\d)(?:[T\s_]|,\s){_CLOCK}{_OFFSET}", re.ASCII)
_BASIC = regex(
    rf"(?P<date>\d{{8}})(?:[T\s-](?:{_CLOCK}|(?P<compact>(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)(?:[.,](?P<parts>\d{{1,9}}))?)){_OFFSET}",
    re.ASCII,
)
_DAY_FIRST = regex(
    rf"(?:[A-Za-z]{{3}},?\s)?(?P<day>\d{{1,2}})[-/\s]{_MONTH}[-/\s](?P<year>\d{{4}})(?:::?|[\sT])\s?{_CLOCK}{_HALF}{_OFFSET}",
    re.ASCII,
)
_MONTH_FIRST = regex(
    rf"(?:[A-Za-z]{{3}},?\s)?{_MONTH}\s+(?P<day>\d{{1,2}})(?:,?\s(?P<year>\d{{4}})\s?-?)?\s{_CLOCK}{_HALF}{_OFFSET}"
    r"(?:\s(?P<zone>[A-Z]{3,5}))?(?:\s(?P<year_last>\d{4}))?",
    re.ASCII,
)
# java.util.logging's, with a narrow no-break space from newer Java, and .NET's, in which the month stands first.
_HALF_DAYS = regex(
    rf"(?:{_MONTH} (?P<day>\d{{1,2}}), |(?P<month_number>\d{{1,2}})/(?P<day_behind>\d{{1,2}})/)(?P<year>\d{{4}})(?:,| at)? "
    r"(?P<hour>1[0-2]|0?[1-9])(?P<clock>:[0-5]\d:[0-5]\d)(?:,(?P<fraction>\d{3}))?[ \u202f](?P<half>[AP])M"
    r"(?: (?:UTC|GMT|[A-Z]{3,4}))?",
    re.ASCII,
)
_NO_YEAR = regex(rf"(?:[IWEFDV]\s?)?(?P<month>\d\d)-?(?P<day>\d\d)\s{_CLOCK}{_OFFSET}", re.ASCII)
_NO_SECONDS = regex(r"\d\d-\d\d [0-2]\d:[0-5]\d", re.ASCII)
_DAY_FIRST_SHORT = regex(rf"(?P<day>\d{{1,2}})-{_MONTH}-(?P<year>\d\d)\s{_CLOCK}", re.ASCII)
# Hadoop's and Spark's: year first.
_SHORT_YEAR = regex(rf"(?P<year>\d\d)/(?P<month>\d\d)/(?P<day>\d\d)\s{_CLOCK}", re.ASCII)
# WebSphere's: month first, milliseconds behind a colon.
_SHORT_YEAR_LAST = regex(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d\d) (?P<hour>\d{1,2})(?P<rest>:[0-5]\d:[0-5]\d):(?P<fraction>\d{3})"
    r"(?: (?P<zone>[A-Z]{2,5}))?",
    re.ASCII,
)
# Kibana's, and what Windows prints for the United States.
_AT_SIGN = regex(rf"{_MONTH}\s(?P<day>\d{{1,2}}),\s(?P<year>\d{{4}})\s@\s{_CLOCK}", re.ASCII)
_SLASHES = regex(
    r"(?P<first>\d{1,2})(?P<mark>[/-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}),?\s(?P<hour>\d{1,2}):(?P<rest>[0-5]\d(?::[0-5]\d)?)"
    r"(?:[.,](?P<fraction>\d{1,9}))?(?:\s?(?P<half>[AaPp][Mm]))?" + _OFFSET,
    re.ASCII,
)
# Windows' and others' in much of Europe: the day first.
_DOTS = regex(rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}),?\s{_CLOCK}", re.ASCII)
_TWO_DIGIT_YEAR = regex(
    rf"(?P<bracket>\[)?(?P<first>\d\d)(?P<mark>[-/.])(?P<second>\d\d)(?P=mark)(?P<third>\d\d),?\s{_CLOCK}\]?",
    re.ASCII,
)
# Tornado's, without marks.
_SIX_DIGITS = regex(rf"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)\s{_CLOCK}", re.ASCII)
# Without leading zeros, as Windows prints for much of Asia, and with that language's words.
_UNPADDED = regex(
    r"(?P<year>\d{4})(?:[-/]|年)(?P<month>\d{1,2})(?:[-/]|月)(?P<day>\d{1,2})(?:日 ?| )(?P<hour>[01]?\d|2[0-3])"
    r"(?P<clock>:[0-5]\d:[0-5]\d)(?:[.,](?P<fraction>\d{1,9}))?",
    re.ASCII,
)
_DASHES = regex(r"(?P<date>\d{4}-\d\d-\d\d)[ _T](?P<hour>\d\d)-(?P<minute>\d\d)-(?P<second>\d\d)", re.ASCII)
_TO_THE_MINUTE = regex(r"(?P<minute>\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(?P<offset>.{0,7})", re.ASCII)
# Of daemontools and s6: seconds, and nanoseconds.
_TAI64N = regex(r"@4(?P<seconds>[0-9a-f]{15})(?P<nanoseconds>[0-9a-f]{8})", re.ASCII)
_TAI_AHEAD = 10
"""What these programs add to the seconds since 1970, whatever leap seconds there were."""
_EARLIEST_SHORT_YEAR = 10
"""A year of two digits is not taken for one before 2010 where the date can be read otherwise."""
_NUMBER = regex(r"-?\d{1,20}(?:\.\d{1,20})?", re.ASCII)


def to_iso(
    text: str, *, zone: tzinfo | None = None, year: int | None = None, latest: int | None = None
) -> str | None:
    """``text`` (a time as a log prints it) as ISO 8601, or ``None`` where it is no time that we know.

    Fractions of a second stay as printed, down to nanoseconds. The offset is the one that ``text``
    has; else that of ``zone`` at that moment; else there is none. ``year`` completes the notations
    that print no year; without it they give ``None``. No year of two digits is after ``latest``. A bare number is seconds, milli-, micro- or
    nanoseconds since 1970, told apart by its size.
    """
    text = text.strip()
    if text[:1] == "[" and (match := _TWO_DIGIT_YEAR.fullmatch(text)):
        return _of_short_year(match, zone, latest)
    text = text.strip(" []")
    if not text or len(text) > LONGEST:
        return None
    if (text[-1] == "M" or "M " in text) and (match := _HALF_DAYS.fullmatch(text)):
        return _of_half_day(match, zone)
    if text[0] == "@":
        return _of_tai(text)
    if text[4:5] in "-/." and (match := _YEAR_FIRST.fullmatch(text)):
        return _join(_calendar(match["date"]), match, zone)
    if text[0].isdigit() or text[0] == "-" or text[1:2].isdigit() or text[1:3].strip().isdigit():
        return _from_digits(text, zone, year, latest)
    if match := _MONTH_FIRST.fullmatch(text):
        stated = match["year"] or match["year_last"]
        return _join(_named(stated or year, match["month"], match["day"]), match, zone)
    if match := _DAY_FIRST.fullmatch(text) or _AT_SIGN.fullmatch(text):
        return _join(_named(match["year"], match["month"], match["day"]), match, zone)
    return None


def _from_digits(text: str, zone: tzinfo | None, year: int | None, latest: int | None) -> str | None:
    if match := _NUMBER.fullmatch(text):
        return _from_epoch(text)
    if match := _DAY_FIRST.fullmatch(text):
        return _join(_named(match["year"], match["month"], match["day"]), match, zone)
    if match := _DAY_FIRST_SHORT.fullmatch(text):
        return _join(_named(f"20{match['year']}", match["month"], match["day"]), match, zone)
    if match := _BASIC.fullmatch(text):
        day = _calendar("-".join((match["date"][:4], match["date"][4:6], match["date"][6:])))
        return _join(day, match, zone)
    if match := _SHORT_YEAR.fullmatch(text) or _SIX_DIGITS.fullmatch(text):
        return _join(_calendar(f"20{match['year']}-{match['month']}-{match['day']}"), match, zone)
    if match := _TWO_DIGIT_YEAR.fullmatch(text):
        return _of_short_year(match, zone, latest)
    if match := _UNPADDED.fullmatch(text):
        day = f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}"
        fraction = f".{match['fraction']}" if match["fraction"] else ""
        return to_iso(f"{day} {int(match['hour']):02}{match['clock']}{fraction}", zone=zone)
    if match := _DASHES.fullmatch(text):
        clock = f"{match['hour']}:{match['minute']}:{match['second']}"
        return to_iso(f"{match['date']} {clock}", zone=zone)
    if match := _TO_THE_MINUTE.fullmatch(text):
        return to_iso(f"{match['minute']}:00{match['offset']}", zone=zone)
    if match := _SLASHES.fullmatch(text):
        return _join_slashes(match, zone)
    if match := _SHORT_YEAR_LAST.fullmatch(text):
        day = f"20{match['year']}-{int(match['month']):02}-{int(match['day']):02}"
        offset = "Z" if match["zone"] in ("UTC", "GMT") else ""
        return to_iso(f"{day} {match['hour']:>02}{match['rest']}.{match['fraction']}{offset}", zone=zone)
    if match := _DOTS.fullmatch(text):
        day = _calendar(f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}")
        return _join(day, match, zone)
    if match := _NO_YEAR.fullmatch(f"{text}:00" if _NO_SECONDS.fullmatch(text) else text):
        return _join(_calendar(f"{year:04d}-{match['month']}-{match['day']}") if year else None, match, zone)
    return None


def _of_short_year(match: re.Match[str], zone: tzinfo | None, latest: int | None) -> str | None:
    """A date with a year of two digits.

    In brackets, which rich prints, the month stands first where it can; between dots the day does. With other
    marks it is the year or the day: where both may be, it is not known.
    """
    first, second, third = match["first"], match["second"], match["third"]
    if match["bracket"] and first <= "12":
        return _join(_calendar(f"20{third}-{first}-{second}"), match, zone)
    by_year = _calendar(f"20{first}-{second}-{third}") if match["mark"] != "." else None
    by_day = _calendar(f"20{third}-{second}-{first}")
    if by_year is not None and by_day is not None and by_year != by_day:
        may_be = [_EARLIEST_SHORT_YEAR <= int(each) <= (latest or 2099) - 2000 for each in (first, third)]
        if all(may_be) or not any(may_be):
            return None
        by_year, by_day = (by_year, None) if may_be[0] else (None, by_day)
    return _join(by_year or by_day, match, zone)


def _of_tai(text: str) -> str | None:
    match = _TAI64N.fullmatch(text)
    if match is None:
        return None
    seconds, nanoseconds = int(match["seconds"], 16) - _TAI_AHEAD, int(match["nanoseconds"], 16)
    return _from_epoch(f"{seconds}.{nanoseconds:09d}") if seconds > 0 and nanoseconds < 10**9 else None


def _of_half_day(match: re.Match[str], zone: tzinfo | None) -> str | None:
    if match["month"]:
        day = _named(match["year"], match["month"], match["day"])
    else:
        day = _calendar(f"{match['year']}-{int(match['month_number']):02d}-{int(match['day_behind']):02d}")
    if day is None:
        return None
    hour = int(match["hour"]) % 12 + 12 * (match["half"] == "P")
    moment = f"{day}T{hour:02d}{match['clock']}"
    moment_in_full = f"{moment}.{match['fraction']}" if match["fraction"] else moment
    if match.string.endswith((" UTC", " GMT")):
        return f"{moment_in_full}Z"
    return moment_in_full + (_offset_in(moment[:16], zone) if zone is not None else "")


@functools.lru_cache(maxsize=512)
def _calendar(text: str) -> str | None:
    """``YYYY-MM-DD`` of a date with any separator, ``None`` where the calendar has no such day."""
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-")).isoformat()
    except ValueError:
        return None


@functools.lru_cache(maxsize=512)
def _named(year: str | int | None, month: str, day: str) -> str | None:
    number = _MONTHS.get(month.lower())
    if year is None or number is None:
        return None
    return _calendar(f"{int(year):04d}-{number:02d}-{int(day):02d}")


def _join_slashes(match: re.Match[str], zone: tzinfo | None) -> str | None:
    """A date with slashes and the year last: with AM or PM the month is first, else where it can only be so."""
    first, second, hour = int(match["first"]), int(match["second"]), int(match["hour"])
    half = (match["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif first <= 12 and second <= 12 and first != second:
        return None
    month, day = (second, first) if first > 12 and not half else (first, second)
    rest = match["rest"] if len(match["rest"]) > 2 else f"{match['rest']}:00"
    stem = f"{match['year']}-{month:02}-{day:02} {hour:02}:{rest}"
    fraction = f".{match['fraction']}" if match["fraction"] else ""
    return to_iso(f"{stem}{fraction}{match['offset'] or ''}", zone=zone)


def _join(day: str | None, match: re.Match[str], zone: tzinfo | None) -> str | None:
    if day is None:
        return None
    found = match.groupdict()
    clock, fraction = found["clock"], found["fraction"]
    if clock is None:
        compact = found["compact"]
        clock, fraction = f"{compact[:2]}:{compact[2:4]}:{compact[4:]}", found["parts"]
    if (half := found.get("half")) is not None:
        if not 1 <= int(clock[:2]) <= 12:
            return None
        clock = f"{int(clock[:2]) % 12 + 12 * (half == 'P'):02d}{clock[2:]}"
    # A leap second is told as the second before it: no other clock has it.
    moment = f"{day}T{clock[:6]}59" if clock.endswith(":60") else f"{day}T{clock}"
    offset = _offset(found.get("offset") or found.get("named") or found.get("zone"))
    if not offset and zone is not None:
        offset = _offset_in(moment[:16], zone)
    return f"{moment}.{fraction}{offset}" if fraction else moment + offset


def _offset(text: str | None) -> str:
    if text is None:
        return ""
    if text in ("Z", "z", "UTC", "GMT"):
        return "Z"
    if text[0] not in "+-":
        return _ZONES.get(text, "")
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{text[0]}{digits[:2]}:{digits[2:]}" if digits[:2] < "24" and digits[2:] < "60" else ""


@functools.lru_cache(maxsize=4096)
def _offset_in(minute: str, zone: tzinfo) -> str:
    """The offset of ``zone`` at a local time ``YYYY-MM-DDTHH:MM``."""
    try:
        printed = datetime.fromisoformat(minute).replace(tzinfo=zone).isoformat()
    except OverflowError:
        return ""
    offset = printed[len("YYYY-MM-DDTHH:MM:SS") :]
    return "Z" if offset == "+00:00" else offset


def _from_epoch(text: str) -> str | None:
    """Seconds, milli-, micro- or nanoseconds since 1970, for the years 1973 to 5138."""
    whole, _, fraction = text.partition(".")
    digits = len(whole.lstrip("-"))
    if whole.startswith(("-", "0")) or not 9 <= digits <= 20:
        return None
    for places in (0, 3, 6, 9):
        if digits <= 11 + places:
            break
    else:
        return None
    seconds, rest = (whole[:-places], whole[-places:]) if places else (whole, "")
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))
    except OverflowError:
        return None
    parts = (rest + fraction)[:9]
    stem = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stem}.{parts}Z" if parts else stem + "Z"
