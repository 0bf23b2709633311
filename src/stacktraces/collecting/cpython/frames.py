"""The frames of CPython's threads and coroutines, innermost first."""

import struct

from ..memory import is_pointer
from .code import Code, Codes
from .objects import Objects

MOST_PYTHON_FRAMES = 10000  # of a thread; what is deeper is only counted
MOST_COUNTED = 1 << 20
MOST_VALUES = 4096  # of a frame
OWNED_BY_C = 3  # 3.12 and later: a frame that stands for a call of the interpreter from C
MOST_AWAITED = 1000


class PythonFrame(object):
    """One call: where it is, and whether the interpreter was called from C for it."""

    def __init__(self, address, code, line):
        # type: (int, Code, int) -> None
        self.address = address
        self.code = code
        self.line = line
        self.is_entry = False


class Stack(object):
    """The frames of a thread, how many were left out, and whether the chain ends as it should."""

    def __init__(self):
        # type: () -> None
        self.frames = []  # type: list[PythonFrame]
        self.more = 0
        self.is_whole = True


class Frames(object):
    """Reads frames, by the offsets of one version."""

    def __init__(self, objects):
        # type: (Objects) -> None
        self.objects = objects
        self.codes = Codes(objects)
        self.is_compact = objects.version >= (3, 11)
        offsets = objects.offsets
        places = [offsets["frame." + name] for name in ("previous", "code", "instruction")]
        self.previous, self.code, self.instruction = places
        self.mark = offsets.get("frame.entry", offsets.get("frame.owner", -1))
        self.span = max(places + [self.mark]) + 8

    def forget(self):
        # type: () -> None
        """Read everything anew from now on."""
        self.codes.current.clear()

    def first(self, thread):
        # type: (int) -> int
        """Return the address of a thread's innermost frame, 0 where it runs no Python."""
        objects = self.objects
        if "thread.cframe" in objects.offsets and self.is_compact:
            return objects.at(objects.at(thread, "thread.cframe"), "cframe.frame")
        return objects.at(thread, "thread.frame")

    def stack(self, thread):
        # type: (int) -> Stack
        """Return the frames of a thread's state."""
        stack = Stack()
        seen = set()  # type: set[int]
        address = self.first(thread)
        while address:
            data = self.objects.memory.read(address, self.span) if is_pointer(address) else b""
            is_late = len(seen) % 256 == 255 and self.objects.memory.is_late()
            if len(data) < self.span or address in seen or len(seen) > MOST_COUNTED or is_late:
                stack.is_whole = False
                break
            seen.add(address)
            if len(stack.frames) >= MOST_PYTHON_FRAMES:
                stack.more += 1
            elif not self.add(stack, address, data):
                stack.is_whole = False
                break
            address = struct.unpack_from("<Q", data, self.previous)[0]
        if stack.frames and not stack.more:
            stack.frames[-1].is_entry = True
        return stack

    def add(self, stack, address, data):
        # type: (Stack, int, bytes) -> bool
        """Add the frame at an address to a stack; False where none can be there."""
        version = self.objects.version
        if version >= (3, 12) and self.mark >= 0 and bytearray(data)[self.mark] >= OWNED_BY_C:
            if stack.frames:
                stack.frames[-1].is_entry = True
            return True
        frame = self.frame(address, data)
        if frame is not None:
            stack.frames.append(frame)
        return frame is not None or version >= (3, 12)  # where shims without code stand between others

    def frame(self, address, data):
        # type: (int, bytes) -> PythonFrame | None
        code = self.codes.get(struct.unpack_from("<Q", data, self.code)[0] & ~7)
        if code is None:
            return None
        if self.is_compact:
            instruction = struct.unpack_from("<Q", data, self.instruction)[0] - code.start
        else:
            instruction = struct.unpack_from("<i", data, self.instruction)[0]
            if self.objects.version == (3, 10) and instruction > 0:
                instruction *= 2
        found = PythonFrame(address, code, code.line(instruction))
        if not self.is_compact:
            found.is_entry = True
        elif self.objects.version == (3, 11):
            found.is_entry = bool(bytearray(data)[self.mark])
        return found

    def values(self, frame):
        # type: (PythonFrame) -> tuple[int, int]
        """Return where a frame's locals and stacked values begin, and how many words they may be."""
        count = frame.code.values + frame.code.depth
        if not self.is_compact:
            count += 64  # cells and free variables, which are counted elsewhere
        start = frame.address + self.objects.offsets["frame.values"]
        return start, max(0, min(count, MOST_VALUES))

    def awaited(self, coroutine):
        # type: (int) -> list[PythonFrame]
        """Return the frames of a coroutine that is suspended and of those that it awaits, innermost first."""
        found = []  # type: list[PythonFrame]
        seen = set()  # type: set[int]
        while is_pointer(coroutine) and coroutine not in seen and len(found) < MOST_AWAITED:
            seen.add(coroutine)
            kind = self.objects.kind(coroutine)
            if kind in ("coroutine_wrapper", "async_generator_asend"):
                coroutine = self.objects.memory.word(coroutine + self.objects.head)
                continue
            if kind not in ("coroutine", "generator", "async_generator"):
                break
            place = coroutine + self.objects.offsets["generator.frame"]
            if not self.is_compact:
                place = self.objects.memory.word(place)
            data = self.objects.memory.read(place, self.span) if is_pointer(place) else b""
            frame = self.frame(place, data) if len(data) == self.span else None
            if frame is None:
                break
            found.append(frame)
            coroutine = self.top_value(frame)
        found.reverse()
        return found

    def top_value(self, frame):
        # type: (PythonFrame) -> int
        """Return the value on top of a suspended frame's stack: what it awaits."""
        objects = self.objects
        place = frame.address + objects.offsets.get("frame.top", 0)
        if objects.version < (3, 10):
            top = objects.memory.word(place)
            return objects.memory.word(top - 8) if is_pointer(top) else 0
        if objects.version >= (3, 14):
            top = objects.memory.word(place)
            return objects.memory.word(top - 8) & ~7 if is_pointer(top) else 0
        depth = objects.memory.signed(place)
        start = frame.address + objects.offsets["frame.values"]
        if objects.version == (3, 10):
            start = objects.at(frame.address, "frame.stack")
        return objects.memory.word(start + 8 * (depth - 1)) if 0 < depth < MOST_VALUES else 0
