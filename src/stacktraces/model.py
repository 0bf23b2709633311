"""The data that flows through stacktraces: data only, imports nothing of ours.

Frames stand innermost first everywhere. What is unknown is ``None``, never 0 or "". No field is
required that a format may lack.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

CauseKind: TypeAlias = Literal["cause", "context"]
Motion: TypeAlias = Literal["stood still", "moved", "came", "went"]
Status: TypeAlias = Literal["open", "ignored", "resolved", "muted"]
Verdict: TypeAlias = Literal["regressed", "new", "similar", "known", "ignored"]
"""What is known of an error; what needs attention first stands first."""


class Frame(msgspec.Struct, omit_defaults=True, gc=False):
    """One call on a stack."""

    function: str | None = None
    """The function as printed; ``None`` where the tool printed ``??`` or nothing."""
    module: str | None = None
    """The shared object, Python module or Java class, where printed."""
    file: str | None = None
    """The source file, as printed."""
    line: int | None = None
    """The line in ``file``, from 1."""
    column: int | None = None
    """The column in ``line``, from 1, for the few formats that print one."""
    address: int | None = None
    """The program counter, for native frames."""
    offset: int | None = None
    """Bytes from the start of ``function`` to the program counter."""
    args: str | None = None
    """The arguments as printed, without the outer parentheses; "" where the list was empty."""
    locals: dict[str, str] | None = None
    """Local variables and their values as printed."""
    source: str | None = None
    """The source text at ``line``, stripped, where printed; several lines joined by newlines."""
    inlined: bool = False
    """The compiler inlined this call: it has no return address of its own."""
    from_native: bool = False
    """Of an interpreter's frame: native code called the interpreter for it, and not another such frame."""
    unreliable: bool = False
    """The tool marked the frame as a guess (``?`` in a kernel stack)."""
    id: str | int | None = None
    """The frame's number as the tool printed it (text), or counted from 1 where it prints none."""


class RelatedStack(msgspec.Struct, omit_defaults=True):
    """A further stack of the report of an error: where the memory was freed, what another thread did."""

    title: str
    """What the report says of it, as printed: ``freed by thread T0 here``, ``created by main.main``."""
    frames: list[Frame] = []


class Error(msgspec.Struct, omit_defaults=True):
    """An exception or a fatal signal, with what led to it."""

    type: str | None = None
    """The type as printed: ``KeyError``, ``requests.exceptions.ConnectTimeout``, ``SIGSEGV``."""
    message: str | None = None
    """The text after the type; ``None`` where none was printed. Lines are joined by newlines."""
    notes: list[str] = []
    """PEP 678 notes, where they can be told from the message."""
    frames: list[Frame] = []
    cause: Error | None = None
    """The error that this one was raised from, or while handling."""
    cause_kind: CauseKind | None = None
    """``cause`` for ``raise … from``, ``context`` for an error while another was handled."""
    children: list[Error] = []
    """The members of an exception group."""
    related: list[RelatedStack] = []
    """Further stacks of the same report, in the order printed; they are no errors of their own."""
    runtime: str | None = None
    """The runtime's name where it is another than that of the trace: a Java error that a Python one holds.

    The exemplar of a known issue, which stands without its trace, names its runtime here.
    """

    @property
    def headline(self) -> str:
        """The type and the first line of the message, of which one may begin with the other; may be empty."""
        kind, message = self.type or "", (self.message or "").strip().partition("\n")[0]
        behind = message.removeprefix(kind)[:1]
        if not kind or (message.startswith(kind) and not behind.isalnum() and behind not in ("_", ".", "$")):
            return message
        return f"{kind}: {message}" if message else kind

    def chain(self) -> list[Error]:
        """This error, then what led to it: the root cause is the last."""
        links = [self]
        while (cause := links[-1].cause) is not None:
            links.append(cause)
        return links


class Origin(msgspec.Struct, omit_defaults=True, gc=False):
    """Where a trace was seen."""

    path: str | None = None
    """The file's path as given, ``-`` for standard input."""
    line: int | None = None
    """The line at which the trace starts, from 1."""
    offset: int | None = None
    """The byte at which that line starts, from 0, in the (decompressed) stream."""
    time_ns: int | None = None
    """When it was logged, in nanoseconds since 1970, where it is a place of a group."""


class Context(msgspec.Struct, omit_defaults=True):
    """Who wrote a trace, as far as its carrier or preamble says."""

    host: str | None = None
    pod: str | None = None
    container: str | None = None
    process: str | None = None
    """The program's or service's name (syslog's tag, a compose service)."""
    pid: str | None = None
    thread: str | None = None
    task: str | None = None
    """The asyncio or Celery task's name."""
    logger: str | None = None
    level: str | None = None
    stream: str | None = None
    """``stdout`` or ``stderr``, where the carrier tells."""


class Trace(msgspec.Struct, omit_defaults=True):
    """One occurrence of an error (or of a logged stack) in a text."""

    error: Error
    format: str
    """The name of the format that read it."""
    runtime: str | None = None
    """The name of the runtime that printed it: ``python``, ``java``; set once its format has read it."""
    origin: Origin = msgspec.field(default_factory=Origin)
    time: str | None = None
    """When it was logged: ISO 8601, with an offset where one is known."""
    timestamp: str | None = None
    """The same as printed."""
    context: Context = msgspec.field(default_factory=Context)
    before: str | None = None
    """The log line before the trace."""
    preamble: list[str] = []
    """Lines that belong to the trace and stand before it (``Exception in thread …``)."""
    uncertain: list[str] = []
    """What the parser was not sure of, a sentence each."""
    raw: str | None = None
    """The trace's own text, unwrapped, where asked for."""
    told_again: bool = False
    """The text tells the same occurrence once more, further on: such a trace is never given out."""


class Lock(msgspec.Struct, omit_defaults=True):
    """A lock that a thread holds or waits for."""

    address: str
    """What identifies it within its process: an address as printed, or a name."""
    kind: str | None = None
    """``mutex``, ``rwlock``, ``monitor``, ``GIL``, a Java class, …"""
    owner: str | None = None
    """The ``Thread.os_id`` (or ``Thread.id`` where there is none) of the owner, where told."""
    name: str | None = None
    """What the program calls it, where told."""


class Futex(msgspec.Struct, omit_defaults=True):
    """The wait in the Linux kernel, futex(2), that a thread was seen in: where most locks wait in the end."""

    address: int
    operation: int
    value: int
    """What the word at ``address`` was to hold for the wait to begin."""
    words: list[int] = []
    """The 32-bit words at ``address`` and after it."""
    timeout: int | None = None
    """Where the wait's time limit stands, 0 for a wait without one; ``None`` where that is not known."""


class Thread(msgspec.Struct, omit_defaults=True):
    """A thread of a process at one moment."""

    id: str | None = None
    """The tool's own number or id for it."""
    os_id: str | None = None
    """The kernel's thread id (LWP, TID) in decimal."""
    handle: str | None = None
    """The thread library's handle (``pthread_t``), as printed."""
    name: str | None = None
    """What the thread is: the name the system or the runtime prints, then the rules' name."""
    state: str | None = None
    """What the thread does, told by rules or by the tool."""
    idle: bool = False
    """``state`` is a wait for something to do, not one in the midst of work."""
    wait: str | None = None
    """What the thread waits for in the system, told by rules besides ``state``."""
    motion: Motion | None = None
    """What it did between several looks at its process."""
    cpu: float | None = None
    """Seconds of processor time that it has used since it began."""
    handling: str | None = None
    """The type of the exception that it handles, of an interpreter's thread."""
    system_state: str | None = None
    """The kernel's letter for what it did as the tool came, as in proc(5): ``R``, ``S``, ``D``, ``T``, …"""
    wchan: str | None = None
    """The function of the kernel that it slept in, where the system tells."""
    frames: list[Frame] = []
    ended: bool = False
    """The thread has ended and only waits to be joined."""
    crashed: bool = False
    """The signal that stopped the process arrived here."""
    culprit: Frame | None = None
    """Where it crashed: the innermost frame of the program's own code. Filled by ``describe``."""
    locks_held: list[Lock] = []
    locks_awaited: list[Lock] = []
    futex: Futex | None = None
    error: Error | None = None
    """The fatal error on this thread, where the dump has one."""
    uncertain: list[str] = []


class ThreadGroup(msgspec.Struct, omit_defaults=True):
    """Threads of one process that are alike."""

    thread_ids: list[str]
    frames: list[Frame] = []
    """The frames of the first of them, trimmed by rules."""
    place: Frame | None = None
    """Where all of them stand in the program's own Python code, where a tool showed Python's frames."""
    name: str | None = None
    state: str | None = None
    idle: bool = False
    wait: str | None = None
    motion: Motion | None = None
    crashed: bool = False


class Wait(msgspec.Struct, omit_defaults=True):
    """A thread that waits for a lock."""

    thread: str
    """The ``Thread.os_id`` (or ``Thread.id`` where there is none)."""
    lock: Lock
    name: str | None = None
    """The thread's own name, where it has one other than the program's."""
    frame: Frame | None = None
    """Where in the program the thread asked for it."""


class Deadlock(msgspec.Struct, omit_defaults=True):
    """Threads that wait for each other, for ever."""

    waits: list[Wait]
    """Each for what the next one owns, the last for what the first one owns."""
    owners_known: bool = True
    """False: who owns what is not known, but every thread of the process waits, so that none can let go."""


class Convoy(msgspec.Struct, omit_defaults=True):
    """Many threads that wait for one lock."""

    lock: Lock
    waits: list[Wait]


class Process(msgspec.Struct, omit_defaults=True):
    """A process at one moment."""

    pid: int | None = None
    executable: str | None = None
    """The path of its executable."""
    command: str | None = None
    """Its command line."""
    name: str | None = None
    threads: list[Thread] = []
    groups: list[ThreadGroup] = []
    """Filled by ``describe``."""
    deadlocks: list[Deadlock] = []
    """Filled by ``find_locks``, as are ``convoys``."""
    convoys: list[Convoy] = []
    looks: int = 1
    """How often it was looked at; ``threads`` are those of the last look, and what went before it."""
    seconds: float | None = None
    """From the first of several looks to the last."""
    libraries: list[str] = []
    """Paths of the shared objects that were mapped, where listed."""
    error: Error | None = None
    """The signal or fatal error that ended it, for a core file or a crash dump."""
    crashes: list[Crash] = []
    """What ended it, where its crashed threads were compared with known issues."""


class Snapshot(msgspec.Struct, omit_defaults=True):
    """What a debugger saw of one or several processes at one moment."""

    format: str
    """The name of the format that read it."""
    processes: list[Process] = []
    tool: str | None = None
    """The tool that printed it, from the collector's header."""
    host: str | None = None
    time: str | None = None
    """When it was taken: ISO 8601."""
    uncertain: list[str] = []
    """What could not be read, a sentence each."""


class ValueCounts(msgspec.Struct, omit_defaults=True):
    """How often occurrences had which value, with a bound on the values that are named.

    Up to 64 values are counted. Of more, those 64 are named whose hashes are lowest, a random sample of the
    values, with exact counts; how many values there are is estimated from the hashes.
    """

    values: dict[str, int] = {}
    """Exact counts."""
    others: int = 0
    """Occurrences with values that are not named."""
    distinct: int = 0
    """How many values there are: exact where all are named."""
    error: float = 0.0
    """The relative standard error of ``distinct``; 0 where it is exact."""


class GroupRule(msgspec.Struct, omit_defaults=True, frozen=True):
    """The rule of a team's own that decided on a group; see ``docs/issue-rules.md``."""

    name: str
    title: str | None = None
    owner: str | None = None
    """Who looks after it."""
    severity: str | None = None
    """``low``, ``medium``, ``high`` or ``critical``."""
    ignore: bool = False
    """Nobody wants to hear of it."""


class Group(msgspec.Struct, omit_defaults=True, gc=False):
    """Occurrences of what is taken to be the same error."""

    fingerprint: str
    error: Error
    """The first occurrence: by time (those without one come last), path and offset.

    Of paths, those of a rotated set stand oldest first.
    """
    format: str
    runtime: str | None = None
    """The name of the runtime that printed it: ``python``, ``java``."""
    count: int = 0
    first_seen: str | None = None
    last_seen: str | None = None
    first_seen_ns: int | None = None
    """The same in nanoseconds since 1970 in UTC; a time without an offset counts as UTC."""
    last_seen_ns: int | None = None
    sources: list[Origin] = []
    """The first ten places it was seen at, in that order; ``count`` has the total."""
    timeline: list[int] = []
    """Counts over equal spans from ``timeline_start`` on; empty where times are not known."""
    timeline_start: int | None = None
    """Seconds since 1970, a multiple of ``timeline_width``."""
    timeline_width: int | None = None
    """Seconds that each count spans, a power of two."""
    contexts: dict[str, ValueCounts] = {}
    """How often which ``host``, ``pod``, ``process``, ``logger``, ``level``, ``message``; if asked for."""
    culprit: Frame | None = None
    """The innermost frame of the user's own code."""
    rule: GroupRule | None = None
    """Where a rule of a team's own matches it."""
    family: str | None = None
    """The fingerprint of the group of that run that stands for all which differ in who called alone."""


class KnownIssue(msgspec.Struct):
    """What people know of an issue."""

    id: str
    """Its founding fingerprint; stays when fingerprints come and go."""
    title: str
    status: Status = "open"
    resolved_at: str | None = None
    """When it was resolved, ISO 8601 in UTC; a bare day means the end of that day."""
    resolved_in: str | None = None
    """The first version of the application that is free of it."""
    link: str | None = None
    """To a tracker."""
    note: str | None = None
    muted_until: str | None = None
    """``date TIME``, ``version VERSION`` or ``count NUMBER`` of occurrences in all, for one that is muted."""


class Judgement(msgspec.Struct, omit_defaults=True):
    """The verdict on a group, and why."""

    verdict: Verdict
    unsure: bool = False
    """The likeness to ``issue`` is neither enough to call it known nor to call it new."""
    probability: float | None = None
    """That it is ``issue``, from 0 to 1; ``None`` where the fingerprint is known."""
    reason: str | None = None
    """Why, in words."""
    issue: KnownIssue | None = None
    """The known issue that it is, or is like."""


class Crash(msgspec.Struct, omit_defaults=True):
    """An error that ended a process, and the verdict on it."""

    group: Group
    """Each thread that it arrived on counts as an occurrence."""
    judgement: Judgement
    threads: list[str] = []
    """The ``Thread.id`` (or ``Thread.os_id``) of each; empty where no thread is marked."""
