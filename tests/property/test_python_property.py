"""Any text may be given to a reader: it never fails, ends in time proportional to the text, and what it is sure of is so."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stacktraces.cursor import Cursor
from stacktraces.model import Error, Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes import Format, all_formats
from stacktraces.runtimes.python.syntax import CHAIN_LINES
from stacktraces.scanning.fast_path.known_traces import is_doubtful
from stacktraces.scanning.fast_path.skeletons import SkeletonMatcher

(FORMAT,) = (each for each in all_formats() if each.name == "python")

PIECES = [
    "Traceback (most recent call last):",
    "  + Exception Group Traceback (most recent call last):",
    "Exception Group Traceback (most recent call last):",
    "Original Traceback (most recent call last):",
    '  File "a.py", line 3, in f',
    '> File "a.py", line 3, in f',
    '  File "a.py", line 3',
    '  File "a.py", line 3 in f',
    "    return g()",
    "           ~^^",
    "    x = 1",
    "    │   └ 'durian'",
    "  [Previous line repeated 3 more times]",
    "ValueError: bad",
    "shop.Empty",
    "KeyError: 'x'",
    "SyntaxError: invalid syntax",
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
    "",
    "multiprocessing.pool.RemoteTraceback: ",
    '"""',
    "  | ExceptionGroup: g (2 sub-exceptions)",
    "  +-+---------------- 1 ----------------",
    "    | ValueError: x",
    "    +---------------- 2 ----------------",
    "    +---------------- ... ----------------",
    "    +------------------------------------",
    "    +-+---------------- 1 ----------------",
    "      | KeyError: 1",
    "      +------------------------------------",
    "Exception in thread T (run):",
    "Exception ignored in: <function f>",
    "Exception KeyError: KeyError(1,) in <module 'm'> ignored",
    "Task exception was never retrieved",
    "future: <Task finished name='t' coro=<f()>>",
    "--- Logging error ---",
    "Call stack:",
    "Message: 'x'",
    "Arguments: ()",
    "Stack (most recent call last):",
    "2026-03-01 12:00:00,123 shop ERROR failed",
    "plain line",
    "---------------------------------------------------------------------------",
    "ZeroDivisionError                         Traceback (most recent call last)",
    "File /srv/app/shop.py:25, in charge(order)",
    "----> 4 g()",
    "╭──────── Traceback (most recent call last) ────────╮",
    "│ /srv/app/shop.py:25 in charge │",
    "│ ❱ 25 │   amount = total(order) │",
    "╰───────────────────────────────────────────────────╯",
    "╭──────── Sub-exception #1 ─────────╮",
    "_______ test_a _______",
    ">       f()",
    "E       KeyError: 1",
    "a.py:3: KeyError",
    "_ _ _ _ _ _ _ _ _ _ _",
    "Thread 0x00007f11 (most recent call first):",
    "Current thread 0x00007f11 (most recent call first):",
    "Fatal Python error: Aborted",
    "Timeout (0:00:01)!",
    "Process 7799: python a.py",
    "Python v3.11.2 (/usr/bin/python3.11)",
    'Thread 7802 (active+gil): "spinner"',
    "    spin (sleeper.py:17)",
    "        Locals:",
    "            n: 1",
    '[{"pid": 1, "owns_gil": true, "frames": []}]',
    "Traceback for thread 7803 (python) [] (most recent call last):",
    '    (Python) File "a.py", line 995, in f',
]
MARGINS = ["", "    ", "  ", "> ", "\x1b[31m", "x: "]
line = st.builds(
    lambda margin, piece: margin + piece, st.sampled_from(MARGINS[:1] * 6 + MARGINS), st.sampled_from(PIECES)
)
texts = st.lists(line, max_size=40).map("\n".join)
TYPES = [ValueError, KeyError, RuntimeError, OSError, ZeroDivisionError]


def names(error: Error | None) -> list[str | None]:
    found = []
    while error is not None:
        found.append(error.type)
        error = error.cause
    return found


@given(texts)
@settings(max_examples=600, deadline=None)
def test_any_order_of_lines_is_read_without_failing(text: str) -> None:
    data = text.encode()
    ends = 0
    for each in iterate(data):
        msgspec.json.encode(each)
        if isinstance(each, Trace):
            assert each.origin.offset is not None
            assert each.origin.offset >= ends
            assert each.error.type or each.error.frames or each.error.cause or each.error.message
            ends = each.origin.offset + 1


@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from(PIECES).map(str.encode)), max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_without_failing(parts: list[bytes]) -> None:
    for separator in (b"\n", b"\r\n", b"\r", b""):
        for each in iterate(separator.join(parts)):
            msgspec.json.encode(each)


@given(texts, st.integers(0, 3_000))
@settings(max_examples=200, deadline=None)
def test_a_reader_started_anywhere_stays_within_the_text(text: str, start: int) -> None:
    data = text.encode()
    start = min(start, len(data))
    for each in all_formats():
        cursor = Cursor(data, start, floor=start // 2)
        each.read(cursor)
        assert start // 2 <= cursor.offset <= len(data)


def fail(types: list[type[Exception]], message: str, depth: int) -> None:
    """Raise the last of ``types`` from the first, ``depth`` calls down."""
    if depth:
        fail(types, message, depth - 1)
    if len(types) == 1:
        raise types[0](message)
    try:
        raise types[0](message)
    except types[0] as error:
        raise types[1](message) from error


@given(
    st.lists(st.sampled_from(TYPES), min_size=1, max_size=2),
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x1b\u2028\u2029\x85"),
        max_size=60,
    ),
    st.integers(0, 12),
    st.sampled_from(["", "[2026-03-01 12:00:00,000] failed\n"]),
)
@settings(max_examples=300, deadline=None)
def test_what_this_interpreter_raises_is_read_back(
    types: list[type[Exception]], message: str, depth: int, before: str
) -> None:
    with pytest.raises(types[-1]) as caught:
        fail(types, message, depth)
    error = caught.value
    printed = "".join(traceback.format_exception(error))
    after = before and "[2026-03-01 12:00:01,000] next\n"
    (trace,) = (each for each in iterate((before + printed + after).encode()) if isinstance(each, Trace))
    assert names(trace.error) == [kind.__name__ for kind in reversed(types)]
    assert (trace.error.message or "") == str(error)
    known = [(frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    assert [(frame.function, frame.line) for frame in reversed(trace.error.frames)] == known


FRAMES = [
    '  File "a.py", line 3, in f',
    "    return g()",
    "           ~^^",
    "  [Previous line repeated 3 more times]",
    "    x = 1",
]
FINALS = [
    "ValueError: bad",
    "shop.Empty",
    "KeyError: 'x'",
    "ERROR: x",
    "a.b.C:",
    'E: """',
    "E: >>> ",
    "OSError: [Errno 2] x",
    "g\u00f6: x",
]
RECORD = "2026-03-01 12:00:01 next\n"
BETWEEN = [*(f"\n{chain}\n\n" for chain in CHAIN_LINES), RECORD, "INFO: x\n", "more\n", "\n", '"""\n']
link = st.builds(
    lambda frames, final, between: "\n".join([PIECES[0], FRAMES[0], *frames, final, ""]) + between,
    st.lists(st.sampled_from(FRAMES * 3 + PIECES[:3]), max_size=3),
    st.sampled_from(FINALS),
    st.sampled_from(BETWEEN[:3] * 4 + BETWEEN),
)


@given(st.lists(link, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_trace_of_the_grammar_is_what_the_reader_reads(links: list[str]) -> None:
    """Where a trace is one of the grammar, the reader finds as many links and the same end."""
    before = "2026-03-01 12:00:00,123 shop ERROR before\n"
    data = (before + "".join(links) + RECORD).encode()
    assert FORMAT.grammar is not None
    matcher = SkeletonMatcher(FORMAT, FORMAT.grammar())
    found = matcher.match(data, len(before), len(data))
    assume(found is not None and not is_doubtful(matcher.doubts_of(found.skeleton), found, data))
    assert found is not None
    cursor = Cursor(data, len(before))
    trace = FORMAT.read(cursor)
    if isinstance(trace, Trace) and trace.error.type is not None:
        headers = b"".join(found.skeleton.constants).count(PIECES[0].encode())
        assert (len(names(trace.error)), cursor.offset) == (headers, found.end)
        assert not trace.uncertain


HUGE = {
    "headers": "Traceback (most recent call last):\n",
    "stamped headers": "2026-03-01 12:00:00 Traceback (most recent call last):\n",
    "frames": '  File "a.py", line 3, in f\n',
    "traces": 'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    g()\nE: x\n',
    "chain lines": "\nDuring handling of the above exception, another exception occurred:\n\n",
    "bare links": "KeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\n",
    "ignored": "Exception ignored in: <f>\n",
    "quotes": '"""\n',
    "asyncio keys": "future: <Task name='x'>\n",
    "group headers": "  + Exception Group Traceback (most recent call last):\n",
    "members": "  +-+---------------- 1 ----------------\n    | E: x\n",
    "blank": "\n",
    "indented": "    x\n",
    "boxes": "╭──── Traceback (most recent call last) ────╮\n",
    "banners": "____ a ____\n",
    "threads": "Thread 0x1 (most recent call first):\n",
    "reasons": "Fatal Python error: x\n",
    "json": '[\n {"owns_gil": true,\n',
    "rules": "---------------------------------------------\nE   Traceback (most recent call last)\n",
}


def lines_read(text: str) -> int:
    """How many lines were looked at: the measure of a reader's work."""
    count = 0

    class Counting(Cursor):
        __slots__ = ()

        def advance(self) -> None:
            nonlocal count
            count += 1
            super().advance()

        def back(self) -> bool:
            nonlocal count
            count += 1
            return super().back()

    data = text.encode()
    floor = 0
    for offset, each in sorted(anchored(data), key=lambda hit: hit[0]):
        if offset < floor:
            continue
        cursor = Counting(data, offset, floor=floor)
        if each.read(cursor) is not None and cursor.offset > offset:
            floor = cursor.offset
    return count


def anchored(data: bytes) -> Iterator[tuple[int, Format]]:
    for each in all_formats():
        for match in re.finditer(b"|".join(map(re.escape, each.anchors)), data):
            yield match.start(), each


@pytest.mark.parametrize(
    "prefix", ["", 'Traceback (most recent call last):\n  File "a.py", line 3, in f\nE: x\n']
)
@pytest.mark.parametrize("name", HUGE)
def test_work_grows_with_the_text_and_not_faster(name: str, prefix: str) -> None:
    small, large = (lines_read(prefix + HUGE[name] * times) for times in (1_000, 4_000))
    assert large <= 6 * small + 5_000


LONG = 1 << 18
HOSTILE = [
    "A   Traceback (most recent call last)\n" + ":1, in f(" * (LONG // 9),
    "A   Traceback (most recent call last)\n/" + " in f(" * (LONG // 6),
    "╭─── Traceback (most recent call last) ───╮\n│ /a:1 in f │\n│ ╭── locals ──╮ │\n│ │ a = "
    + " " * LONG
    + "x│",
    "╭─── Traceback (most recent call last) ───╮\n│" + " |" * (LONG // 2) + "x",
    'Traceback (most recent call last):\n  File "' + '", line 1' * (LONG // 8),
    'Traceback (most recent call last):\n  File "' + '", line 1, in ' * (LONG // 14),
    'Traceback (most recent call last):\n  File "a", line 1, in f\n' + "a." * (LONG // 2) + "!",
    'Traceback (most recent call last):\n  File "a", line 1, in f\n' + "a" * LONG + "!",
    'Traceback (most recent call last):\n  File "a", line 1, in f\nKeyError: \'' + "\\'" * (LONG // 2),
    'Traceback (most recent call last):\n  File "<a>", line 1, in f\n    a' + " = " * (LONG // 3),
    'Traceback (most recent call last):\n  File "a", line 1, in f\n    x\n    ' + "│ " * (LONG // 2) + "x└",
    "Traceback (most recent call last): " * (LONG // 35),
    "____ a ____\n" + "_ " * (LONG // 2) + "x",
    "____ a ____\n" + " ===" * (LONG // 4) + "x",
    "____ a ____\na = " + ", b = " * (LONG // 6),
    'Thread 1 (idle): "a"\n    f' + " (" * (LONG // 2),
    'Traceback for thread 1 (a) [] (most recent call last):\n    (C) File "a", line 1, in f'
    + " (" * (LONG // 2),
    'Thread 0x1 (most recent call first):\n  File "' + '", line 1 in ' * (LONG // 13),
    "Exception A: " + " in <" * (LONG // 5) + "> ignored",
    "Exception A: " * (LONG // 14) + "> ignored",
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_lines_made_to_make_patterns_slow(number: int) -> None:
    """A pattern that tries again and again would not end within anyone's patience here."""
    data = (HOSTILE[number] + "\nlast\n").encode()
    for each in all_formats():
        for start in (0, data.index(b"\n") + 1):
            cursor = Cursor(data, start)
            each.read(cursor)
            assert cursor.offset <= len(data)
