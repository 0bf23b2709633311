"""Dumps of all goroutines as snapshots: of SIGQUIT, a crash, ``runtime.Stack`` and the goroutine profile.

A goroutine is a thread. Its state is what Go prints in brackets, and how long it has been so, in steps.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Lock, Process, Snapshot, Thread
from .goroutines import Dump, Goroutine, read_goroutine, starts_stack
from .syntax import GOROUTINE, HEADER, PROGRAM_COUNTER, RUNTIME_STACK, SIGNAL, SIGNAL_HEADER, Lines, margin_of

NAME = "goroutines"
MOST_GOROUTINES = 100_000
_HEADER_LINES = 12
"""Lines before the first goroutine in which it is told what ended the process."""
_GAP = 60
"""Lines between two goroutines of a dump: registers, notes."""
_STATES = {
    "chan receive": "waiting to receive from a channel",
    "chan send": "waiting to send to a channel",
    "chan receive (nil chan)": "waiting for ever to receive from a nil channel",
    "chan send (nil chan)": "waiting for ever to send to a nil channel",
    "select": "waiting in a select",
    "select (no cases)": "waiting for ever in a select without cases",
    "IO wait": "waiting for input or output",
    "semacquire": "waiting for a semaphore",
    "sync.Mutex.Lock": "waiting for a mutex",
    "sync.RWMutex.Lock": "waiting for a read-write lock",
    "sync.RWMutex.RLock": "waiting for a read-write lock",
    "sync.Cond.Wait": "waiting for a condition",
    "sync.WaitGroup.Wait": "waiting for other goroutines to end",
    "sleep": "sleeping",
    "syscall": "in a system call",
    "running": "running",
    "runnable": "ready to run",
    "finalizer wait": "waiting for finalizers to run",
    "idle": "idle",
}
_LOCKS = (
    (regex(r"(?:internal/)?sync\.\(\*Mutex\)\.(?:Lock|lockSlow)\Z"), "sync.Mutex", "waiting for a mutex"),
    (regex(r"sync\.\(\*RWMutex\)\.R?Lock\Z"), "sync.RWMutex", "waiting for a read-write lock"),
    (
        regex(r"sync\.\(\*WaitGroup\)\.Wait\Z"),
        "sync.WaitGroup",
        "waiting for other goroutines to end",
    ),
)
_IDLE = frozenset(("IO wait", "sleep", "finalizer wait", "select", "chan receive", "sync.Cond.Wait", "idle"))
_ADDRESS = regex(r"0x[0-9a-f]{1,16}\??\Z")
_MINUTES = regex(r"(\d{1,9}) minutes?\Z")
_SPANS = ((1440, "a day"), (60, "an hour"), (10, "10 minutes"), (1, "a minute"))
# goroutine profile: total 13      4 @ 0x43a016 0x44a61e
# #<TAB>0x462764<TAB>sync.runtime_SemacquireMutex+0x24<TAB>/usr/lib/go/src/runtime/sema.go:77
_PROFILE = regex(r"goroutine(?:leak)? profile: total (\d{1,9})\s*\Z")
_COUNT = regex(r"(?P<count>\d{1,9}) @(?: 0x[0-9a-f]{1,16}){0,1000}\s*\Z")
_PROFILE_FRAME = regex(
    r"#\t(?P<address>0x[0-9a-f]{1,16})\t(?P<function>\S.{0,2000}?)\+(?P<offset>0x[0-9a-f]{1,16})\t+"
    r"(?P<file>[^\t]{1,1000}):(?P<line>\d{1,9})\s*\Z"
)


def read(cursor: Cursor) -> Snapshot | None:
    """The dump whose first goroutine stands on the cursor's line or follows; see :data:`Reader`."""
    line = cursor.line or ""
    if _PROFILE.match(line):
        return _read_profile(cursor)
    lines = Lines(cursor, margin_of(line))
    if not _go_to_first(lines):
        return None
    error = _error_before(cursor)
    snapshot = Snapshot(format=NAME, processes=[Process(error=error)])
    threads = snapshot.processes[0].threads
    dump = Dump()
    left_out = 0
    while _go_to_goroutine(lines):
        goroutine = read_goroutine(lines, dump)
        if goroutine.id is None:
            continue
        if len(threads) == MOST_GOROUTINES:
            left_out += 1
            continue
        threads.append(_thread(goroutine))
    snapshot.uncertain = dump.uncertain
    if left_out:
        snapshot.uncertain.append(f"{left_out:,} further goroutines are not kept.")
    if error is not None and threads:
        running = next((each for each in threads if each.state == "running"), None)
        if running is not None:
            running.crashed = True
    # A stack of one goroutine that a program logged is no dump of the program.
    return snapshot if len(threads) > 1 or (threads and error is not None) else None


def _go_to_first(lines: Lines) -> bool:
    """Go to the first stack of the dump that the current line starts, or the header before it."""
    line = lines.line or ""
    if line == RUNTIME_STACK or GOROUTINE.match(line):
        return starts_stack(lines)
    if not (HEADER.match(line) or SIGNAL_HEADER.match(line)):
        return False
    for _ in range(_HEADER_LINES):
        lines.advance()
        if lines.line is None:
            return False
        if starts_stack(lines):
            return True
    return False


def _go_to_goroutine(lines: Lines) -> bool:
    """Go to the next goroutine's heading, over notes between two; False, and no move, where none is near."""
    here = lines.cursor.offset
    for _ in range(_GAP):
        line = lines.line
        if line is None:
            break
        if starts_stack(lines):
            return True
        if line.strip() and not line.startswith(("...", "[", "created by")) and lines.cursor.offset != here:
            break
        lines.advance()
    lines.cursor.seek(here)
    return False


def _error_before(cursor: Cursor) -> Error | None:
    """What the lines before the dump say that ended the process; a signal that asked for the dump did not."""
    error: Error | None = None
    here = cursor.offset
    for _ in range(_HEADER_LINES):
        if not cursor.back():
            break
        line = (cursor.line or "").strip()
        if found := SIGNAL.match(line):
            name = found["text"].partition(":")[0]
            error = Error(type=name if name.startswith("SIG") else None, message=None)
        elif found := HEADER.match(line):
            message = (found["message"] or "").removesuffix(" [recovered]")
            if error is None or error.type is None:
                error = Error(type=found["type"], message=message or None)
            else:
                error.message = message or None
            break
        elif found := SIGNAL_HEADER.match(line):
            if found["type"] != "SIGQUIT":
                error = Error(type=found["type"], message=found["message"] or None)
            break
        elif line and not PROGRAM_COUNTER.match(line) and not line.startswith(("goroutine ", "\t", "exit")):
            break
    cursor.seek(here)
    return error


def _thread(goroutine: Goroutine) -> Thread:
    state, *details = goroutine.state.split(", ")
    name = state.removesuffix(" (scan)").removesuffix(" (leaked)")
    thread = Thread(id=goroutine.id, state=_STATES.get(name, name), frames=goroutine.frames)
    thread.idle = name in _IDLE or name.endswith(("(idle)", " wait")) or name.startswith("GC ")
    _take_lock(thread)
    minutes = next((to_number(found[1]) for each in details if (found := _MINUTES.match(each))), 0)
    span = next((words for least, words in _SPANS if minutes >= least), None)
    if span is not None:
        thread.state = f"{thread.state} for {span} or more"
    if "leaked" in goroutine.state:
        thread.state, thread.idle = f"leaked, {thread.state}", False
    created = next((each for each in goroutine.related if each.title.startswith("created by")), None)
    if created is not None and created.frames:
        thread.name = f"started by {created.frames[0].function}"
    return thread


def _take_lock(thread: Thread) -> None:
    """Tell the lock that is waited for by the address that a function of package sync was given."""
    for frame in thread.frames[:8]:
        for pattern, kind, state in _LOCKS:
            if not pattern.match(frame.function or ""):
                continue
            if thread.state in ("waiting for a semaphore", "waiting for a mutex"):
                thread.state, thread.idle = state, False
            address = (frame.args or "").split(", ", 1)[0]
            if _ADDRESS.match(address):
                thread.locks_awaited = [Lock(address.rstrip("?"), kind=kind)]
                return


def _read_profile(cursor: Cursor) -> Snapshot | None:
    """The profile of ``debug=1``: each stack once, with how many goroutines have it."""
    threads: list[Thread] = []
    cursor.advance()
    while (line := cursor.line) is not None:
        if not line.strip() or line.startswith("# labels:"):
            cursor.advance()
            continue
        found = _COUNT.match(line)
        if found is None:
            break
        cursor.advance()
        frames = _profile_frames(cursor)
        room = MOST_GOROUTINES - len(threads)
        for _ in range(min(to_number(found["count"]), room)):
            threads.append(Thread(id=str(len(threads) + 1), frames=frames))
    return Snapshot(format=NAME, processes=[Process(threads=threads)]) if threads else None


def _profile_frames(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    while (line := cursor.line) is not None and line.startswith("#"):
        if found := _PROFILE_FRAME.match(line):
            frames.append(
                Frame(
                    function=intern(found["function"]),
                    file=intern(found["file"]),
                    line=to_number(found["line"]),
                    address=to_number(found["address"], 16),
                    offset=to_number(found["offset"], 16),
                )
            )
        cursor.advance()
    return frames
