"""JavaScript: Node, Deno, Bun and browsers."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, Grammar, NameRules, Runtime, reader_of


def names() -> NameRules:
    from .names import NAMES

    return NAMES


LINES = TraceLines(
    header=LineKind(rb"error: Uncaught ", (b"error: Uncaught ",)),
    frame=LineKind(
        rb" {4,8}at [^\n]{1,4000}?(?::\d{1,9}:\d{1,9}|native|<anonymous>|index \d{1,9})\)?", (b"    at ",)
    ),
    goes_on=rb"Caused by: |\}",
    error=rb"[\w$]{0,200}(?:Error|Exception)(?: \[\w{1,100}\])?(?::|\Z)",
)


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def grammar() -> Grammar:
    from .grammar import GRAMMAR

    return GRAMMAR


def _may_be_frame(line: str) -> bool:
    """Whether a place as JavaScript writes it may stand on ``line``: a column, or no file."""
    return "at " in line and (line.count(":") > 1 or any(each in line for each in _PLACES))


_PLACES = ("<anonymous>", "<Jasmine>", "native", "index ", "wasm", "eval", ".js", ".ts")


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    is_place = line.rstrip().rpartition(":")[2].isdecimal()
    if not (is_place or "rror: Uncaught " in line or _may_be_frame(following) or _may_be_frame(line)):
        return False
    from .starts import starts_here

    return starts_here(line, following)


_V8 = (
    b"   at ", b"  at async ", b"  at process.", b"\tat ", b"   ^", b"Node.js v", b"Bun v",
    b" --trace-uncaught ...` to show where ", b"rror: Command failed", b": Uncaught ",
    b"UnhandledPromiseRejectionWarning: ",
)  # fmt: skip
"""In frames, below the source line of errors that nobody caught, and around errors without any of these."""
_ABORTS = (b"FATAL ERROR: ", b"----- Native stack trace -----", b"  #  Assertion failed: ")
"""In what Node prints when it aborts."""
_TESTS = (b"  stack: |", " ❯ ".encode())
"""In what Node's runner writes as TAP, and Vitest."""
_CONSOLE = (b":CONSOLE:", b":CONSOLE(", b"(anonymous) @ ", b"Uncaught ", b"This error is located at:")
"""In what Chromium logs of a page's console, what is copied from a browser's, and React Native's."""
_AT_SIGNS = (
    b"@http://", b"@https://", b"@file:///", b"@webpack", b"@moz-extension://", b"@safari-", b"@resource://",
    b"@chrome://", b"@blob:http", b"@app://", b"@capacitor://", b"@[native code]", b".jsbundle:",
    b"global code@", b"module code@", b"eval code@", b"JS ERROR: ",
)  # fmt: skip
"""In the stacks of Firefox, Safari and what is built on their engines."""

AVA = Format(
    name="ava",
    title="failed test of AVA",
    anchors=(
        b"  Difference (- actual, + expected):",
        b"  Value is not ",
        b"  Function returned:",
        b"  Promise rejected with:",
        b"  Promise resolved with:",
        "  › ".encode(),
    ),
    read=reader_of(f"{__name__}.ava"),
    precedence=-1,
)

RUNTIME = Runtime(
    name="javascript",
    title="JavaScript",
    names=names,
    lines=LINES,
    starts=starts_trace,
    versions="Node 14, 16, 18, 20 and 24, Deno 2.9, Bun 1.4, Chromium 150, SpiderMonkey 102, "
    "JavaScriptCore 2.50, Hermes 0.12, QuickJS, Jest, Mocha, Vitest 4.1",
    reads="errors that nobody caught, were logged or failed a test, also in TAP, with causes, members and "
    "errors among their properties; rejections; values that were thrown; warnings with a stack; a browser's "
    "console, and stacks copied from it; React Native's screens; why Node aborts, with both stacks",
    not_read="values thrown in Node before 17, except strings; errors within the properties that Bun prints",
    formats=(
        Format(
            name="javascript",
            title="JavaScript error",
            anchors=_V8 + _ABORTS + _TESTS + _CONSOLE + _AT_SIGNS,
            read=read,
            grammar=grammar,
        ),
        AVA,
    ),
)
