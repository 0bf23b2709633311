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
_SNIPPET_END = regex(r" {0,12}╰────\Z")
_HELP = regex(r" {0,8}(?P<text>(?:help|advice): .*)\Z")
_CODE = regex(r"(?:Error: )?(?P<code>[a-z_]\w{0,100}(?:(?:::|\.|-)\w{1,100}){1,10})(?: \(.{1,500}\))?\Z")
_ERROR = regex(r"Error:\s*\Z")
_MOST_LINES = 500
_MOST_CAUSES = 100


def read_diagnostic(cursor: Cursor, name: str) -> Trace | None:
    """The diagnostic whose message the cursor is on, in the format ``name``."""
    found = _MESSAGE.match(cursor.line or "")
    if found is None:
        return None
    here = start = cursor.offset
    code, headed = None, (cursor.line or "").lstrip().startswith("Error:")
    if head := _head(cursor):
        start, code, headed = cursor.offset, head[1], True
    cursor.seek(here)
    cursor.advance()
    messages, notes = [found["text"]], []
    frame: Frame | None = None
    drawn = 0
    for _ in range(_MOST_LINES):
        line = cursor.line or ""
        if cause := _CAUSE.match(line):
            if len(messages) <= _MOST_CAUSES:
                messages.append(cause["text"])
            drawn += 1
        elif snippet := _SNIPPET.match(line):
            frame = frame or (place_of(snippet["place"]) if snippet["place"] else None)
            drawn += 1
        elif drawn and (_SNIPPET_LINE.match(line) or _SNIPPET_END.match(line)):
            pass
        elif tip := _HELP.match(line):
            notes.append(tip["text"])
            drawn += 1
        elif (text := _TEXT.match(line)) and len(messages[-1]) < LONGEST_MESSAGE:
            messages[-1] += "\n" + text["text"]
        else:
            break
        cursor.advance()
    if not (drawn or headed):
        return None
    return Trace(error=_chain(messages, code, frame, notes), format=name, origin=Origin(offset=start))


def _head(cursor: Cursor) -> tuple[bool, str | None] | None:
    """Go back to the line that says that an error follows; with its code, if it has one."""
    if not cursor.back():
        return None
    if not cursor.line and not cursor.back():
        return None
    line = cursor.line or ""
    if _ERROR.match(line):
        return True, None
    found = _CODE.match(line)
    return (True, found["code"]) if found else None


def _chain(messages: list[str], code: str | None, frame: Frame | None, notes: list[str]) -> Error:
    cause: Error | None = None
    for message in reversed(messages[1:]):
        cause = Error(message=message, cause=cause, cause_kind="cause" if cause is not None else None)
    return Error(
        type=code or "Error",
        message=messages[0],
        notes=notes,
        frames=[frame] if frame is not None else [],
        cause=cause,
        cause_kind="cause" if cause is not None else None,
    )
