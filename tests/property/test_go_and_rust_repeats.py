"""Reports of Go and Rust that the compiled part counts give what reading each of them gives."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import need_compiled_part
from tests.property.test_repeats import compose, cri, docker, plain, result

need_compiled_part()

RECORDS = [
    "2024/05/01 12:00:{0:02d} order {1} failed\n",
    "2024-05-01T12:00:{0:02d}.123Z ERROR shop: order {1} failed\n",
    "not a record {0}\n",
    "",
]
MESSAGES = [
    "one", "two", "", "order {0} failed", "first\n\tsecond", "again [recovered]", "it's {0}",
    "again [recovered, repanicked]", "goroutine {0} [running]:", "first\n\tpanic: second", "grüße",
    "stack backtrace:", "thread 'x' panicked at a.rs:1:2:",
]  # fmt: skip
GO_HEADS = [
    "panic: {0}\n\n",
    "panic: {0}\n\n",
    "panic: {0}\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x{1} pc=0x6657ee]\n\n",
    "fatal error: {0}\n\n",
    "2024/05/01 12:00:02 http: panic serving 127.0.0.1:4{1}: {0}\n",
    "2024/05/01 12:00:02 panic: {0}\n",
    "2024/05/01 12:00:02 stuck {0}\n",
    "",
]
GO_FRAMES = [
    "main.total(0x{0}, {{0x1?, ...}})\n\t/srv/app/main.go:25 +0x37\nmain.main()\n\t/srv/app/main.go:42 +0x1df\n",
    "shop/store.(*Store[...]).Price(...)\n\t/srv/app/store.go:20\nmain.main()\n\t/srv/app/main.go:44 +0x1df\n",
    "panic({{0x{0}?, 0x1}})\n\t/usr/local/go/src/runtime/panic.go:859 +0x125\nmain.f()\n\t/srv/app/main.go:9 +0x1\n",
    "runtime/debug.Stack()\n\t/x/stack.go:26 +0x5e\npanic({{0x{0}}})\n\t/x/panic.go:8 +0x1\nmain.f()\n\t/m.go:1 +0x1\n",
    "main.f()\n\t/srv/app/main.go:3 +0x1 fp=0x{0} sp=0x1{0} pc=0x4\n",
    "",
]
GO_ENDS = [
    "",
    "",
    "created by main.main in goroutine {0}\n\t/srv/app/main.go:84 +0x86f\n",
    "created by main.main\n\t/srv/app/main.go:84 +0x86f\n",
    "\ngoroutine {0} [select]:\nmain.g()\n\t/srv/app/main.go:3 +0x1\n",
    "exit status 2\n",
]
RUST_HEADS = [
    "\nthread 'main' ({1}) panicked at src/main.rs:7:88:\n{0}\n",
    "thread 'main' panicked at src/main.rs:7:88:\n{0}\n",
    "thread 'worker-{1}' panicked at '{0}', src/main.rs:7:88\n",
    "2024-05-01T12:00:02.123Z ERROR shop: thread 'main' panicked at src/main.rs:7:88:\n{0}\n",
    "Error: {0}\n\nCaused by:\n    0: inner\n",
]
RUST_FRAMES = [
    "stack backtrace:\n   0: core::panicking::panic\n   1: shop::total\n             at ./src/main.rs:8:79\n",
    "stack backtrace:\n   0:     0x55d6{0} - shop::total::h0123456789abcdef\n  10:                0x0 - <unknown>\n",
    "stack backtrace:\n   0: <shop::Cart<u32> as shop::Priced>::price\n   1: shop::main\n",
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
    "",
]
RUST_ENDS = [
    "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n",
    "",
    "thread panicked while processing panic. aborting.\n",
    "\nthread 'main' (1) panicked at /rustc/x/library/core/src/panicking.rs:1:2:\npanic in a destructor during cleanup\n",
]


def occurrence(kind: Random, random: Random) -> str:
    """A log record with a report, of the kind that ``kind`` draws, as it is once."""
    number = random.randrange(50)
    usual, odd = kind.choice(["boom", "order {0} failed"]), kind.choice(MESSAGES)
    message = (odd if random.random() < 0.15 else usual).format(number)
    go = kind.random() < 0.6
    heads, frames, ends = (GO_HEADS, GO_FRAMES, GO_ENDS) if go else (RUST_HEADS, RUST_FRAMES, RUST_ENDS)
    text = kind.choice(RECORDS[:2] * 3 + RECORDS).format(number, number * 7)
    text += kind.choice(heads[:2] * 2 + heads).format(message, number)
    if go:
        text += f"goroutine {number} [{kind.choice(['running', 'running', 'select'])}]:\n"
    return text + kind.choice(frames[:3] * 2 + frames).format(number) + kind.choice(ends).format(number)


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    seeds = draw(st.lists(st.integers(0, 1 << 32), min_size=1, max_size=4))
    random = draw(st.randoms(use_true_random=False))
    lines = []
    for index in range(draw(st.integers(3, 30))):
        text = occurrence(Random(random.choice(seeds)), random)
        lines += [(index % 5 == 4, line) for line in text.removesuffix("\n").split("\n")]
    wrap = draw(st.sampled_from([plain, plain, plain, cri, docker, compose]))
    return wrap([(0, line) for _, line in lines]).encode()[
        : None if draw(st.booleans()) else -draw(st.integers(1, 40))
    ]


@settings(deadline=None, max_examples=150)
@given(logs(), st.sampled_from([{}, {"chunk": 64}, {"chunk": 1000}]))
def test_counting_is_reading(log: bytes, options: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.log")
        path.write_bytes(log)
        assert result(path, **options) == result(path, fast=False, engine="builtin", **options)
