"""The generator of tracebacks, held to checks that know nothing of our parser."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.generate.carriers import CARRIERS, SECOND_WRITER, STRUCTURED, Carrier, Writer, interleave
from tests.generate.runner import Case, cases, interpreters

ALWAYS = {
    "plain.native",
    "plain.module",
    "repeats.native",
    "thread_exception",
    "logging_exception",
    "uncaught",
}
SINCE = {
    (3, 6): {"explicit_cause.native", "implicit_context.module", "multiprocessing_pool", "fatal_segfault"},
    (3, 11): {"group_nested.native", "group_too_wide.module", "notes_many.native", "uncaught_group"},
    (3, 13): {"colours", "colours_group"},
}
CSI = re.compile(r"\x1b\[[0-9;]*m")


def number(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split("."))


def in_printed_order(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if error["cause"]:
        yield from in_printed_order(error["cause"])
    yield error
    for child in error["children"]:
        yield from in_printed_order(child)


def expected_lines(error: dict[str, Any]) -> Iterator[str]:
    """Frame lines as printed, repeats left out after three, then the first line of type and message."""
    previous, run = None, 0
    for frame in reversed(error["frames"]):
        place = frame["file"], frame["line"], frame["function"]
        run = run + 1 if place == previous else 1
        previous = place
        if run <= 3:
            yield 'File "{}", line {}, in {}'.format(*place)
    if error["type"]:
        message = error["message"]
        yield (error["type"] if message is None else f"{error['type']}: {message}").split("\n")[0]


def missing_line(case: Case) -> str | None:
    text = CSI.sub("", case.text.decode())
    position = 0
    for trace in case.truth["traces"]:
        for error in in_printed_order(trace["error"]):
            for line in expected_lines(error):
                line = CSI.sub("", line)
                found = re.compile(r"^[ |]*" + re.escape(line), re.MULTILINE).search(text, position)
                if not found:
                    return line
                position = found.end()
    return None


def frames_counted(case: Case) -> bool:
    """The text has as many frames as the truth."""
    errors = [error for trace in case.truth["traces"] for error in in_printed_order(trace["error"])]
    printed = re.findall(r'(?m)^[ |]*  File "[^\n]*", line \d+, in ', CSI.sub("", case.text.decode()))
    return len(printed) == sum(len(error["frames"]) for error in errors)


def names_of(version: str) -> set[str]:
    return {case.shape for case in cases() if case.version == version}


def test_an_interpreter_is_found() -> None:
    assert interpreters()


@pytest.mark.parametrize("version", interpreters())
def test_every_interpreter_makes_the_shapes_of_its_version(version: str) -> None:
    expected = set(ALWAYS)
    for since, names in SINCE.items():
        if number(version) >= since:
            expected |= names
        else:
            assert not names & names_of(version)
    assert expected <= names_of(version)


def test_newer_interpreters_keep_the_older_shapes() -> None:
    versions = [each for each in interpreters() if number(each) >= (3, 6)]
    for older, newer in itertools.pairwise(versions):
        assert names_of(older) <= names_of(newer)


def test_no_shape_stands_twice() -> None:
    found = [(case.version, case.shape) for case in cases()]
    assert len(found) == len(set(found))


def test_truth_and_text_agree() -> None:
    wrong = {
        (case.version, case.shape): line
        for case in cases()
        if case.truth["kind"] == "errors" and not case.truth.get("python2_ignored")
        if (line := missing_line(case)) is not None
    }
    assert wrong == {}


def test_the_text_holds_no_frame_that_the_truth_lacks() -> None:
    """Where nothing repeats and no message holds fake frames, both have the same number of frames."""
    for case in cases():
        if case.truth["kind"] == "errors" and not re.search(
            rb"\[Previous line repeated|/srv/fake/", case.text
        ):
            assert frames_counted(case), (case.version, case.shape)


def test_repeats_are_expanded() -> None:
    for case in cases():
        if case.shape == "repeats.native":
            frames = case.truth["traces"][0]["error"]["frames"]
            assert [frame["function"] for frame in frames].count("again") == 61


def test_snapshots_agree_line_by_line() -> None:
    seen = 0
    for case in cases():
        if case.truth["kind"] != "snapshot":
            continue
        seen += 1
        printed: dict[str, list[str]] = defaultdict(list)
        for line in case.text.decode().splitlines():
            if header := re.match(r"(?:Current thread|Thread) (0x[0-9a-f]+)", line):
                identity = header[1]
            elif line.startswith("  File "):
                printed[identity].append(line)
        known = {
            thread["id"]: [
                f'  File "{f["file"]}", line {f["line"]} in {f["function"]}' for f in thread["frames"]
            ]
            for thread in case.truth["threads"]
        }
        assert printed == known, (case.version, case.shape)
    assert seen


SAVED = sorted((Path(__file__).parents[1] / "corpus" / "python").glob("*.truth.json"))
TRACE = [
    b"Traceback (most recent call last):",
    b'  File "/srv/app/a.py", line 3, in f',
    b"    g()",
    b"KeyError: 'a'",
]


def test_the_corpus_is_there() -> None:
    assert len(SAVED) > 40


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.name.removesuffix(".truth.json"))
def test_saved_truth_and_text_agree(path: Path) -> None:
    truth = json.loads(path.read_text())
    text = path.with_name(path.name.replace(".truth.json", ".txt")).read_bytes()
    assert not re.search(rb"/(work|root|tmp|home)/", text)
    if truth["kind"] == "errors" and not truth.get("python2_ignored"):
        assert missing_line(Case("", path.name, text, truth)) is None


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=lambda carrier: carrier.name)
def test_a_carrier_prints_what_it_says_it_carries(carrier: Carrier[Any]) -> None:
    for part, writer in itertools.product(carrier.parts or (carrier,), (Writer(), SECOND_WRITER)):
        wrapped = part.wrap(TRACE, writer).decode()
        for name, value in part.expected(writer).items():
            if name != "times":
                assert value.casefold() in wrapped.casefold(), name


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=lambda carrier: carrier.name)
def test_separable_carriers_tell_two_writers_apart(carrier: Carrier[Any]) -> None:
    first, second = carrier.units(TRACE, Writer()), carrier.units(TRACE, SECOND_WRITER)
    if carrier.separable and not carrier.whole:
        assert not set(first) & set(second)
    mixed = interleave(first, second, seed=3)
    assert sorted(mixed) == sorted(b"".join(first + second))
    assert mixed == interleave(first, second, seed=3)


def test_interleaving_keeps_each_writers_order() -> None:
    first, second = [b"a1\n", b"a2\n", b"a3\n"], [b"b1\n", b"b2\n", b"b3\n"]
    orders = {interleave(first, second, seed) for seed in range(20)}
    assert len(orders) > 3
    for mixed in orders:
        assert [line for line in mixed.splitlines(True) if line.startswith(b"a")] == first
        assert [line for line in mixed.splitlines(True) if line.startswith(b"b")] == second


def test_structured_carriers_name_type_and_frames() -> None:
    case = next(case for case in cases() if case.shape == "plain.native")
    error = case.truth["traces"][0]["error"]
    for carrier in STRUCTURED.values():
        assert carrier.takes(error)
        wrapped = carrier.wrap(error, Writer()).decode()
        assert error["type"] in wrapped
        assert all(frame["function"] in wrapped for frame in error["frames"])


@pytest.mark.parametrize(
    "change", [{"type": "Error"}, {"message": "bang"}, {"frames": []}, {"frames": "line"}]
)
def test_the_check_sees_a_wrong_truth(change: dict[str, Any]) -> None:
    case = next(case for case in cases() if case.shape == "plain.native")
    error = case.truth["traces"][0]["error"]
    if change == {"frames": "line"}:
        change = {"frames": [{**error["frames"][0], "line": 0}, *error["frames"][1:]]}
    wrong = case._replace(truth={"kind": "errors", "traces": [{"error": {**error, **change}}]})
    assert missing_line(wrong) is not None or not frames_counted(wrong)
