"""pytest's reports of a failure, in the long and the short style.

==================  =========================================================  =========================
line                sample                                                     what comes next
==================  =========================================================  =========================
banner              ``__________ ERROR at setup of test_setup __________``;    entry
                    pytest-sugar draws ``―――――――― test_total ――――――――``
arguments           ``name = 'durian'``                                        blank, code
code                ``    def price_of(name):``                                code, current line
current line        ``>       return CATALOG[name]["price"]``                  code, error line, blank
error line          ``E       KeyError: 'durian'``                             error line, blank, end
place, long style   ``shop.py:13: KeyError`` / ``test_shop.py:21: ``           entry rule, chain, end
entry rule          ``_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _``        entry
place, short style  ``shop.py:13: in price_of``                                source, place, error line
missing fixture     ``file /srv/app/test_shop.py, line 1``                     its ``def``, error line
chain               ``During handling of the above exception, another …``      entry
==================  =========================================================  =========================

An entry of the long style is a frame; its function is the last ``def`` before the current line that is
indented less. The
report ends at the next banner or section; with ``--tb=native`` it holds a plain traceback, which is
not read here. A report without a banner, as ``--pdb``, reports in JSON and people's issues have it, starts
with its first line of code and ends with the place that names the error's type.
"""

from __future__ import annotations

import msgspec

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import CauseKind, Error, Frame, Origin, Trace
from ..syntax import CHAIN_LINES, HEADER, match_error

NAME = "pytest"

_BANNER = regex(r"_+ (?P<name>\S.*?) _+$|―{2,200} \S.{0,400}? ―{2,200}$")
_ENTRY_RULE = regex(r"(?:_ ){5,}_?\s*$")
_SECTION = regex(r"[=!-]{3,} .* [=!-]{3,}$")
_PLACE = regex(
    r"(?P<file>\S[^:]*(?::\\[^:]*)?):(?P<line>\d+):(?: in (?P<function>\S.*)| (?P<type>[^\W\d][\w.]*))?\s*$"
)
_ERROR = regex(r"E {3}(?P<text>.*)$")
_ANCHOR = "E       "
_DEF = regex(r"(?P<indent>(?:    |> {3})\s*|)(?:async )?def (?P<name>\w+)\(")
"""What holds a report may have taken the indentation of its first line."""
_FIRST_AT_MARGIN = regex(r"(?:async )?def \w+\(|@\w|[^\W\d]\w* += ")
_UNREPORTED = regex(r"_+ ERROR at (?:setup|teardown) of ")
_CURRENT = regex(r">  +(?P<source>\S.*)$")
_FIXTURE_USER = regex(r"file (?P<file>\S.*), line (?P<line>\d+)$")
_FIXTURE_DEF = regex(r"  (?:async )?def (?P<name>\w+)\(")
_SYNTAX_PLACE = regex(r'\s*File "(?P<file>[^"]*)", line (?P<line>\d+)$')
_SYNTAX_ERROR = regex(r"\s*(?:SyntaxError|IndentationError|TabError): ")
_VALUE = regex(r"[^\W\d]\w* += ")
_NEXT_VALUE = regex(r", (?=[^\W\d]\w* = )")
_LINES = 100_000
_LINES_BACK = 1000
_MOST_BLANK = 4
_FRAMES_KEPT = 10_000
_LINKS_KEPT = 200


class _Report(msgspec.Struct):
    """What has been read of a report."""

    error: Error | None = None
    kind: CauseKind | None = None
    frames: list[Frame] = []
    messages: list[str] = []
    type: str | None = None
    """The type that the last place names."""
    links: int = 0

    def close_link(self) -> None:
        """The error that the frames and error lines so far are of follows the one before."""
        if not self.frames and not self.messages:
            return
        self._take_syntax_error()
        error = Error(type=self.type, frames=self.frames[::-1][:_FRAMES_KEPT])
        indent = len(self.messages[0]) - len(self.messages[0].lstrip()) if self.messages else 0
        messages = [line[indent:] for line in self.messages]
        if messages:
            match = match_error(messages[0])
            if match and (
                self.type is None or match["type"].rpartition(".")[2] == self.type.rpartition(".")[2]
            ):
                error.type = match["type"]
                error.message = "\n".join([match["message"] or "", *messages[1:]]) or None
            else:
                error.message = "\n".join(messages)
        if self.links < _LINKS_KEPT:
            error.cause, error.cause_kind = self.error, self.kind
        self.links += 1
        self.error, self.kind = error, None
        self.frames, self.messages, self.type = [], [], None

    def _take_syntax_error(self) -> None:
        """The place and the source that a ``SyntaxError`` prints before its type are the innermost frame."""
        place = _SYNTAX_PLACE.match(self.messages[0]) if self.messages else None
        if place is None:
            return
        for number, line in enumerate(self.messages[1:], 1):
            if _SYNTAX_ERROR.match(line):
                source = self.messages[1].strip() if number > 1 else None
                self.frames.append(Frame(file=place["file"], line=to_number(place["line"]), source=source))
                self.messages = self.messages[number:]
                return


class _Entry(msgspec.Struct):
    """A frame of the long style, as far as it has been read."""

    definitions: list[tuple[int, str]] = []
    """The functions whose first lines were printed, each with its indentation."""
    function: str | None = None
    source: str | None = None
    values: dict[str, str] = {}
    user: Frame | None = None
    """What asks for a fixture that is missing."""


def read(cursor: Cursor) -> Trace | None:
    """The report whose banner the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    banner = cursor.line or ""
    if _BANNER.match(banner):
        origin = Origin(offset=cursor.offset)
        cursor.advance()
    elif _ERROR.match(banner) and not _was_tried(cursor):
        banner = ""
        _step_to_start(cursor)
        origin = Origin(offset=cursor.offset)
    else:
        return None
    report = _Report()
    entry = _Entry()
    before = ""
    for _ in range(_LINES):
        line = cursor.line
        if line is None or _BANNER.match(line) or _SECTION.match(line):
            break
        if not banner and report.messages and _ERROR.match(line) and not before.startswith("E  "):
            break
        if not report.links and not report.frames and HEADER.search(line):
            return None
        entry = _take(report, entry, line)
        before = line or before
        cursor.advance()
        is_last = report.type is not None or (entry.user is not None and not line)
        if not banner and is_last and not _goes_on(cursor):
            break
    _close_user(report, entry)
    report.close_link()
    error = report.error
    if error is None or (error.type is None and error.message is None):
        return None
    if not error.frames and (not banner or _UNREPORTED.match(banner)):
        return None
    return Trace(error=error, format=NAME, origin=origin, preamble=[banner] if banner else [])


def _was_tried(cursor: Cursor) -> bool:
    """Whether a line above, of the same error, holds the anchor: nothing was found from there."""
    here, found = cursor.offset, False
    while not found and cursor.back() and (cursor.line or "").startswith("E  "):
        found = (cursor.line or "").startswith(_ANCHOR)
    cursor.seek(here)
    return found


def _step_to_start(cursor: Cursor) -> None:
    """Go back to the first line of a report that has no banner."""
    behind = ""
    for _ in range(_LINES_BACK):
        before = cursor.peek(-1)
        if before is None or not _is_own(before, behind):
            break
        cursor.back()
        behind = before.strip() or behind
    while not (cursor.line or "").strip():
        cursor.advance()


def _is_own(line: str, behind: str) -> bool:
    """Whether ``line`` may stand in a report above the line ``behind``."""
    if line.startswith("E  "):
        return behind.startswith("E  ") or behind in CHAIN_LINES or _PLACE.match(behind) is not None
    if not line or line.startswith(("    ", ">  ")) or _FIRST_AT_MARGIN.match(line):
        return True
    place = _PLACE.match(line)
    if place is not None and place["type"]:
        return behind in CHAIN_LINES
    return any(each.match(line) for each in (_PLACE, _ENTRY_RULE, _FIXTURE_USER, _FIXTURE_DEF)) or (
        line.strip() in CHAIN_LINES
    )


def _goes_on(cursor: Cursor) -> bool:
    """Whether another error of the chain follows, behind blank lines."""
    distance = 0
    while (line := cursor.peek(distance)) is not None and not line.strip() and distance < _MOST_BLANK:
        distance += 1
    return line is not None and line.strip() in CHAIN_LINES


def _take(report: _Report, entry: _Entry, line: str) -> _Entry:
    """Put ``line`` where it belongs; the entry that the next line is of."""
    if match := _ERROR.match(line):
        report.messages.append(match["text"])
    elif match := _FIXTURE_USER.match(line):
        _close_user(report, entry)
        return _Entry(user=Frame(file=match["file"], line=to_number(match["line"])))
    elif entry.user is not None:
        if match := _FIXTURE_DEF.match(line):
            entry.user.function = match["name"]
    elif (kind := CHAIN_LINES.get(line.rstrip())) is not None:
        report.close_link()
        report.kind = kind
        return _Entry()
    elif match := _CURRENT.match(line):
        entry.source = match["source"].rstrip()
        named, indent = _DEF.match(line), match.start("source")
        around = [name for depth, name in entry.definitions if depth < indent]
        entry.function = around[-1] if around else named["name"] if named else None
    elif (match := _PLACE.match(line)) and not line[:1].isspace():
        function = match["function"] or entry.function
        frame = Frame(
            function=function, file=match["file"], line=to_number(match["line"]), source=entry.source
        )
        frame.locals = entry.values or None
        report.frames.append(frame)
        report.type = match["type"] or report.type
        return _Entry()
    elif (match := _DEF.match(line)) and entry.source is None:
        entry.definitions.append((len(match["indent"]), match["name"]))
    elif _VALUE.match(line):
        for each in _NEXT_VALUE.split(line):
            name, _, value = each.partition("=")
            entry.values[name.strip()] = value.strip()
    elif line.startswith("    ") and entry == _Entry() and report.frames:
        report.frames[-1].source = report.frames[-1].source or line.strip()
    return entry


def _close_user(report: _Report, entry: _Entry) -> None:
    """The test, or the fixture, that asks for a missing fixture is a frame."""
    if entry.user is not None and len(report.frames) < _FRAMES_KEPT:
        report.frames.append(entry.user)
