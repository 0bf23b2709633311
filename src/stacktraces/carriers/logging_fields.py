"""Loggers' own formats: a time, a level and a few more fields in any order and between any signs.

Programs choose the layout of their log themselves. What nearly all have in common is that the first fields are short and
set apart, and that one of them is the name of a level.

==================================================================  ====================================
sample                                                              what is told
==================================================================  ====================================
``2026-03-01 12:00:00 | ERROR | shop.orders | text``                time, level, logger
``[2026-03-01 12:00:00] [PID 7] [Thread-4] [shop] [ERROR] text``    time, pid, thread, logger, level
``2026-03-01 12:00:00 [shop.orders] ERROR: text``                   time, logger, level
``ERROR 2026-03-01 12:00:00 views 7 1402 text``                     level, time
``(ERROR) shop: text``                                              level, logger
``2026-03-01 12:00:00 (Thread-1): text``                            time, thread
==================================================================  ====================================
"""

from __future__ import annotations

import re

from .._regex import regex
from ..log_records.clock import PRINTED
from . import Carrier, Record, Sample
from ._prefix import LEVEL

_HEAD = 300
"""Bytes of a line in which its fields are looked for."""
_MOST_FIELDS = 6
_TIME = regex(rb"[\[(]?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?=[\dA-Z])")
_CLOCK = regex(rb"[\[(]?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?[\])]?(?= )")
_BEHIND_TIME = regex(rb"(?:\.\d{3})?(?: (?:UTC|GMT|[+-]\d{4}))?[\])]?")
_FIELD = regex(
    rb"(?:[ \t|;,:@-]|\xe2\x80\x94){0,12}"
    rb"(?:\[(?P<square>[^\]\n]{1,99})\]|\((?P<round>[^)\n]{1,99})\)|<(?P<angle>[^>\n]{1,99})>"
    rb"|(?P<bare>[\w.$/]{1,99}(?:-[\w.$/]{1,99}){0,9}(?:\[\d{1,10}\])?))"
)
_SET_APART = regex(rb"[ \t]{0,8}(?:[|:;,\]\t]|\xe2\x80\x94|-(?= )|  )")
_LEVEL = regex(LEVEL)
_LETTER = {b"D": "DEBUG", b"I": "INFO", b"W": "WARNING", b"E": "ERROR", b"C": "CRITICAL", b"F": "FATAL"}
_PID = regex(rb"(?:[Pp][Ii][Dd][ =:]?)?(\d{1,10})")
_THREAD = regex(rb"(?:MainThread|(?:.{0,80}[-_ ])?[Tt]hread[-_ ]?\d.{0,80})")
_PROCESS = regex(rb"(?:MainProcess|.{0,80}Process-\d[\d:]{0,20})")
_LOGGER = regex(
    rb"(?!\S{0,99}(?:Error|Exception|Warning)\b|[0-9a-f]{8}-[0-9a-f]{4}-|(?:undefined|null)\Z)(?=[\w.$/-]{0,99}[A-Za-z])(?!\d)([\w.$/-]{1,99})(?:\[(?P<pid>\d{1,10})\]| {0,40}:\d{1,7})?"
)
_NAME = regex(rb"(?:[a-z_]|[A-Za-z$/-]*+[._\d])[\w.$/-]*")
"""What is no word of a sentence."""


def unwrap(line: bytes) -> Record | None:
    """The fields at the start of ``line``; ``None`` where none of them is a level."""
    head = line[:_HEAD]
    time, at = _time(head, 0)
    clock = None if time else _CLOCK.match(head)
    at = clock.end() if clock is not None else at
    is_timed = bool(time or clock)
    fields: dict[str, str] = {}
    level = False
    name_is_next = True
    for _ in range(_MOST_FIELDS):
        found = _FIELD.match(head, at)
        if found is None:
            break
        text, set_apart = _text(found), _SET_APART.match(head, found.end()) is not None
        bracketed = found["bare"] is None
        if not level and (
            # ``app error: text`` is a sentence.
            known := _level(text, sure=bracketed or is_timed or (set_apart and not fields))
        ):
            fields["level"], level, name_is_next = known, True, "logger" not in fields
            at = found.end()
            if not is_timed:
                time, at = _time(head, _SET_APART_END.match(head, at).end())  # type: ignore[union-attr]  # it always matches
            if not (time or clock or set_apart or bracketed):
                return None
            continue
        told = _told(text)
        if level and not name_is_next and not (bracketed and told and fields.keys().isdisjoint(told)):
            break
        if level and told is None and not (bracketed or set_apart or b"." in text):
            break
        if not (level or told or bracketed) and ("logger" in fields or not _NAME.fullmatch(text)):
            break
        fields.update(told or _logger(text))
        name_is_next = told is not None
        at = found.end()
    if not (level or (time and fields.keys() == {"thread"})) or not (time or clock or "logger" in fields):
        return None
    return Record(line[_SIGNS.match(line, at).end() :], time, fields)  # type: ignore[union-attr]  # as above


_SET_APART_END = regex(rb"[ \t|:;,-]{0,8}")
_SIGNS = regex(rb"(?:[ \t|;,:\]-]|\xe2\x80\x94){0,12}")


def _time(head: bytes, at: int) -> tuple[str | None, int]:
    """The time that stands at ``at``, and where it ends."""
    start = _TIME.match(head, at)
    found = PRINTED.match(head, start.end()) if start is not None else None
    if found is None:
        return None, at
    behind = _BEHIND_TIME.match(head, found.end())
    return found.group().decode("ascii", "replace"), behind.end() if behind is not None else found.end()


def _text(found: re.Match[bytes]) -> bytes:
    return next(each for each in found.group("square", "round", "angle", "bare") if each is not None).strip()


def _level(text: bytes, *, sure: bool) -> str | None:
    if not _LEVEL.fullmatch(text):
        return _LETTER.get(text) if sure else None
    return text.decode() if sure or text.isupper() else None


def _told(text: bytes) -> dict[str, str] | None:
    """What a field says that names no logger."""
    if found := _PID.fullmatch(text):
        return {"pid": found[1].decode()}
    for name, pattern in (("thread", _THREAD), ("process", _PROCESS)):
        if pattern.fullmatch(text):
            return {name: text.decode("utf-8", "backslashreplace")}
    return None


def _logger(text: bytes) -> dict[str, str]:
    found = _LOGGER.fullmatch(text)
    if found is None:
        return {}
    told = {"logger": found[1].decode("utf-8", "backslashreplace")}
    return told | ({"pid": found["pid"].decode()} if found["pid"] else {})


CARRIER = Carrier(
    name="logging-fields",
    title="Fields before a message, in any order",
    layer="application",
    unwrap=unwrap,
    samples=(
        Sample(
            b"2026-03-01 12:00:00,123 | ERROR | shop.orders | no price",
            b"no price",
            "2026-03-01 12:00:00,123",
            {"level": "ERROR", "logger": "shop.orders"},
        ),
        Sample(
            b"[2026-03-01 12:00:00,123] [PID 7] [Thread-4] [shop.orders] [ERROR] no price",
            b"no price",
            "2026-03-01 12:00:00,123",
            {"pid": "7", "thread": "Thread-4", "logger": "shop.orders", "level": "ERROR"},
        ),
        Sample(
            b"2026-03-01 12:00:00 [shop.orders] ERROR: no price",
            b"no price",
            "2026-03-01 12:00:00",
            {"logger": "shop.orders", "level": "ERROR"},
        ),
        Sample(
            b"ERROR 2026-03-01 12:00:00,123 views 7 1402 no price",
            b"views 7 1402 no price",
            "2026-03-01 12:00:00,123",
            {"level": "ERROR"},
        ),
        Sample(b"(ERROR) shop: no price", b"no price", fields={"level": "ERROR", "logger": "shop"}),
        Sample(
            b"01.03.2026 12:00:00 | 7 | ERROR | no price",
            b"no price",
            "01.03.2026 12:00:00",
            {"pid": "7", "level": "ERROR"},
        ),
    ),
    near_misses=(
        b"2026-03-01 12:00:00 no price, ERROR or not",
        b"2026-03-01 12:00:00 Got ERROR from shop",
        b"ERROR no price",
        b"ValueError: ERROR: no price",
    ),
    bare_continuation=True,
    generic=True,
)
