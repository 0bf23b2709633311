"""Repeats that the compiled part counts give what reading each of them gives."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stacktraces.scanning import Options, group
from tests.conftest import need_compiled_part
from tests.examples import examples

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


FOREIGN = [
    "Traceback (most recent call last):",
    "TypeError: inner",
    "KeyError: 'x'",
    "java.lang.IllegalStateException: inner",
    "goroutine 7 [running]:",
    "panic: inner",
    "panic: inner [recovered]",
    "runtime error: index out of range [3] with length 2",
    "main.go:7:3: runtime error: index out of range",
    "Command failed: ls",
    "    at f (/srv/a.js:1:2)",
    "\tat shop.Orders.main(Orders.java:3)",
    "Caused by: TypeError: inner",
    "#0  0x0000 in main () at a.c:1",
    "2024-05-01 12:00:09,000 INFO looks like a record",
    "trailing blank ",
    "12:30:59",
]
"""Messages that hold what other traces, or other lines of the same trace, begin with."""
GO_HEADS = [
    "http: panic serving 10.0.0.1:{0}: {1}\ngoroutine {0} [running]:",
    "http: panic serving [::1]:{0}: {1}\ngoroutine {0} [running]:",
    "job {0}: recovered panic: {1}\ngoroutine {0} [running]:",
    "failed\ngoroutine {0} [running]:",
    "failed\npanic: {1}\n\ngoroutine {0} [running]:",
    "failed\npanic: {1}\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x{2:x} pc=0x64c534]\n\n"
    "goroutine {0} [running]:",
    "failed\nfatal error: {1}\n\ngoroutine {0} [running]:",
]
GO_FRAMES = [
    "main.main()\n\t/srv/shop/main.go:42 +0x209\n",
    "panic({{0x99dae0?, 0x{2:x}?}})\n\t/usr/lib/go/src/runtime/panic.go:859 +0x125\n",
    "shop/store.(*Store).Price(0x{2:x}, {{0x6d0207?, 0x0?}}, ...)\n\t/srv/shop/store/store.go:20 +0x2e\n",
    "shop/store.(*Map[...]).Must(...)\n\t/srv/shop/store/map.go:7\n",
    "created by net/http.(*Server).Serve in goroutine {0}\n\t/usr/lib/go/src/net/http/server.go:3604 +0x4fd\n",
    "created by main.main\n\t/srv/shop/main.go:92 +0x88f\n",
]
NODE_HEADS = [
    "request {0} failed: {3}: {1}",
    "{3}: {1}",
    "{3}",
    "failed\n{3}: {1}",
    "failed\n{3}: {1}",
    "Error: outer\n{3}: {1}",
    "failed\n{3}",
    "failed\n{3}: {1}\nsecond line {0}",
]
NODE_FRAMES = [
    "    at Store.price (/srv/shop/app.js:5:45)\n",
    "    at async Promise.all (index 0)\n",
    "    at node:internal/main/run_main_module:28:49\n",
    "    at Object.<anonymous> (/srv/shop/app.js:47:19)\n",
    "    at place (/srv/shop/app.js:6:75) {{\n  code: 'E_{0}'\n}}\n",
]
NODE_TYPES = ["TypeError", "OrderError [E_ORDER]", "UnhandledPromiseRejectionWarning", "shop.Empty"]


class Kind(NamedTuple):
    """What is the same in all occurrences of one trace."""

    time: str
    blocks: list[tuple[str, str, str]]
    other: str = ""
    """The text of a trace of another runtime, with places for a number, a message, an address and a type."""
    type: str = ""


KINDS = st.builds(
    Kind,
    st.sampled_from(TIMES[:1] * 12 + TIMES),
    st.lists(
        st.tuples(st.sampled_from(LINKS), st.sampled_from(FRAMES), st.sampled_from(TYPES[:2] * 4 + TYPES)),
        max_size=2,
    ),
    other=st.just(""),
    type=st.just(""),
)
OTHERS = st.builds(
    lambda time, head, frames, type_: Kind(time, [], f"{head}\n{''.join(frames)}", type_),
    st.sampled_from(TIMES[:1] * 12 + TIMES[:-1]),
    st.one_of(st.sampled_from(GO_HEADS), st.sampled_from(NODE_HEADS)),
    st.one_of(
        st.lists(st.sampled_from(GO_FRAMES), min_size=1, max_size=4),
        st.lists(st.sampled_from(NODE_FRAMES[:4] * 3 + NODE_FRAMES), min_size=1, max_size=4),
    ),
    st.sampled_from(NODE_TYPES[:1] * 3 + NODE_TYPES),
)
USUAL = MESSAGES[:2]


def occurrence(kind: Kind, random: Random) -> str:
    """A log record with a trace of that kind, as it is once."""
    second = random.choice([0, 1, 2, 30, 59] * 8 + [60, 75])
    text = kind.time.format(second, second * 7)
    if kind.other:
        number, address = random.choice([1, 7, 19, 12345]), random.choice([0, 0xC000012345])
        message = random.choice(USUAL * 6 + FOREIGN).removeprefix(": ")
        return f"{text} {kind.other.format(number, message, address, kind.type)}"
    text += "\n"
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


def ranks(lines: list[tuple[int, str]]) -> str:
    """No carrier: each writer's prefix is learnt from its traces."""
    return "".join(f"[rank{writer}]: {line}\n" for writer, line in lines)


def one_rank(lines: list[tuple[int, str]]) -> str:
    """Lines of one writer bear a prefix, those of another one do not."""
    return "".join(f"rank1> {line}\n" if writer else f"{line}\n" for writer, line in lines)


def twice(lines: list[tuple[int, str]]) -> str:
    """Some lines are wrapped once more than others."""
    return compose([(writer, cri([(0, line)])[:-1] if writer else line) for writer, line in lines])


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    """The text of a log in which the same traces come again and again."""
    kinds = draw(st.lists(st.one_of(KINDS, OTHERS, OTHERS), min_size=1, max_size=4))
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
    text = draw(st.sampled_from([plain, plain, cri, docker, compose, compose, twice, ranks, one_rank]))(lines)
    return text.encode()[: None if draw(st.booleans()) else -draw(st.integers(1, 40))]


_PREFIX = re.compile(rb"(?m)^(?:\[rank\d\]: |rank1> )")


def result(path: Path, *, unread: bool = True, **options: object) -> bytes:
    found = group([str(path)], Options(now=NOW, **options))  # type: ignore[arg-type]
    stats = msgspec.structs.replace(found.stats, seconds=0.0)
    if not unread:
        stats.unread = []
    return msgspec.json.encode([found.groups, stats, found.unreadable])


@settings(deadline=None, max_examples=examples(200))
@given(
    logs(),
    st.sampled_from([{}, {"chunk": 64}, {"chunk": 1000}, {"max_groups": 2}, {"type": "ValueError"}]),
    st.sampled_from([None, datetime(2024, 5, 1, 12, 0, 2, tzinfo=UTC)]),
)
def test_counting_is_reading(log: bytes, options: dict[str, object], since: datetime | None) -> None:
    # Where a prefix is learnt, a message that reads like a frame shows a longer one to whoever reads it.
    assume(not re.search(rb"(?m)^(?:\[rank\d\]: |rank1> ).*\w: ? {3,4}at f \(", log))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.log")
        path.write_bytes(log)
        # Which places of a writer with a prefix of its own nobody read is not told to the last one.
        asked = {**options, "since": since, "unread": _PREFIX.search(log) is None}
        assert result(path, **asked) == result(path, fast=False, **asked)  # type: ignore[arg-type]
