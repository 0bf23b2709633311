"""Traces of every runtime in every carrier: read there as they are read alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import stacktraces
from stacktraces.model import Error, Trace
from stacktraces.scanning import Occurrences
from tests.generate.carriers import CARRIERS, SECOND_WRITER, Carrier, Writer, interleave
from tests.golden import CORPUS

SAMPLES = [
    "dotnet/netcore31-chain3.txt",
    "go/1.27-nil.txt",
    "haskell/9.0-error.txt",
    "java/17-chain.txt",
    "javascript/node20-fake.txt",
    "javascript/node24-cause.txt",
    "native/valgrind319-uninit.txt",
    "perl/5.36-shop-nested.txt",
    "php/8.2-chain.txt",
    "powershell/get-error.txt",
    "python/3.11-plain.native.txt",
    "r/4.2-lines.txt",
    "r/4.2-stop.txt",
    "r/4.2-traceback.txt",
    "ruby/3.1-logger.txt",
    "ruby/3.1-plain.txt",
    "rust/1.95-bt-index.txt",
]
MATRIX = {
    "crystal": "cause lines key fiber release-cause",
    "dart": "unhandled framework message-lines compiled tests",
    "dotnet": "netcore31-async netcore31-aggregate netcore31-iter mono68-chain3 mono68-lambda",
    "erlang": "elixir114-anon elixir114-arith elixir114-genserver otp25-badmatch otp25-gs",
    "go": "1.27-nest 1.27-blank 1.19-throwmap 1.27-http 1.19-race",
    "haskell": "nested plain fromjust partial xc-error",
    "java": "17-circular 17-multiline 17-suppressed 17-thread 25-cf",
    "javascript": "node20-agg node20-multiline node20-fake node20-emit deno-cause bun-plain",
    "julia": "plain caused-by task lines overflow",
    "kernel": "kasan-uaf kernel-bug-4 rcu-stall memory-leak arm-oops",
    "lua": "5.4-plain 5.4-multi 5.4-coro 5.1-field luajit-plain",
    "ocaml": "assert custom failwith index plain re",
    "perl": "anon 36-cluck confess croak-verbose shop-nested shop-longargs",
    "php": "8.2-plain 8.2-chain3 8.2-multi 8.2-closure 8.2-type",
    "powershell": "5.1-script 7-concise 7-throw list get-error",
    "r": "4.2-lines 4.2-long 4.2-log 4.2-traceback rlang-1.0-chain",
    "ruby": "3.1-cause 3.1-multi 3.1-block 3.1-deep 3.1-logger",
    "rust": "1.63-assert 1.95-blank 1.95-bt-drop 1.95-bt-anyhow-one 1.95-full-index",
    "native": "asan-uaf tsan-race lsan319-leak valgrind319-uninit glog06-signal android-tombstone",
    "swift": "plain crash-6.2 5.2 lines release",
}
"""Further shapes: the ends of the names of samples, which ``make test-matrix`` tries too."""
MOST_OF_A_RUNTIME = 6


def samples() -> list[str]:
    """The samples that are tried: a few, or all of them where ``STACKTRACES_MATRIX`` is set."""
    if "STACKTRACES_MATRIX" not in os.environ:
        return SAMPLES
    found = list(SAMPLES)
    for folder, ends in MATRIX.items():
        paths = [
            path for end in ends.split() for path in sorted((CORPUS / folder).glob(f"*{end.strip('*')}.txt"))
        ]
        composed = {"behind-python.txt", "in-log.txt", "near-miss.txt", "truncated.txt"}
        names = [f"{folder}/{path.name}" for path in paths if path.name not in composed]
        found += [each for each in names if each not in found][:MOST_OF_A_RUNTIME]
    return found


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


@pytest.mark.parametrize("sample", samples())
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


@pytest.mark.parametrize("sample", samples())
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
