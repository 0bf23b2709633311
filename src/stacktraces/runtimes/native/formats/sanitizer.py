"""Reports of AddressSanitizer, MemorySanitizer, ThreadSanitizer, HWAddressSanitizer and libFuzzer.

=========  ================================================================  ==========================
line       sample                                                            what comes next
=========  ================================================================  ==========================
rule       ``=================================================``             head
head       ``==9692==ERROR: AddressSanitizer: heap-use-after-free on 0x6…``  access, frame
head       ``WARNING: ThreadSanitizer: data race (pid=10071)``               heading
access     ``READ of size 8 at 0x602000000010 thread T0``                    frame
heading    ``freed by thread T0 here:``                                      frame
heading    ``  Previous write of size 4 at 0x55a1d0 by thread T1:``          frame
frame      ``    #0 0x55d6 in main /srv/a.cc:8``                             frame, heading, summary
summary    ``SUMMARY: AddressSanitizer: heap-use-after-free /srv/a.cc:8…``   shadow bytes, end
end        ``==9692==ABORTING``
=========  ================================================================  ==========================

The first stack is the error's, each further one is told with its heading. Leaks are read by :mod:`.leak`.
"""

from __future__ import annotations

import re

from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Origin, RelatedStack, Trace
from ..sanitizer_frames import FRAME, read_stack

NAME = "sanitizer"
STACKS_KEPT = 100
"""Further stacks kept of one report."""

_HEAD = regex(
    r"(?:==\d++== ?)?(?:ERROR|WARNING): (?P<tool>[A-Z]\w{1,30}?Sanitizer|libFuzzer): "
    r"(?P<text>(?!detected memory leaks).+)$"
)
_RULE = regex(r"={18,}+$")
_DEADLY = regex(r"\w++:DEADLYSIGNAL$")
_SUMMARY = regex(r"SUMMARY: \w++: (?P<kind>.*)$")
_ACCESS = regex(r"(?:READ|WRITE|ACCESS) of size \S++ at |(?:==\d++==)?The signal is caused by ")
# What a report says between its stacks; another line belongs to it only where a stack follows soon.
_WITHIN = regex(
    r"$|\s|==\d++==|0x[0-9a-f]++ (?:is|was) |Address 0x|Thread T\d|HINT: |Hint: |This frame has "
    r"|AddressSanitizer can not |Memory access|(?:freed|previously|allocated|created|Uninitialized|Invalid)\b"
)
_AFTER = regex(
    r"$|\s++(?:0x)?[0-9a-f]++: |=>0x[0-9a-f]++:|Shadow byte|  [A-Z][\w ]++: |={18,}+$"
    r"|==\d++==(?:ABORTING|HINT)|MS: |artifact_prefix=|Base64: |Memory tags around|Tags for short"
    r"|\s++(?:0x[0-9a-f]++, ?)++|Registers where |\s++x\d++ "
)
_EXITED = "fuzz target exited"
_PRINTER = "__sanitizer_print_stack_trace"
_UP_TO_STACK = 3
"""Other lines that may stand between a heading and its stack."""
_MOST_AFTER = 80
"""Lines after the summary: shadow bytes and their legend."""

# Heads that name no kind, by what the summary line of the same report says.
_UNNAMED = (
    ("attempting double-free", "double-free"),
    ("attempting free on", "bad-free"),
    ("attempting to call malloc_usable_size", "bad-malloc_usable_size"),
    ("requested allocation size", "allocation-size-too-big"),
    ("specified RSS limit", "rss-limit-exceeded"),
    ("allocator is out of memory", "out-of-memory"),
    ("calloc parameters overflow", "calloc-overflow"),
    ("CHECK failed", "CHECK failed"),
)
_KIND = regex(r"[^\s:(]++")


def read(cursor: Cursor) -> Trace | None:
    """The report whose head the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    head = _HEAD.match(cursor.line or "")
    if head is None:
        return None
    body = cursor.offset
    origin = Origin(offset=_start(cursor))
    cursor.seek(body)
    cursor.advance()
    error = Error(type=f"{head['tool']}: {_kind(head)}", message=head["text"])
    uncertain = [] if _read_body(cursor, error) else ["The report ends before its summary."]
    if not error.frames and uncertain:
        return None
    if head["text"].startswith(_EXITED) and all(frame.function == _PRINTER for frame in error.frames):
        return None  # The interpreter that was fuzzed has said already why it ended.
    return Trace(error=error, format=NAME, origin=origin, uncertain=uncertain)


def _start(cursor: Cursor) -> int:
    """Where the report starts: at a rule, or at the line that says that a signal came."""
    start = cursor.offset
    while cursor.back() and (_RULE.match(cursor.line or "") or _DEADLY.match(cursor.line or "")):
        start = cursor.offset
    return start


def _kind(head: re.Match[str]) -> str:
    text = head["text"]
    if head["tool"] == "ThreadSanitizer":
        return text.partition(" (pid=")[0]
    for beginning, kind in _UNNAMED:
        if text.startswith(beginning):
            return kind
    if head["tool"] == "libFuzzer":
        return text.partition(" (")[0].partition(" after ")[0]
    found = _KIND.match(text)
    return found[0] if found else text


def _read_body(cursor: Cursor, error: Error) -> bool:
    """Read up to the report's end; whether its summary was met."""
    heading: str | None = None
    end, strange = cursor.offset, 0
    while (line := cursor.line) is not None and strange <= _UP_TO_STACK:
        if FRAME.match(line):
            _take_stack(cursor, error, heading)
            heading, end, strange = None, cursor.offset, 0
            continue
        if _SUMMARY.match(line):
            cursor.advance()
            _pass_shadow(cursor)
            return True
        if _HEAD.match(line) or _RULE.match(line):
            break
        known = _WITHIN.match(line) is not None
        if not known:
            strange += 1
        elif not line[:1].isspace() and line:
            strange = 0
        if _ACCESS.match(line) and not error.frames:
            error.message = f"{error.message}\n{line.strip()}"
        if line.strip():
            heading = line.strip()
        cursor.advance()
        end = cursor.offset if known and line.strip() and not strange else end
    cursor.seek(end)
    return False


def _take_stack(cursor: Cursor, error: Error, heading: str | None) -> None:
    frames = read_stack(cursor)
    if error.frames:
        if len(error.related) < STACKS_KEPT:
            error.related.append(RelatedStack(title=heading or "", frames=frames))
        return
    error.frames = frames
    if heading is not None and heading not in (error.message or ""):
        error.message = f"{error.message}\n{heading}"


def _pass_shadow(cursor: Cursor) -> None:
    """Pass shadow bytes, their legend and the closing line; blank lines only before one of these."""
    end = cursor.offset
    for _ in range(_MOST_AFTER):
        line = cursor.line
        if line is None or not _AFTER.match(line):
            break
        cursor.advance()
        if line:
            end = cursor.offset
        if _RULE.match(line):
            break
    cursor.seek(end)
