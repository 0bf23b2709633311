"""Who waits for a lock object of CPython's, and who holds it."""

import struct

from .basics import as_text, now
from .memory import PAGE, Memory, is_pointer
from .waiting import Waiting

WAITER_STACK = 1024  # words of a stack, from its top, among which the lock object waited for is looked for
OWNER_STACK = 2048
FRAME = 128  # words of the innermost frame that may hold values
FRAME_STACK = 16384  # bytes of memory that CPython takes at a time for a thread's frames
MOST_FRAMES = 10000
LOOKING = 2.0  # seconds spent on the owners of Python's locks
THREAD_ID = 720  # where glibc keeps the kernel's id in what pthread_self returns, on x86-64
PYTHON_LOCKS = (b"_thread.lock", b"_thread.RLock", b"thread.lock")


def python_locks(memory, threads, frames=None):
    # type: (Memory, list[Waiting], dict[int, list[tuple[int, int]]] | None) -> list[tuple[Waiting, str]]
    """Return the threads that wait for a lock object of CPython 2.7 to 3.13, with what is known of it.

    frames has where the Python frames of each thread stand, the innermost first, and their sizes in words, by
    the thread's id; where it is left out they are looked for on the native stacks.
    """
    waits = {}  # type: dict[Waiting, tuple[int, bytes, int]]
    for thread in threads:
        found = lock_object(memory, thread)
        if found:
            waits[thread] = found
    plain = set(place for place, kind, _ in waits.values() if kind != b"_thread.RLock")
    if frames is None:
        order = sorted(threads, key=lambda thread: thread not in waits)
        stacks = [(each.lwp, sorted(python_frames(memory, each).items())) for each in order if plain]
    else:
        stacks = sorted(frames.items())
    waiting = set((thread.lwp, place) for thread, (place, _, _) in waits.items())
    holders = {}  # type: dict[int, set[int]]
    for lwp, held, is_outer in who_entered(memory, stacks, plain):
        # One that waits for a lock has entered it in its innermost frame; in another one it holds it itself.
        if (lwp, held) not in waiting or (is_outer and frames is not None):
            holders.setdefault(held, set()).add(lwp)
    lines = []
    for thread in sorted(waits, key=lambda thread: thread.lwp):
        place, kind, handle = waits[thread]
        held_by = holders.get(place, set())
        owner = str(list(held_by)[0]) if len(held_by) == 1 else ""
        if kind == b"_thread.RLock":
            owner = thread_id(memory, handle, threads)
        line = "address=0x%x object=0x%x type=%s" % (thread.arguments[0], place, as_text(kind))
        lines.append((thread, line + (" owner=" + owner if owner else "")))
    return lines


def lock_object(memory, thread):
    # type: (Memory, Waiting) -> tuple[int, bytes, int] | None
    """Return the address, type and (an RLock's) owner of the lock object whose lock is waited for.

    Its call stands on the stack: an object whose third word is the lock's address, of a type of that name.
    """
    if thread.arguments:
        for place in memory.words(thread.stack, WAITER_STACK):
            fields = memory.words(place, 5) if is_pointer(place) else ()
            if len(fields) == 5 and fields[2] == thread.arguments[0] and is_pointer(fields[1]):
                kind = type_name(memory, fields[1])
                if kind in PYTHON_LOCKS:
                    return place, kind, fields[3]
    return None


def type_name(memory, address):
    # type: (Memory, int) -> bytes
    name = memory.words(address + 24, 1)
    return memory.text(name[0]) if name and is_pointer(name[0] & ~7) else b""


def thread_id(memory, handle, threads):
    # type: (Memory, int, list[Waiting]) -> str
    """Return the kernel's id of the thread with a pthread handle, or the handle where that is not known."""
    data = memory.read(handle + THREAD_ID, 4)
    found = struct.unpack("<i", data)[0] if len(data) == 4 else 0
    if found in [thread.lwp for thread in threads]:
        return str(found)
    return "0x%x" % handle if handle else ""


def who_entered(memory, stacks, locks):
    # type: (Memory, list[tuple[int, list[tuple[int, int]]]], set[int]) -> list[tuple[int, int, bool]]
    """Return which thread is within a with statement on which lock, and whether in an outer frame.

    A thread that has entered one keeps the lock's __exit__, a bound method, among the values of its frames.
    """
    found = []  # type: list[tuple[int, int, bool]]
    deadline = now() + LOOKING
    for lwp, frames in stacks if locks else ():
        for number, (place, count) in enumerate(frames):
            if now() > deadline:
                return found
            for word in set(memory.words(place, count)):
                lock = exit_of(memory, word, locks) if is_pointer(word) else 0
                if lock:
                    found.append((lwp, lock, number > 0))
    return found


def python_frames(memory, thread):
    # type: (Memory, Waiting) -> dict[int, int]
    """Return where the Python frames stand that a thread's native stack points to, and their sizes in words.

    Until 3.10 each is an object of the type frame, which leads to its caller. Since 3.11 all that a thread
    has stand in a piece of memory of its own, which begins with its size.
    """
    found = {}  # type: dict[int, int]
    for word in set(own_stack(memory, thread)):
        start = frame_stack(memory, word) if is_pointer(word) else 0
        if start:
            if word > start:  # the start of one is the end of its neighbour, of another thread
                size = min((word - start) // 8 + FRAME, FRAME_STACK // 8)
                found[start] = max(found.get(start, 0), size)
            continue
        while is_pointer(word) and word not in found and len(found) < MOST_FRAMES:
            fields = memory.words(word, 4)
            if len(fields) < 4 or not is_pointer(fields[1]) or fields[2] > MOST_FRAMES:
                break
            if type_name(memory, fields[1]) != b"frame":
                break
            found[word] = (memory.words(fields[1] + 32, 1) or (0,))[0] % PAGE // 8 + fields[2]
            word = fields[3]
    return found


def own_stack(memory, thread):
    # type: (Memory, Waiting) -> tuple[int, ...]
    """Return the words of a thread's native stack from its top, without what may stand behind it.

    At the end of its stack glibc keeps what it knows of a thread, which begins with its own address, twice.
    """
    words = memory.words(thread.stack, OWNER_STACK)
    for index in range(len(words) - 2):
        if words[index] == words[index + 2] == thread.stack + index * 8:
            return words[:index]
    return words


def frame_stack(memory, address):
    # type: (Memory, int) -> int
    """Return the start of the piece of memory for Python frames that an address lies in, or 0."""
    for number in range(address // PAGE, address // PAGE - 4, -1):
        fields = memory.words(number * PAGE, 3)
        if len(fields) < 3 or fields[1] != FRAME_STACK or fields[2] > FRAME_STACK // 8:
            continue
        if fields[0] % PAGE == 0:  # the piece before, or none
            return number * PAGE
    return 0


def exit_of(memory, place, locks):
    # type: (Memory, int, set[int]) -> int
    """Return which of the locks the method at a place is the __exit__ of, or 0."""
    page, start = memory.pages.get(place // PAGE), place % PAGE
    if page is None:
        page = memory.page(place // PAGE)
    if len(page) < start + 32:
        return 0
    count, _, method, owner = struct.unpack_from("<4Q", page, start)
    if owner not in locks or not 0 < count < 1 << 20:
        return 0
    name = memory.words(method, 1)
    return owner if name and memory.text(name[0]) == b"__exit__" else 0
