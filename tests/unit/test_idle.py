"""States say whether a thread waits for something to do."""

from __future__ import annotations

import pytest

from stacktraces.errors import RuleError
from stacktraces.model import Frame, Process, Snapshot, Thread
from stacktraces.parsing import parse
from stacktraces.rules import RuleSet, builtin_packs, parse_pack
from stacktraces.snapshots.describing import describe
from tests.golden import CORPUS


def told(path: str) -> dict[str, tuple[str | None, bool]]:
    """State and idleness of each thread of a capture in the corpus, by its outermost own or first function."""
    found: dict[str, tuple[str | None, bool]] = {}
    for snapshot in parse((CORPUS / path).read_bytes()):
        assert isinstance(snapshot, Snapshot)
        for process in describe(snapshot).processes:
            assert all(group.idle == any_of(process, group.thread_ids) for group in process.groups)
            found |= {
                each.name or each.frames[-1].function or "": (each.state, each.idle)
                for each in process.threads
                if each.frames
            }
    return found


def any_of(process: Process, ids: list[str]) -> bool:
    return all(each.idle for each in process.threads if (each.id or each.os_id) in ids)


def test_java_threads() -> None:
    threads = told("jstack/bank.txt")
    assert threads["Finalizer"] == ("waiting for references to handle", True)
    assert threads["filler"] == ("sleeping (Thread.sleep)", True)
    assert threads["main"] == ("waiting to be notified (Object.wait)", True)
    assert threads["book"] == ("BLOCKED (on object monitor)", False)
    assert threads["keeper"] == ("WAITING (parking)", False)


@pytest.mark.parametrize("version", ["3.8", "3.13"])
def test_python_threads(version: str) -> None:
    (snapshot,) = parse((CORPUS / "rules" / f"faulthandler-{version}.txt").read_bytes())
    assert isinstance(snapshot, Snapshot)
    waits = {
        frame.function: (each.state, each.idle)
        for each in describe(snapshot).processes[0].threads
        for frame in each.frames
        if frame.file == "/srv/app/waits.py"
    }
    assert waits == {
        "consume": ("waiting for an item of a queue", True),
        "held_up": (None, False),
        "accept": ("waiting for a connection", True),
        "events": ("waiting for events", True),
        "notified": ("waiting for a condition", True),
        "<lambda>": ("waiting for a Python thread to end", True),
        "<module>": (None, False),
    }


@pytest.mark.parametrize(
    ("function", "idle"),
    [
        ("pthread_cond_wait", True),
        ("epoll_wait", True),
        ("accept", True),
        ("pthread_mutex_lock", False),
        ("write", False),
        ("fsync", False),
    ],
)
def test_waits_in_the_c_library(function: str, idle: bool) -> None:
    thread = Thread(
        frames=[
            Frame(function=function, module="/lib/x86_64-linux-gnu/libc.so.6"),
            Frame(function="f", module="/bin/f"),
        ]
    )
    (process,) = describe(Snapshot("gdb", [Process(threads=[thread])])).processes
    assert process.threads[0].state is not None
    assert (process.threads[0].idle, process.groups[0].idle) == (idle, idle)


def test_no_pack_calls_a_wait_for_a_lock_idle() -> None:
    idle = {label.text for pack in builtin_packs() for label in pack.states if label.idle}
    assert idle
    assert not [
        text
        for text in idle
        if ("mutex" in text and "accept" not in text) or "monitor" in text or text.endswith(" lock")
    ]


def test_own_rules_say_idle() -> None:
    pack = parse_pack('[[state]]\nwhen = { function = "take" }\nstate = "hungry"\nidle = true\n', "own")
    process = Process(threads=[Thread(frames=[Frame(function="take")])])
    (described,) = describe(Snapshot("gdb", [process]), RuleSet([pack])).processes
    assert (described.threads[0].state, described.threads[0].idle) == ("hungry", True)
    with pytest.raises(RuleError, match=r"own:1: .*'idle' takes true or false"):
        parse_pack('[[state]]\nwhen = { function = "take" }\nstate = "hungry"\nidle = 1\n', "own")
    with pytest.raises(RuleError, match=r"'idle' is not known in \[\[name\]\]"):
        parse_pack('[[name]]\nwhen = { function = "take" }\nname = "x"\nidle = true\n', "own")
