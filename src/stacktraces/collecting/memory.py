"""The memory of a process, live or as a core file keeps it."""

import bisect
import os
import struct

from .basics import now
from .elf import MOST_NOTE_COUNT, MOST_NOTES, SEGMENT_NOTE, Elf, open_regular, read_at

PAGE = 4096
MOST_PAGES = 16384
MOST_TEXT = 4096  # bytes of a name
NOTE_THREAD = 1  # the type of a note on a thread
READING = 10.0  # seconds for the notes of a core file
LOAD = 1  # the type of a segment that is memory


class Memory(object):
    """What stands in the memory of a 64-bit process, read while it runs: each page once."""

    def __init__(self, pid):
        # type: (int) -> None
        self.descriptor = os.open("/proc/%d/mem" % pid, os.O_RDONLY)
        self.pages = {}  # type: dict[int, bytes]
        self.deadline = None  # type: float | None

    def close(self):
        # type: () -> None
        os.close(self.descriptor)

    def is_late(self):
        # type: () -> bool
        """Tell whether what is read goes on for longer than anything real would."""
        return self.deadline is not None and now() > self.deadline

    def forget(self):
        # type: () -> None
        """Read everything anew from now on."""
        self.pages.clear()

    def load(self, number):
        # type: (int) -> bytes
        return read_at(self.descriptor, number * PAGE, PAGE)

    def page(self, number):
        # type: (int) -> bytes
        found = self.pages.get(number)
        if found is None:
            if len(self.pages) > MOST_PAGES:
                self.pages.clear()
            found = self.pages[number] = self.load(number)
        return found

    def read(self, address, length):
        # type: (int, int) -> bytes
        """Return as many of the bytes as can be read."""
        number, start = divmod(address, PAGE)
        data = self.page(number)[start : start + length]
        while len(data) < length:
            number, start = divmod(address + len(data), PAGE)
            piece = self.page(number)[start : start + length - len(data)]
            if not piece:
                break
            data += piece
        return data

    def words(self, address, count):
        # type: (int, int) -> tuple[int, ...]
        data = self.read(address, count * 8)
        return struct.unpack_from("<%dQ" % (len(data) // 8), data)

    def word(self, address):
        # type: (int) -> int
        """Return the 64-bit word at an address, 0 where none can be read."""
        return self.number(address, "<Q", 8)

    def number(self, address, shape, size):
        # type: (int, str, int) -> int
        data = self.read(address, size)
        return struct.unpack(shape, data)[0] if len(data) == size else 0

    def signed(self, address):
        # type: (int) -> int
        return self.number(address, "<i", 4)

    def byte(self, address):
        # type: (int) -> int
        return self.number(address, "<B", 1)

    def text(self, address, most=40):
        # type: (int, int) -> bytes
        return self.read(address, most).partition(b"\0")[0]


class CoreMemory(Memory):
    """What a core file keeps of the memory, and what it leaves to the files that were mapped."""

    def __init__(self, path):
        # type: (str) -> None
        self.pages = {}
        self.deadline = None
        self.elf = Elf(path, now() + READING)
        self.descriptor = open_regular(path)
        header = read_at(self.descriptor, 0, 64)
        self.loads = []  # type: list[tuple[int, int, int]]
        self.notes = []  # type: list[tuple[int, int]]
        for kind, offset, length, address in self.elf.segments(header, self.descriptor):
            if kind == LOAD:
                self.loads.append((address, address + length, offset))
            if kind == SEGMENT_NOTE:
                self.notes.append((offset, length))
        self.loads.sort()
        self.files = sorted(self.elf.mapped_files())
        self.opened = {}  # type: dict[str, int | None]

    def close(self):
        # type: () -> None
        os.close(self.descriptor)
        for descriptor in self.opened.values():
            if descriptor is not None:
                os.close(descriptor)

    def thread_notes(self):
        # type: () -> list[bytes]
        """Return what the core says of each thread: NT_PRSTATUS."""
        found = []  # type: list[bytes]
        for offset, length in self.notes:
            data = read_at(self.descriptor, offset, min(length, MOST_NOTES))
            position = seen = 0
            while position + 12 <= len(data) and seen < MOST_NOTE_COUNT:
                seen += 1
                name_size, size, kind = struct.unpack_from("<III", data, position)
                start = position + 12 + (name_size + 3) // 4 * 4
                if kind == NOTE_THREAD and data[position + 12 : position + 16] == b"CORE":
                    found.append(data[start : start + size])
                position = start + (size + 3) // 4 * 4
        return found

    def load(self, number):
        # type: (int) -> bytes
        address = number * PAGE
        index = bisect.bisect_right(self.loads, (address, 1 << 64, 0)) - 1
        if index >= 0:
            first, end, offset = self.loads[index]
            if first <= address < end:
                return read_at(self.descriptor, offset + address - first, min(PAGE, end - address))
        return self.load_from_file(address)

    def load_from_file(self, address):
        # type: (int) -> bytes
        index = bisect.bisect_right(self.files, (address, 1 << 64, 0, "")) - 1
        if index < 0:
            return b""
        first, end, offset, name = self.files[index]
        if not first <= address < end:
            return b""
        if name not in self.opened:
            self.opened[name] = open_elf(name)
        descriptor = self.opened[name]
        return read_at(descriptor, offset + address - first, PAGE) if descriptor is not None else b""


def open_elf(path):
    # type: (str) -> int | None
    """Return a descriptor to read a program or library by, nothing for a file of another kind."""
    try:
        descriptor = open_regular(path)
    except (EnvironmentError, ValueError, TypeError):  # a name with a NUL in it is refused
        return None
    if read_at(descriptor, 0, 4) == b"\x7fELF":
        return descriptor
    os.close(descriptor)
    return None


def is_pointer(word):
    # type: (int) -> bool
    return word % 8 == 0 and 0x10000 < word < 1 << 47
