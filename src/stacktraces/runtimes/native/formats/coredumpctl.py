"""What systemd-coredump writes into the journal of a process that crashed, and ``coredumpctl info`` shows.

==========  ====================================================================  =======================
line        sample                                                                what comes next
==========  ====================================================================  =======================
field       ``        Signal: 11 (SEGV)``                                         field, process
process     ``Process 9327 (app) of user 0 dumped core.``                         blank, modules, thread
thread      ``Stack trace of thread 9327:``                                       frame
frame       ``#2  0x00005645221c42e0 main (app + 0x12e0)``                        frame, blank, end
end         ``ELF object binary architecture: AMD x86-64``
==========  ====================================================================  =======================

``coredumpctl`` and ``journalctl`` indent the message. A symbol that is not known is ``n/a``.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Process, Snapshot, Thread

NAME = "coredumpctl"

_FIELD = regex(r"\s*(?P<name>[A-Z][A-Za-z ]{1,20}): (?P<value>\S.*)")
_PROCESS = regex(r"Process (?P<pid>\d+) \((?P<name>.{0,400})\) of user \d+ (?:dumped core|terminated)")
_PROCESS_START = regex(r"Process (?P<pid>\d+) \((?P<name>.*)")
_THREAD = regex(r"Stack trace of thread (?P<tid>\d+):")
_FRAME = regex(
    r"#(?P<id>\d+) +0x(?P<address>[0-9a-f]+) (?P<function>\S.*)"
    r" \((?P<module>[^()]*(?:\(deleted\))?) \+ 0x[0-9a-f]+\)"
)
_SIGNAL = regex(r"\d+ \((?P<name>[A-Z0-9+]+)\)")
_TIME = regex(r"(?:[A-Z][a-z]{2} )?(?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d) UTC\b.*")
_END = "ELF object binary architecture:"
_MESSAGE_LINES = 500
"""Between the process's line and the first thread stands one for each module, in newer systemd."""
_FIELD_LINES = 30
_NAME_LENGTH = 15
"""Of a process's name, which may have line ends in it, and what looks like the start of another message."""
_THREADS_WITHOUT_FRAMES = 32


def read(cursor: Cursor) -> Snapshot | None:
    """The crash whose first thread the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    if not _THREAD.fullmatch((cursor.line or "").strip()) or not _frame_follows(cursor):
        return None
    process = Process()
    snapshot = Snapshot(format=NAME, processes=[process], tool="systemd-coredump")
    _read_head(cursor, snapshot, process)
    while thread := _THREAD.fullmatch((cursor.line or "").strip()):
        cursor.advance()
        process.threads.append(_read_thread(cursor, thread["tid"]))
        if not (cursor.line or "").strip() and _THREAD.fullmatch((cursor.peek() or "").strip()):
            cursor.advance()
    if (cursor.line or "").strip().startswith(_END):
        cursor.advance()
    if not any(thread.frames for thread in process.threads):
        return None
    # The kernel writes the thread that the signal arrived at first into the core file.
    process.threads[0].crashed = process.error is not None
    return snapshot


def _frame_follows(cursor: Cursor) -> bool:
    """Whether a frame stands after the threads here. Where none does, each of them would be read in vain."""
    here = cursor.offset
    for _ in range(_THREADS_WITHOUT_FRAMES):
        line = (cursor.line or "").strip()
        if _FRAME.fullmatch(line) or not (line == "" or _THREAD.fullmatch(line)):
            break
        cursor.advance()
    found = _FRAME.fullmatch((cursor.line or "").strip()) is not None
    cursor.seek(here)
    return found


def _read_head(cursor: Cursor, snapshot: Snapshot, process: Process) -> None:
    """Take what the lines above the first thread say; the cursor stays where it is."""
    here = cursor.offset
    for _ in range(_MESSAGE_LINES):
        if not cursor.back() or _FRAME.fullmatch((cursor.line or "").strip()):
            break
        if found := _PROCESS.search(cursor.line or ""):
            process.pid, process.name = to_number(found["pid"]), found["name"]
            process.error = Error(type="core dumped")
            _go_to_start(cursor, process, found[0].rpartition(") of user")[0])
            _read_fields(cursor, snapshot, process)
            break
    cursor.seek(here)


def _go_to_start(cursor: Cursor, process: Process, name: str) -> None:
    """Go back to where the message starts, if what looks like its start is in the ``name`` of the process."""
    here = cursor.offset
    while len(name) < _NAME_LENGTH and cursor.back():
        if found := _PROCESS_START.search(cursor.line or ""):
            name = f"{found['name']}\n{name}"
            if len(name) <= _NAME_LENGTH:
                process.pid, process.name = to_number(found["pid"]), name
                return
            break
        name = f"{(cursor.line or '').strip()}\n{name}"
    cursor.seek(here)


def _read_fields(cursor: Cursor, snapshot: Snapshot, process: Process) -> None:
    if not (cursor.line or "").lstrip().startswith("Message: "):
        return
    fields: dict[str, set[str]] = {}
    for _ in range(_FIELD_LINES):
        if not cursor.back() or (found := _FIELD.fullmatch(cursor.line or "")) is None:
            break
        fields.setdefault(found["name"], set()).add(found["value"])
    for name, values in fields.items():
        if len(values) == 1:  # what is said twice was said once by the process, in a name of its own
            _take_field(name, values.pop(), snapshot, process)


def _take_field(name: str, value: str, snapshot: Snapshot, process: Process) -> None:
    match name:
        case "Signal" if signal := _SIGNAL.fullmatch(value):
            process.error = Error(type=f"SIG{signal['name']}")
        case "Timestamp" if time := _TIME.fullmatch(value):
            snapshot.time = f"{time['day']}T{time['time']}Z"
        case "Command Line":
            process.command = value
        case "Executable":
            process.executable = value
        case "Hostname":
            snapshot.host = value
        case _:
            pass


def _read_thread(cursor: Cursor, tid: str) -> Thread:
    thread = Thread(id=tid, os_id=tid)
    while found := _FRAME.fullmatch((cursor.line or "").strip()):
        function, module = found["function"], found["module"]
        thread.frames.append(
            Frame(
                id=intern(found["id"]),
                function=None if function == "n/a" else intern(function),
                module=None if module == "n/a" else intern(module),
                address=to_number(found["address"], 16),
            )
        )
        cursor.advance()
    return thread
