"""Tries mutated corpus files on every reader, carrier and the compiled part: ``make fuzz SECONDS=600``.

An input is put together from corpus files: lines dropped, doubled, swapped and spliced from another file,
numbers and identifiers replaced, the whole wrapped by a carrier's sample, cut anywhere. No reader may raise,
and the fast path must give what reading each trace gives. With atheris, coverage of the code guides what is
tried; without it the choices are random. What fails is kept in the folder ``fuzz-failures``.
"""

from __future__ import annotations

import hashlib
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from stacktraces.carriers import all_carriers
from stacktraces.containment import ReaderFailures
from stacktraces.parsing import _iterate
from stacktraces.runtimes import all_formats
from stacktraces.scanning import Options, group

ROOT = Path(__file__).parents[1]
FAILURES = ROOT / "fuzz-failures"
_LARGEST = 20_000
_MOST_MUTATIONS = 12
_NUMBER = re.compile(rb"0x[0-9a-f]+|\d+")
_NUMBERS = (
    b"0", b"007", b"0777", b"0x", b"-1", b"1e9", b"4294967296", b"18446744073709551616", b"9" * 400,
    b"\xd9\xa3", b"\xc2\xb2", b"", b"1_000", b"0b1", b"0xffffffffffffffff",
)  # fmt: skip
_NOW = datetime(2024, 6, 1)

Below = Callable[[int], int]
"""Gives a number from 0 on that is smaller than its argument, which is 1 or more."""


def samples() -> list[bytes]:
    """The corpus files that are small enough."""
    paths = sorted((ROOT / "tests/corpus").glob("*/*.txt"))
    return [data for path in paths if len(data := path.read_bytes()) <= _LARGEST]


def mutated(below: Below, pool: list[bytes]) -> bytes:
    """An input made of some of ``pool`` by the choices of ``below``."""
    lines = pool[below(len(pool))].split(b"\n")
    for _ in range(1 + below(_MOST_MUTATIONS)):
        _MUTATIONS[below(len(_MUTATIONS))](below, lines, pool)
        if not lines:
            break
    text = b"\n".join(lines)
    if below(4) == 0:
        text = _wrapped(below, text)
    if below(3) == 0:
        text = text[: below(len(text) + 1)]
    return text


def _drop(below: Below, lines: list[bytes], pool: list[bytes]) -> None:
    del lines[below(len(lines))]


def _double(below: Below, lines: list[bytes], pool: list[bytes]) -> None:
    at = below(len(lines))
    lines.insert(at, lines[at])


def _swap(below: Below, lines: list[bytes], pool: list[bytes]) -> None:
    one, other = below(len(lines)), below(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _number(below: Below, lines: list[bytes], pool: list[bytes]) -> None:
    at = below(len(lines))
    new = _NUMBERS[below(len(_NUMBERS))]
    lines[at] = _NUMBER.sub(lambda _: new, lines[at], count=1 + below(3))


def _splice(below: Below, lines: list[bytes], pool: list[bytes]) -> None:
    other = pool[below(len(pool))].split(b"\n")
    start = below(len(other))
    lines[below(len(lines)) : 0] = other[start : start + 1 + below(30)]


def _widen(below: Below, lines: list[bytes], pool: list[bytes]) -> None:
    at = below(len(lines))
    lines[at] = (b" ", b"\t", b"\r", b"\x1b[31m", b"\x00", b"\xff")[below(6)] * (1 + below(5)) + lines[at]


_MUTATIONS = (_drop, _double, _swap, _number, _number, _splice, _widen)


def _wrapped(below: Below, text: bytes) -> bytes:
    """Each line with the beginning of a carrier's sample before it."""
    carriers = all_carriers()
    carrier = carriers[below(len(carriers))]
    sample = carrier.samples[below(len(carrier.samples))]
    head, found, tail = sample.line.partition(sample.text) if sample.text else (sample.line, b"", b"")
    if not found:
        return text
    return b"\n".join(head + line + tail for line in text.split(b"\n"))


def check(data: bytes, *, scan: bool) -> None:
    """Raise ``AssertionError`` where a reader raises, or, with ``scan``, where the fast path differs."""
    failures = ReaderFailures()
    for _ in _iterate(data, all_formats(), failures):
        pass
    failed = failures.take()
    assert not failed, failed[0].trace
    if scan:
        with tempfile.NamedTemporaryFile(suffix=".log") as file:
            file.write(data)
            file.flush()
            assert _scanned(file.name, fast=True) == _scanned(file.name, fast=False)


def _scanned(path: str, *, fast: bool) -> bytes:
    options = Options(now=_NOW, fast=fast, engine="auto" if fast else "builtin")
    found = group([path], options)
    assert not [each for each in found.unreadable if "the reader of" in each.reason], found.unreadable
    stats = msgspec.structs.replace(found.stats, seconds=0.0)
    return msgspec.json.encode([found.groups, stats, found.unreadable])


def try_one(below: Below, pool: list[bytes]) -> None:
    """Make one input and check it; keep it where it fails."""
    data = mutated(below, pool)
    try:
        check(data, scan=below(4) == 0)
    except Exception:
        FAILURES.mkdir(exist_ok=True)
        path = FAILURES / f"{hashlib.sha256(data).hexdigest()[:16]}.txt"
        path.write_bytes(data)
        sys.stderr.write(f"kept as {path}\n")
        raise


def run_random(seconds: float, seed: int) -> int:
    """Try random inputs for that long; how many they were."""
    choices, pool, count = random.Random(seed), samples(), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try_one(choices.randrange, pool)
        count += 1
    return count


def run_guided(seconds: float) -> None:
    """Let atheris choose, guided by the code that is reached; ends the process."""
    import atheris

    pool = samples()

    def one(data: bytes) -> None:
        provider: Any = atheris.FuzzedDataProvider(data)
        try_one(lambda most: provider.ConsumeIntInRange(0, most - 1), pool)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}", "-max_len=4096"], one)
    atheris.Fuzz()


def main() -> None:
    """Fuzz for the seconds of the first argument; the second is the seed of random choices."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] else 60.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    try:
        run_guided(seconds)
    except ImportError:
        sys.stderr.write(f"atheris is not installed: random choices, seed {seed}.\n")
        sys.stderr.write(f"{run_random(seconds, seed):,} inputs, no failure.\n")


if __name__ == "__main__":
    main()
