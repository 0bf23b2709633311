"""Repeats that the compiled part counts give what reading each of them gives."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from stacktraces.scan import Options, group
from tests.conftest import need_compiled_part

need_compiled_part()

NOW = datetime(2024, 6, 1)
FRAMES = [
    '  File "/srv/a.py", line 1, in one\n    two()\n',
    '  File "/srv/a.py", line 1, in one\n    two()\n  File "/srv/b.py", line 2, in two\n    raise x\n',
    '  File "/srv/a.py", line 1, in one\n    twÖ("\\n")\n    ~~~^^\n',
]
TYPES = [
    "ValueError",
    "KeyError",
    "OSError",
    "socket.error",
    "shop.errors.Declined",
    "ImportError",
    "ERROR",
    "Exit",
]
MESSAGES = [
    ": one",
    ": two",
    "",
    ":",
    ": ",
    ": [Errno 2] no such file",
    ": No module named x",
    ": bad: line 3 column 4",
    ': "quoted" \\ back\tslash',
    ": first line\nsecond line",
    ": first\n2024-05-01 12:00:09,000 INFO looks like a record",
    ": carriage\rreturn",
    ": grüße <b>",
]
LINKS = [
    "",
    "\nDuring handling of the above exception, another exception occurred:\n\n",
    "\nThe above exception was the direct cause of the following exception:\n\n",
]
TIMES = [
    "2024-05-01 12:00:{:02d},{:03d} ERROR shop failed",
    "2024-05-01 12:00:{:02d},{:03d}",
    "2024-05-01T12:00:{:02d}.{:03d}Z ERROR shop failed",
    "2024-05-01 12:00:{:02d} +0200 failed",
    "[2024-05-01 12:00:{:02d} +0000] [7] [ERROR] failed",
    "[01/May/2024 12:00:{:02d}] ERROR failed",
    "May  1 12:00:{:02d} host app: failed",
    "2024.05.01 12:00:{:02d}.{:03d} failed",
    "1714564{:03d}.{:03d} failed",
    "ERROR:root:failed {}",
    "ERROR 12:00:{:02d} failed",
    "not a record {}",
    "2024-05-01 12:00:{:02d},{:03d} ERROR query failed:\nSELECT *\n  FROM t",
]


class Kind(NamedTuple):
    """What is the same in all occurrences of one trace."""

    time: str
    blocks: list[tuple[str, str, str]]


KINDS = st.builds(
    Kind,
    st.sampled_from(TIMES[:1] * 12 + TIMES),
    st.lists(
        st.tuples(st.sampled_from(LINKS), st.sampled_from(FRAMES), st.sampled_from(TYPES[:2] * 4 + TYPES)),
        max_size=2,
    ),
)
USUAL = MESSAGES[:2]


def occurrence(kind: Kind, random: Random) -> str:
    """A log record with a trace of that kind, as it is once."""
    second = random.choice([0, 1, 2, 30, 59] * 8 + [60, 75])
    text = kind.time.format(second, second * 7) + "\n"
    for index, (link, frames, type_) in enumerate(kind.blocks):
        message = random.choice(USUAL * 12 + MESSAGES)
        text += f"{link if index else ''}Traceback (most recent call last):\n{frames}{type_}{message}\n"
    return text


def plain(lines: list[tuple[int, str]]) -> str:
    return "".join(f"{line}\n" for _, line in lines)


def cri(lines: list[tuple[int, str]]) -> str:
    return "".join(
        f"2024-05-01T12:00:{number % 60:02d}.{number:09d}Z std{'err' if writer else 'out'} F {line}\n"
        for number, (writer, line) in enumerate(lines)
    )


def docker(lines: list[tuple[int, str]]) -> str:
    return "".join(
        json.dumps(
            {
                "log": line + "\n",
                "stream": "stderr" if writer else "stdout",
                "time": f"2024-05-01T12:00:{number % 60:02d}.{number:d}Z",
            },
            separators=(",", ":"),
            ensure_ascii=bool(number % 2),
        )
        + "\n"
        for number, (writer, line) in enumerate(lines)
    )


def compose(lines: list[tuple[int, str]]) -> str:
    return "".join(f"web-{writer + 1}  | {line}\n" for writer, line in lines)


def twice(lines: list[tuple[int, str]]) -> str:
    """Some lines are wrapped once more than others."""
    return compose([(writer, cri([(0, line)])[:-1] if writer else line) for writer, line in lines])


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    """The text of a log in which the same traces come again and again."""
    kinds = draw(st.lists(KINDS, min_size=1, max_size=4))
    random = draw(st.randoms(use_true_random=False))
    chosen = [occurrence(random.choice(kinds), random) for _ in range(draw(st.integers(3, 40)))]
    interleaved = draw(st.booleans())
    writers: list[list[tuple[int, str]]] = [[], []]
    for index, event in enumerate(chosen):
        writer = index % 2 if interleaved or index % 5 == 4 else 0
        writers[writer if interleaved else 0] += [
            (writer, line) for line in event.removesuffix("\n").split("\n")
        ]
    lines = []
    while any(writers):
        size = draw(st.integers(1, 9)) if interleaved else 10_000
        for each in writers:
            lines += each[:size]
            del each[:size]
    text = draw(st.sampled_from([plain, plain, cri, docker, compose, compose, twice]))(lines)
    return text.encode()[: None if draw(st.booleans()) else -draw(st.integers(1, 40))]


def result(path: Path, **options: object) -> bytes:
    found = group([str(path)], Options(now=NOW, **options))  # type: ignore[arg-type]
    stats = msgspec.structs.replace(found.stats, seconds=0.0)
    return msgspec.json.encode([found.groups, stats, found.unreadable])


@settings(deadline=None, max_examples=300)
@given(
    logs(),
    st.sampled_from([{}, {"chunk": 64}, {"chunk": 1000}, {"max_groups": 2}, {"type": "ValueError"}]),
    st.sampled_from([None, datetime(2024, 5, 1, 12, 0, 2, tzinfo=UTC)]),
)
def test_counting_is_reading(log: bytes, options: dict[str, object], since: datetime | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.log")
        path.write_bytes(log)
        assert result(path, since=since, **options) == result(
            path, since=since, fast=False, engine="builtin", **options
        )
