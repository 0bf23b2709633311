"""What a writer puts before each line of a trace, learnt from the trace itself.

The text before a header or a frame is a prefix where it stands again before a frame further on. Nothing else
has to be known of it: ``[rank0]: ``, ``web.1    | `` and ``2024-05-01 12:00:00,000 ERROR app: `` are found alike.
A time in it may change from line to line.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from .._regex import regex
from ..carriers import Carrier, Record, all_carriers
from ..log_records.clock import PRINTED

LONGEST_PREFIX = 300
_MOST_LAYERS = 3
_TIME = regex(
    PRINTED.pattern
    + rb"|(?:(?<![\w:.])|(?<=\dm))\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?! ?[AP]M)"
    + rb"|(?<![\w:.])\d{1,2}:\d\d:\d\d [AP]M\b|(?<![\w.])\d{1,9}\.\d{2,9}(?![\w.])|(?<![\w.])\d{1,9}\.\d{1,3}s\b"
)
"""A date and a time, a time of day, or seconds since something started."""
_COUNT = regex(rb"(?: {1,12}|[:-])?(?P<number>\d{1,9})[:-]?")
"""A line's number, as ``grep -n -A``, ``cat -n`` and pagers print it."""
_COLOUR = regex(rb"(?:\x1b|[#\\]033)\[[0-9;]*m")
LINES_COUNTED = 4
"""Lines behind a part of a trace that must bear the next numbers, if there are so many."""
_FEWEST_COUNTED = 2
_LETTER_OR_DIGIT = regex(rb"[^\W_]")
_LEVEL = regex(rb"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRITICAL|FATAL|SEVERE)\b")
_STREAM = regex(rb"(?P<name>.*?)[\])}]?<(?P<stream>std(?:out|err))$")
"""What mpirun writes behind a rank, without what closes it."""
_ZONE = regex(rb"(?<!\S)[+-]\d\d:?\d\d(?!\w)")
_NAMES_ERROR = b"Error:", b"Exception:"
_AROUND_NAME = b" \t\"'[](){}<>|:;,-=#>"


class LinePrefix(NamedTuple):
    """What stands before each line: a time or the line's number, if there is one, between two constant texts."""

    before: bytes
    """All of it, where there is neither."""
    timed: bool = False
    """One of the two changes from line to line."""
    after: bytes = b""
    counted: bool = False
    """It is the number."""

    def length(self, line: bytes) -> int:
        """Bytes of ``line`` that are the prefix; -1 where it does not bear it.

        A line of nothing else may lack the blanks at its end.
        """
        if not line.startswith(self.before):
            return len(line) if not self.timed and line and line == self.before.rstrip() else -1
        if not self.timed:
            return len(self.before)
        end = end_of_hole(line, len(self.before), counted=self.counted)
        if end < 0:
            return -1
        if line.startswith(self.after, end):
            return end + len(self.after)
        return len(line) if line[end:] == self.after.rstrip() else -1

    def number(self, line: bytes) -> int | None:
        """The number that ``line`` bears, where the prefix has one."""
        found = _COUNT.match(line, len(self.before)) if self.counted and self.length(line) >= 0 else None
        return int(found["number"]) if found is not None else None

    def unindented_length(self, line: bytes) -> int:
        """The same of a line that may lack the blanks that the prefix starts with: a logger indents frames."""
        size = self.length(line)
        margin = self.before.lstrip(b" ")
        if size >= 0 or not self.timed or len(margin) == len(self.before):
            return size
        return LinePrefix(margin, True, self.after).length(line)

    def without_blanks(self) -> LinePrefix:
        """What stands of it on a line without text, where blanks at a line's end are cut off."""
        before = self.before if self.timed else self.before.rstrip()
        return LinePrefix(before, self.timed, self.after.rstrip(), self.counted)

    def in_common(self, line: bytes) -> LinePrefix | None:
        """The prefix as ``line`` bears it: it may have taken blanks of the text's indentation for its own."""
        if self.length(line) >= 0:
            return self
        bare = self.without_blanks()
        size = bare.length(line)
        if size < 0:
            return None
        blanks = (self.after if self.timed else self.before)[len(bare.after if self.timed else bare.before) :]
        count = 0
        while count < len(blanks) and line[size + count : size + count + 1] == blanks[count : count + 1]:
            count += 1
        if self.timed:
            return LinePrefix(self.before, True, bare.after + blanks[:count], self.counted)
        return LinePrefix(bare.before + blanks[:count])

    def names(self) -> tuple[str, ...]:
        """The prefix as a part of a writer's key."""
        return tuple(each.decode("utf-8", "backslashreplace") for each in (self.before, self.after))


def end_of_hole(line: bytes, start: int, *, counted: bool) -> int:
    """Where the time, or the number, ends that starts at ``start``; -1 where none does."""
    found = (_COUNT if counted else _TIME).match(line, start)
    return found.end() if found is not None else -1


def counted_prefix(text: bytes, following: list[bytes]) -> LinePrefix | None:
    """``text``, which stands before a part of a trace, as a prefix with the line's number.

    ``None`` where not all of the ``following`` lines, two or more, bear it with the next numbers: of few writers
    that are numbered, several may come in order.
    """
    for found in _COUNT.finditer(text):
        prefix = LinePrefix(text[: found.start()], True, text[found.end() :], True)
        if prefix.after.strip() or len(following) < _FEWEST_COUNTED:
            continue
        first = int(found["number"]) + 1
        if all(prefix.number(line) == number for number, line in enumerate(following, first)):
            return prefix
    return None


def prefix_of(text: bytes) -> LinePrefix | None:
    """``text``, which stands before a part of a trace, as a prefix.

    ``None`` where it is only a margin, or where it names an error, whose message reads like a part of a trace.
    """
    if text.rstrip().endswith(_NAMES_ERROR):
        return None
    if len(text) > LONGEST_PREFIX or not _LETTER_OR_DIGIT.search(_COLOUR.sub(b"", text)):
        return None
    time = _TIME.search(text)
    if time is None:
        return LinePrefix(text)
    return LinePrefix(text[: time.start()], True, text[time.end() :])


class Bearer(NamedTuple):
    """What a prefix says of who bears it."""

    fields: dict[str, str]
    """Values for the fields of ``model.Context``, by name."""
    time: str | None
    """The time as printed."""
    marks_record: bool
    """It names a level or a logger: another record of the same writer bears another one."""


def bearer_of(line: bytes, size: int) -> Bearer:
    """What the first ``size`` bytes of ``line`` say; as an application's carrier reads them, if one knows them."""
    fields, printed, rest = _read_by_applications(line, size)
    if rest < len(line) and not line[rest:size].strip():
        return Bearer(fields, printed, "level" in fields or "logger" in fields)
    prefix = _COLOUR.sub(b"", line[rest:size])
    time = _TIME.search(prefix)
    name = prefix
    if time is not None:
        name = prefix[: time.start()] + prefix[time.end() :]
        if printed is None and PRINTED.match(prefix, time.start()):
            printed = time.group().decode()
    level = _LEVEL.search(prefix)
    name = _ZONE.sub(b"", name).strip(_AROUND_NAME)
    if level is not None:
        fields = {"level": level.group().decode(), **fields}
    elif (of_stream := _STREAM.match(name)) is not None:
        name = of_stream["name"]
        fields = {"stream": of_stream["stream"].decode(), **fields}
    if level is None and name and b" " not in name:
        fields = {"process": name.decode("utf-8", "backslashreplace"), **fields}
    return Bearer(fields, printed, bool(level or "level" in fields or "logger" in fields))


def _read_by_applications(line: bytes, size: int) -> tuple[dict[str, str], str | None, int]:
    """What applications' carriers say of the first ``size`` bytes, and how many of these they know."""
    fields: dict[str, str] = {}
    time = None
    position = 0
    for _ in range(_MOST_LAYERS):
        found = _record_of(line[position:], size - position)
        if found is None:
            break
        fields |= found.fields
        time = time or found.time
        position = len(line) - len(found.text)
    return fields, time, position


def _record_of(line: bytes, size: int) -> Record | None:
    """What the carrier that takes the least says, if that is not more than ``size`` bytes."""
    best: Record | None = None
    for carrier in _applications() if size > 0 else ():
        record = carrier.unwrap(line)
        if record is None or not record.text or len(line) - len(record.text) > size:
            continue
        if best is None or len(record.text) > len(best.text):
            best = record
    return best


@functools.cache
def _applications() -> tuple[Carrier, ...]:
    return tuple(each for each in all_carriers() if each.layer == "application" and not each.generic)
