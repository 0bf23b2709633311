"""Every shape of traceback of every CPython found, in every carrier, two writers interleaved, read from a log.

What is read must be what the interpreters knew, in all combinations.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from stacktraces.model import Error
from stacktraces.render.report import Reporter
from stacktraces.scanning import Occurrences
from tests.generate.carriers import (
    CARRIERS,
    SECOND_WRITER,
    SHIPPERS,
    STRUCTURED,
    Carrier,
    Writer,
    interleave,
    lines_of,
)
from tests.generate.runner import Case, cases, interpreters
from tests.unit.test_python_format import differences

pytestmark = pytest.mark.live
FIRST_WRITER = Writer()


class Known(NamedTuple):
    """One trace that must be found."""

    shape: str
    error: dict[str, Any]
    flags: dict[str, Any]


def knowledge(case: Case) -> list[Known]:
    flags = {name: value for name, value in case.truth.items() if name not in ("kind", "traces")}
    flags["shape"] = case.shape
    return [Known(case.shape, trace["error"], flags) for trace in case.truth["traces"]]


@functools.cache
def usable(version: str) -> list[Case]:
    """The cases that text alone can announce."""
    return [
        case
        for case in cases()
        if case.version == version
        and case.truth["kind"] == "errors"
        and not case.truth.get("headless")
        and not case.truth.get("python2_ignored")
        and case.shape != "odd_file_name_frame.native"  # Like its other form, but without a source line.
    ]


def event(carrier: Carrier[Sequence[bytes]], case: Case) -> list[bytes]:
    """The case's lines, below an ordinary line of the log where the carrier does not hold an event together."""
    lines = lines_of(case.text)
    return lines if carrier.whole else [b"2026-03-01 12:00:00,003 INFO shop.api request took 3 ms", *lines]


def unlike(found: Error, known: dict[str, Any]) -> tuple[bool, bool]:
    """Sorts the most likely first: comparing all of an error takes long."""
    frames = [frame.line for frame in found.frames] != [frame["line"] for frame in known["frames"]]
    return frames, (found.message or "") != (known["message"] or "")


def check(path: Path, expected: Sequence[Known]) -> list[str]:
    """Where what is found in the log is not what is expected, a line each."""
    unmatched: dict[tuple[str | None, int], list[Error]] = defaultdict(list)
    for trace in Occurrences([str(path)]):
        unmatched[trace.error.type, len(trace.error.children)].append(trace.error)
    wrong = []
    for known in expected:
        candidates = unmatched[known.error["type"], len(known.error["children"])]
        best: list[str] | None = None
        for index in sorted(range(len(candidates)), key=lambda index: unlike(candidates[index], known.error)):
            compared = differences(candidates[index], known.error, known.flags, known.shape)
            if not compared:
                del candidates[index]
            if best is None or len(compared) < len(best):
                best = compared
            if not compared:
                break
        if best is None:
            wrong.append(f"{known.shape} was not found")
        elif best:
            wrong.append("; ".join(best)[:600])
    wrong += [
        f"not expected: {each.type}: {each.message}"[:300] for left in unmatched.values() for each in left
    ]
    return wrong


@pytest.mark.parametrize("name", sorted(CARRIERS))
def test_lines_in_a_carrier(name: str, tmp_path: Path) -> None:
    carrier = CARRIERS[name]
    # Shippers write their records alike for every interpreter's lines: the newest one prints all shapes.
    for version in list(interpreters())[-1:] if name in SHIPPERS else interpreters():
        mine = [case for case in usable(version) if carrier.takes(lines_of(case.text))]
        first = [unit for case in mine for unit in carrier.units(event(carrier, case), FIRST_WRITER)]
        second = [
            unit for case in reversed(mine) for unit in carrier.units(event(carrier, case), SECOND_WRITER)
        ]
        path = tmp_path / f"{version}.log"
        path.write_bytes(interleave(first, second) if carrier.separable else b"".join(first + second))
        expected = [known for case in mine for known in knowledge(case)]
        assert check(path, expected * 2) == [], version


def core(error: dict[str, Any]) -> tuple[object, ...]:
    """What every carrier that prints an error in its own way keeps of it: no source lines, no notes."""
    frames = tuple((frame["function"], frame["file"], frame["line"]) for frame in error["frames"])
    cause = core(error["cause"]) if error["cause"] else None
    children = tuple(core(child) for child in error["children"])
    return error["type"], frames, cause, error["cause_kind"], children


def prints_itself(error: dict[str, Any]) -> bool:
    """Whether the error is all in the keys that such carriers print: a SyntaxError's place is not."""
    related = [error["cause"]] if error["cause"] else []
    return not error.get("syntax") and all(prints_itself(each) for each in [*related, *error["children"]])


@pytest.mark.parametrize("name", sorted(STRUCTURED))
def test_an_error_that_a_carrier_prints_itself(name: str, tmp_path: Path) -> None:
    carrier = STRUCTURED[name]
    for version in interpreters():
        mine = [
            known.error
            for case in usable(version)
            for known in knowledge(case)
            if known.error["type"]
            and not known.flags.get("open_end")
            and prints_itself(known.error)
            and carrier.takes(known.error)
        ]
        path = tmp_path / f"{version}.log"
        first = [unit for error in mine for unit in carrier.units(error, FIRST_WRITER)]
        second = [unit for error in mine for unit in carrier.units(error, SECOND_WRITER)]
        path.write_bytes(interleave(first, second) if carrier.separable else b"".join(first + second))
        found = [msgspec.to_builtins(Reporter().error(trace.error)) for trace in Occurrences([str(path)])]
        assert Counter(map(core, found)) == Counter(map(core, mine * 2)), version
