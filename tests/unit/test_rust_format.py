"""Rust's reports: what the corpus files do not show in one glance."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stacktraces.model import Error, Trace
from stacktraces.naming import normalise
from stacktraces.parsing import iterate, occurrences
from stacktraces.runtimes import all_formats
from stacktraces.runtimes.rust.names import NAMES
from stacktraces.scanning import Occurrences
from stacktraces.scanning.literal_search import anchors_of
from stacktraces.signatures.culprit import culprit
from stacktraces.signatures.fingerprint import fingerprint
from tests.golden import CORPUS

NOTE = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
FRAMES = "stack backtrace:\n   0: core::panicking::panic_fmt\n   1: shop::total\n             at ./src/main.rs:8:79\n"


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def only(text: str) -> Trace:
    (found,) = traces(text)
    return found


def error_in(name: str) -> Error:
    return only((CORPUS / "rust" / f"{name}.txt").read_text()).error


def messages(error: Error | None) -> list[str | None]:
    found = []
    while error is not None:
        found.append(error.message)
        error = error.cause
    return found


@pytest.mark.parametrize(
    ("header", "thread", "place", "message"),
    [
        ("thread 'main' (77) panicked at src/main.rs:7:88:\nboom", "main", ("src/main.rs", 7, 88), "boom"),
        ("thread 'main' panicked at src/main.rs:7:88:\nboom", "main", ("src/main.rs", 7, 88), "boom"),
        ("thread 'main' panicked at 'boom', src/main.rs:7:88", "main", ("src/main.rs", 7, 88), "boom"),
        ("thread 'main' panicked at 'boom', src/main.rs:7", "main", ("src/main.rs", 7, None), "boom"),
        ("thread 'main' panicked at 'boom': src/main.rs:7", "main", ("src/main.rs", 7, None), "boom"),
        ("Thread '<unnamed>' panicked at 'a 'b', c', x.rs:1:2", "<unnamed>", ("x.rs", 1, 2), "a 'b', c"),
        ("thread 'a 'b' (1)' (2) panicked at C:\\x y\\z.rs:1:2:\nboom", "a 'b' (1)", ("C:\\x y\\z.rs", 1, 2), "boom"),
        ("thread '' panicked at src/main.rs:7:88:\n", "", ("src/main.rs", 7, 88), ""),
        ("panicked at src/lib.rs:3:5:\nboom", None, ("src/lib.rs", 3, 5), "boom"),
        ("ERROR shop: thread 'main' panicked at src/main.rs:7:88:\nboom", "main", ("src/main.rs", 7, 88), "boom"),
        ("    thread 'main' panicked at src/main.rs:7:88:\nboom", "main", ("src/main.rs", 7, 88), "boom"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("note", [NOTE, ""])
def test_headers(header: str, thread: str | None, place: tuple[object, ...], message: str, note: str) -> None:
    trace = only(f"{header}\n{note}2026-11-28 22:06:28 INFO next\n")
    (frame,) = trace.error.frames
    assert (frame.file, frame.line, frame.column) == place
    assert (trace.error.type, trace.error.message, trace.context.thread) == ("panic", message, thread)
    assert culprit(trace.error, "rust") == frame


@pytest.mark.parametrize(
    "message",
    [
        "two\nlines",
        "blank\n\nlines",
        "fake\nstack backtrace:\nwords",
        "fake\nstack backtrace:\n   0: a\n   1: b\nwords",
        "assertion `left == right` failed\n  left: 1\n right: 2",
    ],
)
@pytest.mark.parametrize("behind", [NOTE, FRAMES])
def test_messages(message: str, behind: str) -> None:
    new = only(f"thread 'main' panicked at src/main.rs:7:88:\n{message}\n{behind}next line\n").error
    old = only(f"thread 'main' panicked at '{message}', src/main.rs:7:88\n{behind}next line\n").error
    assert new.message == old.message == message
    assert len(new.frames) == len(old.frames) == (1 if behind == NOTE else 2)


def test_without_a_note_an_assertion_has_its_sides_and_nothing_else() -> None:
    text = "thread 'main' panicked at x.rs:1:2:\nassertion failed\n  left: 1\n right: 2\nnext line\n"
    (found,) = occurrences(text.encode())
    assert found.error.message == "assertion failed\n  left: 1\n right: 2"
    assert found.raw == text.removesuffix("next line\n")


def test_panics_that_do_not_abort_are_apart() -> None:
    panic = "thread 'main' panicked at x.rs:1:2:\nboom\n"
    assert len(traces(panic + NOTE + "\n" + panic)) == 2
    aborting = panic + FRAMES + "\n" + panic + FRAMES + "thread panicked while processing panic. aborting.\n"
    assert messages(only(aborting).error) == ["boom", "boom"]
    assert len(traces(panic + FRAMES + "\n" + panic.replace("main'", "other'") + FRAMES)) == 2


def test_many_panics_of_one_thread_take_no_deep_recursion() -> None:
    assert len(traces(f"thread 'main' panicked at x.rs:1:2:\nboom\n{FRAMES}\n" * 2000)) == 2000


def test_long_backtraces_are_bounded() -> None:
    frames = "".join(f"{number:4}: shop::f\n" for number in range(1500))
    trace = only(f"thread 'main' panicked at x.rs:1:2:\nboom\nstack backtrace:\n{frames}")
    assert len(trace.error.frames) == 1000
    assert len(trace.uncertain) == 1


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ("Error: outer\n\nCaused by:\n    inner\n", ["outer", "inner"], "Error"),
        ("Error: outer\n\nCaused by:\n    0: middle\n    1: root\n", ["outer", "middle", "root"], "Error"),
        ("Error: a\nb\n\nCaused by:\n    0: middle\n       more\n    1: root\n", ["a\nb", "middle\nmore", "root"], "Error"),
        ("[2026-11-28T22:00:00Z ERROR shop] outer\n\nCaused by:\n    inner\n", ["outer", "inner"], None),
        ("words before\nouter\n\nCaused by:\n    inner\n", ["outer", "inner"], None),
        ("Error: outer\n\nLocation:\n    src/main.rs:59:17\n", ["outer"], "Error"),
        ("Error: \n   0: outer\n   1: root\n\nLocation:\n   src/main.rs:59\n", ["outer", "root"], "Error"),
        ("error: outer\n\nCaused by:\n  middle\n\nCaused by:\n  root\n", ["outer", "middle", "root"], "error"),
        ('Error: Os { code: 2, kind: NotFound, message: "x" }\n', ['Os { code: 2, kind: NotFound, message: "x" }'], "Error"),
        ("Error: Io(Os { code: 2 })\n", ["Io(Os { code: 2 })"], "Error"),
    ],
)  # fmt: skip
def test_reports(text: str, expected: list[str], kind: str | None) -> None:
    trace = only(text + "next line\n")
    assert messages(trace.error) == expected
    assert trace.error.type == kind


@pytest.mark.parametrize(
    "text",
    [
        "the crowd panicked at the disco\n",
        "Error: boom { code: 5 }\n",
        "Error: Timeout { code: 5 }\n    at run (/srv/app.js:1:2)\n",
        "Location: /login\n",
        "Caused by:\nwords\n",
        "ERROR ~ Error executing process\n\nCaused by:\n  Process terminated with an error\n",
        "1: ValueError: boom\n2: more\n",
        "Caused by: java.lang.Error\n",
        "2 × 3\n",
        "memory allocation of 5 bytes\n",
    ],
)
def test_no_trace(text: str) -> None:
    assert [each for each in traces(text) if each.format == "rust"] == []


@pytest.mark.parametrize(
    "names", [("1.63-bt-index", "1.95-bt-index", "1.95-full-index"), ("1.63-index", "1.95-index")]
)
def test_versions_and_lengths_of_backtraces_have_one_fingerprint(names: tuple[str, ...]) -> None:
    assert len({fingerprint(error_in(name), "rust") for name in names}) == 1


def test_without_a_backtrace_the_message_counts() -> None:
    panic = "thread 'main' panicked at src/main.rs:{}:5:\n{}\n" + NOTE
    found = [
        fingerprint(only(panic.format(*each)).error, "rust")
        for each in ((7, "no 5"), (9, "no 6"), (7, "other"))
    ]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("<shop::Cart<u32> as shop::Priced>::price::h891f87f4ac6e9d32", "shop::Cart::price"),
        ("<usize as core::slice::index::SliceIndex<[T]>>::index", "core::slice::index::SliceIndex::index"),
        ("<std[e28293b1aa0f68bd]::sys::stdio::unix::Stderr as std[e28293b1aa0f68bd]::io::Write>::write_fmt",
         "std::sys::stdio::unix::Stderr::write_fmt"),
        ("<fn() -> core::result::Result<(), ()> as core::ops::function::FnOnce<()>>::call_once",
         "core::ops::function::FnOnce::call_once"),
        ("<&dyn core::ops::function::Fn<(), Output = i32> as core::ops::function::FnOnce<()>>::call_once",
         "core::ops::function::Fn::call_once"),
        ("std::panicking::begin_panic::<&str>", "std::panicking::begin_panic"),
        ("shop::total::{closure#3}", "shop::total::{closure}"),
        ("<T as shop::Priced>::price", "shop::Priced::price"),
        ("<<shop::Cart>::f::Inner as core::fmt::Display>::fmt", "shop::Cart::f::Inner::fmt"),
    ],
)  # fmt: skip
def test_names(printed: str, expected: str) -> None:
    assert normalise(printed, "rust") == expected
    assert normalise(expected, "rust") == expected


@pytest.mark.parametrize(
    ("function", "file", "role"),
    [
        ("shop::main", "./src/main.rs", "own"),
        ("shop::main", "", "own"),
        ("", "src/main.rs", "own"),
        ("", "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/panicking.rs", "platform"),
        ("", "/root/.cargo/registry/src/index-6f17d22bba15001f/serde-1.0/src/de.rs", "library"),
        ("<usize as core::slice::index::SliceIndex<[T]>>::index", "", "platform"),
        ("<alloc::vec::Vec<T,A> as core::ops::index::Index<I>>::index", "", "platform"),
        ("<shop::Noisy as core::ops::drop::Drop>::drop", "", "own"),
        ("tokio::runtime::task::harness::poll_future", "", "library"),
        ("anyhow::context::<impl anyhow::Context<T,E> for core::result::Result<T,E>>::with_context", "", "crash"),
        ("__rustc::rust_begin_unwind", "", "crash"),
        ("core::option::expect_failed", "", "crash"),
        ("std::sys::backtrace::__rust_begin_short_backtrace", "", "entry"),
        ("<core::panic::unwind_safe::AssertUnwindSafe<F> as core::ops::function::FnOnce<()>>::call_once", "", "glue"),
        ("<unknown>", "", "unknown"),
    ],
)  # fmt: skip
def test_roles(function: str, file: str, role: str) -> None:
    assert NAMES.symbol(function, "", file, None).role == role


RETURNED = "Error: OrderError { id: 7, source: ParseIntError { kind: InvalidDigit } }"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (RETURNED, 1),
        (f"2026-11-28T20:00:00.1Z stderr F {RETURNED}", 1),
        (json.dumps({"log": f"{RETURNED}\n", "stream": "stderr", "time": "2026-11-28T20:00:00Z"}), 1),
        (f"\x1b[1;31m{RETURNED}\x1b[0m", 1),
        (f"Order{RETURNED}", 0),
    ],
)
def test_what_main_returned_starts_at_a_word(tmp_path: Path, line: str, found: int) -> None:
    path = tmp_path / "a.log"
    path.write_text(f"{line}\n" * 3)
    assert [each.error.type for each in Occurrences([str(path)])] == ["Error"] * 3 * found


def test_an_anchor_within_a_word_is_none() -> None:
    anchors = anchors_of(all_formats())
    number = anchors.literals.index(b"Error: ")
    for text, within in (
        (b"ValueError: x", True),
        (b"\xc3\xa9Error: x", True),
        (b"\\nError: x", False),
        (b"\x1b[31mError: x", False),
        (b"\xef\xbb\xbfError: x", False),
    ):
        assert anchors.is_within_word(text, text.find(b"Error: "), number) is within
    assert not anchors.is_within_word(b"Error: x", 0, number)
    assert not anchors.is_within_word(b"xthread 'main'", 1, anchors.literals.index(b"thread '"))
