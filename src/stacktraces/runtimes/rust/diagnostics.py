"""Diagnostics of miette: an error with its causes and where in a text it is.

==============  ==================================================  ==========================
line            sample                                              what comes next
==============  ==================================================  ==========================
code            ``shop::order::invalid``, ``Error: shop::order``    blank, message
message         ``  × cannot place the order``                      cause, text, snippet, help
text            ``  │ a second line``                               cause, snippet, help
cause           ``  ├─▶ cannot load x``                             cause, text
last cause      ``  ╰─▶ invalid digit found in string``             snippet, help
snippet         ``   ╭─[orders.toml:2:3]``                          source, end of snippet
source          `` 2 │   id = "x"``, ``   ·       ───``             source, end of snippet
end of snippet  ``   ╰────``                                        help, snippet
help            ``  help: write a number``                          end
==============  ==================================================  ==========================
"""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .headers import LONGEST_MESSAGE, place_of

MARK = " × "
_MESSAGE = regex(r"(?:Error:)? {0,8}× (?P<text>.*)\Z")
_CAUSE = regex(r" {0,8}(?:├─▶|╰─▶) (?P<text>.*)\Z")
_TEXT = regex(r" {1,8}(?:│ {0,8})?(?P<text>\S.*)\Z")
_SNIPPET = regex(r" {0,12}╭─\[(?P<place>[^\]]{1,4000})\]\Z|(?: {0,12}╭────)\Z")
_SNIPPET_LINE = regex(r" {0,12}\d{0,9} {0,4}[│·┆╰├╭]")
_HELP = regex(r" {0,8}(?P<text>(?:help|advice): .*)\Z")
_CODE = regex(r"(?:Error: )?(?P<code>[a-z_]\w{0,100}(?:(?:::|\.|-)\w{1,100}){1,10})(?: \(.{1,500}\))?\Z")
_ERROR = regex(r"Error:\s*\Z")
_MOST_LINES = 500
_MOST_CAUSES = 100
_MOST_LINES_OF_TEXT = 50


class _Drawing(msgspec.Struct):
    """What stands below a message."""

    messages: list[str]
    """The error's and those of its causes."""
    place: Frame | None = None
    notes: list[str] = []
    drawn: int = 0
    """Lines that only miette draws."""

    def take(self, line: str) -> bool:
        """Take a line; False where it is none of the diagnostic's."""
        if cause := _CAUSE.match(line):
            if len(self.messages) <= _MOST_CAUSES:
                self.messages.append(cause["text"])
        elif snippet := _SNIPPET.match(line):
            self.place = self.place or (place_of(snippet["place"]) if snippet["place"] else None)
        elif tip := _HELP.match(line):
            self.notes.append(tip["text"])
        elif not (self.drawn and _SNIPPET_LINE.match(line)):
            return self._take_text(line)
        self.drawn += 1
        return True

    def _take_text(self, line: str) -> bool:
        text = _TEXT.match(line)
        if text is None or _MESSAGE.match(line) or self.messages[-1].count("\n") >= _MOST_LINES_OF_TEXT:
            return False
        self.messages[-1] = f"{self.messages[-1]}\n{text['text']}"[:LONGEST_MESSAGE]
        return True


def read_diagnostic(cursor: Cursor, name: str) -> Trace | None:
    """The diagnostic whose message the cursor is on, in the format ``name``."""
    line = cursor.line or ""
    found = _MESSAGE.match(line)
    if found is None:
        return None
    here = start = cursor.offset
    code = None
    headed = line.startswith("Error:")
    if not headed and _step_to_head(cursor):
        start, headed = cursor.offset, True
        if head := _CODE.match(cursor.line or ""):
            code = head["code"]
    cursor.seek(here)
    cursor.advance()
    drawing = _Drawing([found["text"]])
    for _ in range(_MOST_LINES):
        if not drawing.take(cursor.line or ""):
            break
        cursor.advance()
    if not (drawing.drawn or headed):
        return None
    return Trace(error=_error(drawing, code), format=name, origin=Origin(offset=start))


def _step_to_head(cursor: Cursor) -> bool:
    """Go back to the line that says that an error follows, or its code; False where there is none."""
    if cursor.back() and (cursor.line or cursor.back()):
        line = cursor.line or ""
        return _ERROR.match(line) is not None or _CODE.match(line) is not None
    return False


def _error(drawing: _Drawing, code: str | None) -> Error:
    cause: Error | None = None
    for message in reversed(drawing.messages[1:]):
        cause = Error(message=message, cause=cause, cause_kind="cause" if cause is not None else None)
    return Error(
        type=code or "Error",
        message=drawing.messages[0],
        notes=drawing.notes,
        frames=[drawing.place] if drawing.place is not None else [],
        cause=cause,
        cause_kind="cause" if cause is not None else None,
    )
