"""Traces of every runtime in every carrier: read there as they are read alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import stacktraces
from stacktraces.model import Error, Trace
from stacktraces.scanning import Occurrences
from tests.generate.carriers import CARRIERS, SECOND_WRITER, Carrier, Writer, interleave
from tests.golden import CORPUS

SAMPLES = (
    "dotnet/netcore31-chain3.txt",
    "go/1.27-nil.txt",
    "java/17-chain.txt",
    "javascript/node24-cause.txt",
    "php/8.2-chain.txt",
    "python/3.11-plain.native.txt",
    "ruby/3.1-plain.txt",
    "rust/1.95-bt-index.txt",
)
LINE_BY_LINE = ("glog", "glog_like")
"""Loggers that put their prefix before each line: what may stand there, test_prefixed_writers.py tries."""


def told(error: Error | None) -> Any:
    if error is None:
        return None
    frames = tuple((each.function, each.file, each.line) for each in error.frames)
    return error.type, error.message, frames, told(error.cause)


def read(path: Path, data: bytes) -> list[Any]:
    path.write_bytes(data)
    return [told(each.error) for each in Occurrences([str(path)])]


@pytest.mark.parametrize("sample", SAMPLES)
def test_in_every_carrier(tmp_path: Path, sample: str) -> None:
    data = (CORPUS / sample).read_bytes()
    alone = [told(each.error) for each in stacktraces.parse(data) if isinstance(each, Trace)]
    lines = data.rstrip(b"\n").split(b"\n")
    wrong: dict[str, Any] = {}
    tried: list[Carrier[Any]] = [each for each in CARRIERS.values() if each.takes(lines)]
    assert len(tried) > 50
    for carrier in tried:
        found = read(tmp_path / "a.log", carrier.wrap(lines, Writer()))
        if found != alone and carrier.name not in LINE_BY_LINE:
            wrong[carrier.name] = found
    assert wrong == {}


@pytest.mark.parametrize("sample", SAMPLES)
def test_two_writers_of_one_carrier(tmp_path: Path, sample: str) -> None:
    data = (CORPUS / sample).read_bytes()
    other = (CORPUS / "python" / "3.11-plain.native.txt").read_bytes()
    parsed = [each for text in (data, other) for each in stacktraces.parse(text)]
    alone = [told(each.error) for each in parsed if isinstance(each, Trace)]
    lines, others = (text.rstrip(b"\n").split(b"\n") for text in (data, other))
    wrong: dict[str, Any] = {}
    for carrier in CARRIERS.values():
        if not carrier.separable or not (carrier.takes(lines) and carrier.takes(others)):
            continue
        mixed = interleave(carrier.units(lines, Writer()), carrier.units(others, SECOND_WRITER), 3)
        found = read(tmp_path / "a.log", mixed)
        if sorted(found, key=repr) != sorted(alone, key=repr) and carrier.name not in LINE_BY_LINE:
            wrong[carrier.name] = found
    assert wrong == {}
