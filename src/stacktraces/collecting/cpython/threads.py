"""The threads of CPython: what they run, who has the GIL, which exception is handled."""

from ..memory import Memory, is_pointer
from .finding import Found
from .frames import Frames, Stack
from .objects import Objects

MOST_THREADS = 1 << 16
MOST_FRAMES_SHOWN = 1 << 19  # of all threads
MOST_HANDLED = 100
MOST_LOOKS = 5  # at a thread that runs
THREAD_ID_PLACES = (720, 208, 48, 56)  # of the kernel's id behind a pthread_t: glibc on x86-64 and ARM, musl
GIL_SIZE = 256  # bytes of a GIL's state, in which threads wait that want it
MOST_PID = 1 << 22


class PythonThread(object):
    """A thread's state."""

    def __init__(self, address):
        # type: (int) -> None
        self.address = address
        self.handle = 0
        self.lwp = 0
        self.name = ""
        self.interpreter = 0
        self.has_gil = False
        self.awaits_gil = False
        self.handles = ""  # the type of the exception that it handles
        self.stack = Stack()


class Interpreter(object):
    """CPython in a process, all that is asked of it in one look."""

    def __init__(self, memory, found):
        # type: (Memory, Found) -> None
        self.memory = memory
        self.found = found
        self.objects = Objects(memory, found.offsets, found.version)
        self.frames = Frames(self.objects)
        self.gils = []  # type: list[int]
        self.cut = False
        self.is_running = False  # nobody holds the threads while they are read
        self.moved = 0  # threads that moved at every look

    def threads(self, known, waits):
        # type: (dict[int, int], dict[int, int]) -> list[PythonThread]
        """Return the threads, the oldest first.

        known has the kernel's id of each thread by the one that it has in its own namespace, nothing where
        these are not known; waits has the address that a thread waits at, by its id.
        """
        threads = []  # type: list[PythonThread]
        shown = 0
        self.cut, self.moved = False, 0
        del self.gils[:]
        for number, state in enumerate(self.found.interpreters):
            holder = self.gil_holder(state)
            for address in self.thread_states(state):
                thread = self.thread(address, known)
                shown += len(thread.stack.frames)
                if self.memory.is_late() or shown > MOST_FRAMES_SHOWN:
                    self.cut = True
                    break
                thread.interpreter = number
                thread.has_gil = address == holder
                place = waits.get(thread.lwp, 0)
                thread.awaits_gil = bool([1 for gil in self.gils if gil <= place < gil + GIL_SIZE])
                threads.append(thread)
        threads.reverse()  # the newest stands first in CPython's own list
        return threads

    def thread_states(self, interpreter):
        # type: (int) -> list[int]
        found = []
        seen = set()  # type: set[int]
        address = self.objects.at(interpreter, "interpreter.threads")
        while is_pointer(address):
            if address in seen or len(seen) > MOST_THREADS or self.memory.is_late():
                self.cut = True
                break
            if self.objects.at(address, "thread.interpreter") != interpreter:
                self.cut = True
                break
            seen.add(address)
            found.append(address)
            address = self.objects.at(address, "thread.next")
        return found

    def thread(self, address, known):
        # type: (int, dict[int, int]) -> PythonThread
        thread = PythonThread(address)
        thread.handle = self.objects.at(address, "thread.handle")
        thread.lwp = self.objects.at(address, "thread.lwp")
        for place in THREAD_ID_PLACES:
            if thread.lwp and (not known or thread.lwp in known):
                break
            thread.lwp = self.memory.signed(thread.handle + place) if is_pointer(thread.handle) else 0
        if known:
            thread.lwp = known.get(thread.lwp, 0)
        elif not 0 < thread.lwp < MOST_PID:
            thread.lwp = 0
        thread.handles = self.handled(address)
        thread.stack = self.stack(address)
        return thread

    def stack(self, address):
        # type: (int) -> Stack
        """Return a thread's frames; of one that runs, as they were at one moment as far as can be told."""
        stack = self.frames.stack(address)
        for _ in range(MOST_LOOKS if self.is_running else 0):
            innermost, calls = self.frames.first(address), [frame.address for frame in stack.frames]
            self.memory.forget()
            self.frames.forget()
            again = self.frames.stack(address)
            same = innermost == self.frames.first(address)
            if same and stack.is_whole and calls == [frame.address for frame in again.frames]:
                break
            stack = again
        else:
            self.moved += self.is_running
        return stack

    def gil_holder(self, interpreter):
        # type: (int) -> int
        """Return the state of the thread that has an interpreter's GIL, 0 where none has it."""
        offsets = self.found.offsets
        if offsets.get("runtime.free_threaded"):
            return 0
        if "interpreter.gil" in offsets:
            gil = self.objects.at(interpreter, "interpreter.gil")
        elif "runtime.gil_holder" in offsets:
            gil = self.found.runtime + offsets["runtime.gil_holder"] - offsets["gil.holder"]
        else:
            return self.memory.word(self.found.image.symbol(b"_PyThreadState_Current"))
        if not is_pointer(gil):
            return 0
        self.gils.append(gil)
        locked = self.memory.signed(gil + offsets["gil.locked"])
        return self.memory.word(gil + offsets["gil.holder"]) if locked == 1 else 0

    def handled(self, thread):
        # type: (int) -> str
        """Return the type of the exception that a thread handles, "" where it handles none."""
        place = self.objects.at(thread, "thread.handled")
        for _ in range(MOST_HANDLED):
            value = self.objects.at(place, "handled.exception") if is_pointer(place) else 0
            kind = self.objects.kind(value)
            if kind and kind != "NoneType":
                return kind
            place = self.objects.at(place, "handled.previous") if is_pointer(place) else 0
            if not place:
                break
        kind = self.objects.kind(self.objects.at(thread, "thread.exception"))
        return kind if kind != "NoneType" else ""

    def module(self, name):
        # type: (str) -> int
        """Return the module of a name, of the interpreter that was first, or 0."""
        for state in reversed(self.found.interpreters):
            modules = self.objects.at(state, "interpreter.modules")
            found = self.objects.lookup(self.objects.items(modules), name)
            if found:
                return found
        return 0

    def name(self, threads):
        # type: (list[PythonThread]) -> None
        names = self.names()
        for thread in threads:
            thread.name = names.get(thread.handle, "")

    def names(self):
        # type: () -> dict[int, str]
        """Return the names that the module threading gives to its threads, by their handles."""
        found = {}
        objects = self.objects
        active = objects.module_value(self.module("threading"), "_active")
        for key, thread in objects.items(active)[:MOST_THREADS]:
            name = objects.text(objects.attribute(thread, "_name"))
            if name:
                found[objects.integer(key)] = name
            if self.memory.is_late():
                break
        return found
