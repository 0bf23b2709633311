"""Every carrier keeps the promises of its own samples, and takes no other carrier's lines for its own."""

from __future__ import annotations

from collections.abc import Iterable
from re import _constants as sre
from re import _parser
from typing import Any

import pytest

from stacktraces.carriers import Carrier, Sample, all_carriers
from stacktraces.runtimes import known_trace_lines
from stacktraces.unwrapping.detection import detect
from stacktraces.unwrapping.quoted_traces import unwrap_line

KNOWN = known_trace_lines()
CARRIERS = all_carriers()
SAMPLES = [(carrier, sample) for carrier in CARRIERS for sample in carrier.samples]
NEAR_MISSES = [(carrier, line) for carrier in CARRIERS for line in carrier.near_misses]


def _name(value: object) -> str | None:
    return value.name if isinstance(value, Carrier) else None


def test_names_are_unique_and_every_carrier_proves_itself() -> None:
    names = [carrier.name for carrier in CARRIERS]
    assert len(names) == len(set(names))
    assert [carrier.name for carrier in CARRIERS if not carrier.samples or not carrier.near_misses] == []


@pytest.mark.parametrize(("carrier", "sample"), SAMPLES, ids=_name)
def test_unwraps_its_samples(carrier: Carrier, sample: Sample) -> None:
    record = unwrap_line(carrier, sample.line, KNOWN)
    assert record is not None
    assert record.text == sample.text
    assert record.time == sample.time
    assert record.fields == sample.fields
    assert record.partial == sample.partial


@pytest.mark.parametrize(("carrier", "line"), NEAR_MISSES, ids=_name)
def test_leaves_near_misses(carrier: Carrier, line: bytes) -> None:
    assert unwrap_line(carrier, line, KNOWN) is None


_AHEAD = 1
"""How the parser of ``re`` marks an assertion of what follows."""


def _literals(items: Iterable[Any]) -> Iterable[int | None]:
    """The bytes that a pattern asks for in any case, with ``None`` where something else stands between."""
    for kind, value in items:
        if kind is sre.LITERAL:
            yield value
        elif kind is sre.SUBPATTERN:
            yield from _literals(value[-1])
        elif kind is sre.ASSERT and value[0] == _AHEAD:
            yield from _literals(value[1])
            yield None
        else:
            yield None


@pytest.mark.parametrize("carrier", [each for each in CARRIERS if each.header and each.prefix], ids=_name)
def test_a_prefix_cannot_match_without_its_header(carrier: Carrier) -> None:
    asked = "".join(
        "\n" if each is None else chr(each) for each in _literals(_parser.parse(carrier.prefix.pattern))
    )
    assert carrier.header.decode() in asked


@pytest.mark.parametrize(("carrier", "sample"), SAMPLES, ids=_name)
def test_a_file_of_one_line_repeated_is_told(carrier: Carrier, sample: Sample) -> None:
    told = [each.name for each in detect((sample.line + b"\n") * 5, KNOWN)][:1]
    assert told == ([] if carrier.bare_continuation else [carrier.name])


def test_jenkins_is_told_by_lines_that_no_program_writes() -> None:
    program = b"[2024-05-01T12:00:00.123Z] ERROR no price\nTraceback (most recent call last):\n" * 5
    assert detect(program, KNOWN) == ()
    build = b"[2024-05-01T12:00:00.123Z] KeyError: 'x'\n" * 5 + b"[2024-05-01T12:00:00.123Z] + make test\n"
    assert [each.name for each in detect(build, KNOWN)] == ["jenkins"]
