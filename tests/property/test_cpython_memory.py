"""Whatever stands in the memory of a process, reading CPython's structures ends, with a text and no error."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacktraces.collecting import python_locks as locks
from stacktraces.collecting.cpython import frames, objects, tasks, threads
from stacktraces.collecting.cpython.finding import Found, find_python
from stacktraces.collecting.cpython.offsets import LAYOUTS, ONLY_WITH_GIL, offsets_by_version, read_offsets
from stacktraces.collecting.cpython.report import report
from stacktraces.collecting.images import Image
from stacktraces.collecting.memory import PAGE, Memory
from stacktraces.collecting.waiting import Waiting

START, PAGES = 0x7F0000000000, 8
NOT_TOLD = (*ONLY_WITH_GIL, "code.locals", "code.stack_size", "frame.top")
HUGE = (0, 1, 2, 1 << 60, (1 << 63) - 1, (1 << 64) - 1, 0xFFFFFFFF)


class Hostile(Memory):
    """A memory in which nearly every word leads to another place of it."""

    def __init__(self, seed: int) -> None:
        self.pages = {}
        self.deadline = None
        chance = random.Random(seed)
        self.content = b"".join(struct.pack("<Q", self.word_of(chance)) for _ in range(PAGES * PAGE // 8))

    @staticmethod
    def word_of(chance: random.Random) -> int:
        if chance.random() < 0.15:
            return chance.choice(HUGE)
        if chance.random() < 0.1:
            return chance.getrandbits(64)
        return (
            START
            + chance.randrange(PAGES * PAGE // 8) * 8
            + (chance.randrange(8) if chance.random() < 0.1 else 0)
        )

    def load(self, number: int) -> bytes:
        start = number * PAGE - START
        return self.content[start : start + PAGE] if 0 <= start < len(self.content) else b""


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, limit in (
        (frames, "MOST_COUNTED", 200),
        (frames, "MOST_PYTHON_FRAMES", 20),
        (threads, "MOST_THREADS", 20),
        (tasks, "MOST_TASKS", 20),
        (objects, "MOST_ENTRIES", 64),
        (locks, "WAITER_STACK", 64),
    ):
        monkeypatch.setattr(module, name, limit)


@pytest.mark.parametrize("version", [*sorted(offsets_by_version()), (3, 14)])
@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=15, deadline=None)
def test_reading_ends(version: tuple[int, int], seed: int) -> None:
    memory = Hostile(seed)
    offsets = offsets_by_version().get(version) or offsets_by_version()[3, 13]
    if seed % 2:  # as of a build without a GIL, or of a version that tells no more than it must
        offsets = {name: value for name, value in offsets.items() if not name.startswith(NOT_TOLD)}
    image = Image(memory, START, "/usr/bin/python3", "/nowhere")
    found = Found(image, version, None, START, dict(offsets))
    found.interpreters = [START + 64]
    interpreter = threads.Interpreter(memory, found)
    interpreter.objects.kind = lambda address: ("code", "coroutine", "_asyncio.Task", "set", "int")[
        address >> 3 & 3
    ]  # type: ignore[method-assign]
    seen = [interpreter.thread(START + 8 * place, {}) for place in range(0, 64, 7)]
    seen += interpreter.threads({1: 1}, {1: START})
    interpreter.name(seen)
    interpreter.module = lambda name: START + 128  # type: ignore[method-assign]
    found_tasks, more = tasks.read_tasks(interpreter)
    text = report(interpreter, 1, seen, found_tasks, more)
    assert text.startswith(b"CPython ")
    waiting = [Waiting(1, START, (START + 8, 0, 0, 0))]
    ranges = {1: [interpreter.frames.values(frame) for frame in seen[0].stack.frames]}
    assert isinstance(locks.python_locks(memory, waiting, ranges), list)


@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=30, deadline=None)
def test_finding_ends(seed: int) -> None:
    memory = Hostile(seed)
    header = bytearray(memory.content[:64])
    header[:5] = b"\x7fELF\x02"
    struct.pack_into("<Q", header, 32, 64)
    struct.pack_into("<HH", header, 54, 56, 9)
    memory.content = bytes(header) + memory.content[64:]
    image = Image(memory, START, "/usr/lib/libpython3.11.so.1.0", "/nowhere")
    image.symbol(b"_PyRuntime")
    assert find_python(memory, [image])[1]
    for version in LAYOUTS:
        assert read_offsets(memory, START, version) is None
