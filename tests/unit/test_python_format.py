"""Python tracebacks: what is read is what the interpreter knew."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from stacktraces.model import Error, Trace
from stacktraces.parsing import parse
from stacktraces.runtimes import all_formats
from tests.generate.runner import cases, interpreters
from tests.golden import CORPUS

(FORMAT,) = (each for each in all_formats() if each.name == "python")

SAVED = sorted((CORPUS / "python").glob("*.truth.json"))
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
UNPRINTED_SOURCE = "odd_file_name_frame.native"
"""The interpreter did not print the source line that it could have found."""


def read(text: bytes | str) -> list[Trace]:
    return [each for each in parse(text, formats=(FORMAT,)) if isinstance(each, Trace)]


def one(text: str) -> Trace:
    (trace,) = read(text)
    return trace


def whole_text(message: str | None, notes: list[str]) -> str:
    """A message and its notes as they are printed; line ends at their end tell nothing: a logger adds them."""
    return COLOUR.sub("", "\n".join([message or "", *notes])).rstrip("\n")


def differences(found: Error | None, truth: dict[str, Any], flags: dict[str, Any], path: str) -> list[str]:
    """Where ``found`` is not what the interpreter knew, a line each."""
    if found is None:
        return [f"{path} is missing"]
    wrong: list[str] = []

    def same(name: str, left: object, right: object) -> None:
        if left != right:
            wrong.append(f"{path}.{name}: {left!r} is not {right!r}")

    same("type", found.type, truth["type"])
    text, known = whole_text(found.message, found.notes), whole_text(truth["message"], truth["notes"])
    same("text", text[: len(known)] if flags.get("drift") else text, known)
    if not flags.get("open_end") and not flags.get("drift"):
        same("message", found.message or None, truth["message"] and COLOUR.sub("", truth["message"]))
        same("notes", found.notes, truth["notes"])
    frames, syntax = found.frames, truth.get("syntax")
    if syntax:
        same(
            "location",
            [(f.function, f.file, f.line) for f in frames[:1]],
            [(None, syntax["file"], syntax["line"])],
        )
        frames = frames[1:]
    same(
        "frames",
        [(f.function, f.file, f.line) for f in frames],
        [(f["function"], f["file"], f["line"]) for f in truth["frames"]],
    )
    sources = [(f.source or "").split("\n")[0] for f in frames]
    if flags.get("shape") != UNPRINTED_SOURCE:
        same("sources", sources, [(f["source"] or "").strip() for f in truth["frames"]])
    for frame, known_frame in zip(frames, truth["frames"], strict=False):
        if "locals" in known_frame:
            same("locals", frame.locals, known_frame["locals"])
    same("cause_kind", found.cause_kind, truth["cause_kind"])
    if truth["cause"]:
        wrong += differences(found.cause, truth["cause"], flags, f"{path}.cause")
    same("number of children", len(found.children), len(truth["children"]))
    for number, (child, known_child) in enumerate(zip(found.children, truth["children"], strict=False)):
        wrong += differences(child, known_child, flags, f"{path}.children[{number}]")
    return wrong


def compare(text: bytes, truth: dict[str, Any], shape: str) -> list[str]:
    """Where what is read from ``text`` is not the ``truth``, a line each."""
    flags = {name: value for name, value in truth.items() if name not in ("kind", "traces")} | {
        "shape": shape
    }
    found = read(text)
    if len(found) != len(truth["traces"]):
        return [f"{len(found)} traces, not {len(truth['traces'])}"]
    wrong = []
    for number, (trace, known) in enumerate(zip(found, truth["traces"], strict=True)):
        wrong += differences(trace.error, known["error"], flags, f"[{number}]")
        if known.get("thread") and trace.context.thread != known["thread"]:
            wrong.append(f"[{number}].thread: {trace.context.thread!r} is not {known['thread']!r}")
    return wrong


@pytest.mark.parametrize("version", interpreters())
def test_what_an_interpreter_raised_is_read(version: str) -> None:
    mine = [case for case in cases() if case.version == version and case.truth["kind"] == "errors"]
    assert len(mine) > 50
    wrong = {case.shape: found for case in mine if (found := compare(case.text, case.truth, case.shape))}
    assert wrong == {}


@pytest.mark.parametrize("version", interpreters())
def test_line_ends_of_windows_change_nothing(version: str) -> None:
    for case in cases():
        if case.version == version and case.truth["kind"] == "errors" and b"\r" not in case.text:
            assert compare(case.text.replace(b"\n", b"\r\n"), case.truth, case.shape) == [], case.shape


@pytest.mark.parametrize("version", interpreters())
@pytest.mark.parametrize("margin", ["    ", "> ", "web-1  | "])
def test_a_margin_changes_nothing(version: str, margin: str) -> None:
    """As in a quoted mail, or in a log that was not unwrapped."""
    for case in cases():
        if case.version != version or case.truth["kind"] != "errors" or "headless" in case.truth:
            continue
        if case.shape.partition(".")[0] in ("unicode_message", "separators_message") or case.truth.get(
            "open_end"
        ):
            continue
        lines = case.text.decode().split("\n")
        text = "\n".join(margin + line if line else line for line in lines).encode()
        assert compare(text, case.truth, case.shape) == [], case.shape


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.name.removesuffix(".truth.json"))
def test_saved_tracebacks_are_read(path: Path) -> None:
    truth = json.loads(path.read_text())
    shape = path.name.removesuffix(".truth.json").partition("-")[2]
    if truth["kind"] != "errors":
        pytest.skip("no traceback")
    text = path.with_name(path.name.replace(".truth.json", ".txt")).read_bytes()
    assert compare(text, truth, shape) == []


def test_where_a_leaked_object_was_made() -> None:
    for case in cases():
        if case.truth["kind"] == "allocation":
            (trace,) = read(case.text)
            assert trace.error.type is None
            known = [(f["function"], f["file"], f["line"]) for f in case.truth["frames"]]
            assert [(f.function, f.file, f.line) for f in trace.error.frames] == known


@pytest.mark.parametrize("version", interpreters())
def test_indentation_that_was_taken_away(version: str) -> None:
    """As by a collector that strips every line. What only indentation tells is lost with it."""
    indented = (
        "locals_shown",
        "multi_line",
        "indented",
        "space",
        "syntax",
        "message",
        "fake",
        "group",
        "note",
        "print_stack",
    )
    seen = 0
    for case in cases():
        truth = case.truth
        if case.version != version or truth["kind"] != "errors" or truth.get("open_end"):
            continue
        if "headless" in truth or any(word in case.shape for word in indented) or "logging_error" in truth:
            continue
        text = b"\n".join(line.strip() for line in case.text.split(b"\n"))
        assert compare(text, truth, case.shape) == [], case.shape
        seen += 1
    assert seen > 20
