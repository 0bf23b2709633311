"""IPython, pytest, rich, Loguru: other printers of Python's exceptions, held to captures of one program's failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.cursor import Cursor
from stacktraces.model import Error, Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes.python.formats import ipython, pytest_failure, rich_traceback
from tests.golden import CORPUS, check, inputs

FOLDERS = (
    "cleo",
    "ipython",
    "loguru",
    "pretty_errors",
    "pytest_output",
    "pytest_summary",
    "pytest_timeout",
    "python_error_first",
    "python_listed_frames",
    "python_page",
    "rich_log",
    "rich_traceback",
    "traceback_with_variables",
    "twisted",
)
GOLDEN = [path for folder in FOLDERS for path in inputs(folder) if path.stem != "json"]


def traces(path: Path) -> list[Trace]:
    return [each for each in iterate(path.read_bytes()) if isinstance(each, Trace)]


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def in_chain(error: Error | None) -> list[Error]:
    found = []
    while error is not None:
        found.append(error)
        error = error.cause
    return found


def short(name: str | None) -> str:
    return (name or "").rpartition(".")[2]


@pytest.mark.parametrize("path", GOLDEN, ids=named)
def test_captures_are_read_as_before(path: Path) -> None:
    check(path, traces(path))


KEY = (["KeyError"], ["price_of", "<lambda>"])
CHAIN = (["PaymentError", "TypeError"], ["charge"])
CONTEXT = (["KeyError", "JSONDecodeError"], ["price_of", "<genexpr>", "total", "charge", "read_order"])
REAL = [
    ("ipython/context", CHAIN),
    ("ipython/context", CONTEXT),
    ("ipython/context-colour", CHAIN),
    ("ipython/ipython7", CONTEXT),
    ("ipython/plain", CONTEXT),
    ("ipython/verbose", CONTEXT),
    ("loguru/backtrace", CHAIN),
    ("loguru/colour", CONTEXT),
    ("loguru/diagnose", KEY),
    ("loguru/diagnose", CHAIN),
    ("loguru/plain", CONTEXT),
    ("pytest_output/long", CHAIN),
    ("pytest_output/native", CONTEXT),
    ("pytest_output/short", CHAIN),
    ("pytest_output/short", CONTEXT),
    ("rich_traceback/narrow", KEY),
    ("rich_traceback/plain", CHAIN),
    ("rich_traceback/plain", CONTEXT),
    ("rich_traceback/locals", CHAIN),
]
LINES = {"price_of": 13, "total": 17, "charge": 27, "read_order": 35, "<genexpr>": 18}


@pytest.mark.parametrize(("name", "expected"), REAL)
def test_the_failures_of_one_program(name: str, expected: tuple[list[str], list[str]]) -> None:
    """Whatever prints them, chains and innermost frames are the same."""
    types, functions = expected
    found = [
        trace
        for trace in traces(CORPUS / f"{name}.txt")
        if [short(error.type) for error in in_chain(trace.error)] == types
        and [frame.function for frame in trace.error.frames][: len(functions)] == functions
    ]
    assert found, f"no {' from '.join(types)} in {functions} was read"
    for trace in found:
        innermost = trace.error.frames[0]
        assert (innermost.file or "").endswith("shop.py")
        assert innermost.line == LINES[functions[0]]
        assert innermost.source
        if types[0] == "PaymentError":
            assert trace.error.message == "order of 2 lines has no total\ncard: 4242"
            assert trace.error.cause_kind == "cause"


def test_ipython_repeats_are_expanded() -> None:
    (deep,) = (trace for trace in traces(CORPUS / "ipython/context.txt") if len(trace.error.frames) > 20)
    assert [frame.function for frame in deep.error.frames].count("countdown") == 61


def test_rich_joins_what_it_wrapped() -> None:
    messages = [
        trace.error.cause.message
        for trace in traces(CORPUS / "rich_traceback/narrow.txt")
        if trace.error.cause
    ]
    assert messages == ["unsupported operand type(s) for *: 'NoneType' and 'int'"]


def test_rich_members_and_notes() -> None:
    group = traces(CORPUS / "rich_traceback/plain.txt")[-1].error
    assert group.notes == ["seen twice"]
    assert [(child.type, child.message) for child in group.children] == [
        ("ValueError", "a"),
        ("KeyError", "'b'"),
    ]


def test_rich_locals() -> None:
    innermost = traces(CORPUS / "rich_traceback/locals.txt")[0].error.frames[0]
    assert innermost.locals == {"name": "'durian'"}


def test_pytest_keeps_the_name_of_the_test() -> None:
    banners = [
        trace.preamble[0].strip("_ ")
        for trace in traces(CORPUS / "pytest_output/short.txt")
        if trace.preamble
    ]
    assert banners[:3] == ["ERROR at setup of test_setup", "test_key", "test_assert"]


def test_pytest_values() -> None:
    innermost = traces(CORPUS / "pytest_output/locals.txt")[1].error.frames[0]
    assert innermost.locals == {"order": "{'apple': 2, 'pear': 1}", "card": "'4242'"}


@pytest.mark.parametrize("module", [ipython, pytest_failure, rich_traceback])
def test_plain_tracebacks_are_left_to_python(module: object) -> None:
    text = b"    Traceback (most recent call last):\n      File 'a.py', line 1, in f\n    KeyError: 1\n"
    assert module.read(Cursor(text)) is None  # type: ignore[attr-defined]


def nested_panels(depth: int) -> bytes:
    """rich's drawing of ``depth`` groups in one another."""
    lines = ["KeyError: 1"]
    for _ in range(depth):
        width = max(40, *map(len, lines)) + 2
        title = " Sub-exception #1 ".center(width, "─")
        inside = [f"│ {line.ljust(width - 2)} │" for line in lines]
        lines = ["ExceptionGroup: g (1 sub-exception)", "", f"╭{title}╮", *inside, f"╰{'─' * width}╯"]
    width = max(60, *map(len, lines))
    top = " Traceback (most recent call last) ".center(width, "─")
    frame = "│ /srv/a.py:1 in f".ljust(width) + " │"
    return "\n".join([f"╭{top}╮", frame, f"╰{'─' * width}╯", *lines, ""]).encode()


@pytest.mark.parametrize(("depth", "kept"), [(1, 1), (5, 5), (60, 20)])
def test_rich_panels_in_panels(depth: int, kept: int) -> None:
    (trace,) = iterate(nested_panels(depth))
    assert isinstance(trace, Trace)
    error, level = trace.error, 0
    while error.children:
        error, level = error.children[0], level + 1
    assert level == kept


# A smaller program of the same failures, run under printers that were added later.
PRICE = (["KeyError"], ["price_of", "<genexpr>", "total"])
PACK = (["PackError"], ["charge"])
LATER = [
    ("cleo/plain", (["KeyError"], ["price_of"])),
    ("cleo/chain", (["PackError", "KeyError"], ["charge", "handle"])),
    ("rich_traceback/handler", PRICE),
    ("rich_traceback/handler", (["PackError", "KeyError"], ["charge"])),
    ("traceback_with_variables/chain", PACK),
    ("traceback_with_variables/plain", PRICE),
    ("twisted/chain-brief", PACK),
    ("twisted/chain-verbose", PACK),
    ("twisted/plain-brief", PRICE),
    ("twisted/plain-verbose", PRICE),
]


@pytest.mark.parametrize(("name", "expected"), LATER)
def test_the_failures_of_a_smaller_program(name: str, expected: tuple[list[str], list[str]]) -> None:
    types, functions = expected
    found = [
        trace
        for trace in traces(CORPUS / f"{name}.txt")
        if [short(error.type) for error in in_chain(trace.error)] == types
    ]
    assert [[frame.function for frame in each.error.frames][: len(functions)] for each in found] == [
        functions
    ]
    (trace,) = found
    assert trace.error.message == {"KeyError": "'fig'"}.get(types[0], "cannot pack {'fig': 3}")
    assert trace.error.frames[0].line == {"price_of": 6, "charge": 18}[functions[0]]


def test_pytest_says_where_an_error_is_that_no_code_was_run_for() -> None:
    syntax, direct, through = traces(CORPUS / "pytest_output" / "errors.txt")
    assert (syntax.error.type, syntax.error.message) == ("SyntaxError", "invalid syntax")
    innermost = syntax.error.frames[0]
    assert (innermost.file, innermost.line, innermost.source) == ("/srv/app/tests/broken.py", 1, "def f(:")
    assert direct.error.message == "fixture 'pears' not found"
    assert [(frame.function, frame.line) for frame in direct.error.frames] == [("test_direct", 9)]
    assert through.error.message == "fixture 'apples' not found"
    assert [frame.function for frame in through.error.frames] == ["basket", "test_through"]
