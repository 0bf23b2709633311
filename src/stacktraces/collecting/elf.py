"""Executables and core files: the header and the notes of an ELF file."""

import errno
import os
import stat
import struct

from .basics import as_text, now

ELF_CORE = 4
SEGMENT_NOTE = 4
NOTE_PROCESS = 3
NOTE_BUILD_ID = 3
NOTE_AUXILIARY = 6
NOTE_FILES = 0x46494C45
AUXILIARY_ENTRY = 9
WANTED_NOTES = (
    (b"CORE", NOTE_PROCESS),
    (b"CORE", NOTE_AUXILIARY),
    (b"CORE", NOTE_FILES),
    (b"GNU", NOTE_BUILD_ID),
)
# Of a file whoever made which may want to keep us busy; a core has a few notes for each thread.
MOST_NOTES = 64 * 1024 * 1024  # bytes
MOST_NOTE_COUNT = 200000
MOST_SEGMENTS = 1 << 18
MOST_FILES = 1 << 18
MOST_AUXILIARY = 4096  # bytes
COMPRESSED = (
    (b"\x28\xb5\x2f\xfd", "zstd -d"),
    (b"\x04\x22\x4d\x18", "lz4 -d"),
    (b"\xfd7zXZ\x00", "xz -d"),
    (b"\x1f\x8b", "gzip -d"),
)


class Elf(object):
    """The header and the notes of an ELF file; ValueError when it is none. See elf(5), core(5).

    Notes that are not found by the deadline are left out.
    """

    def __init__(self, path, deadline=None):
        # type: (str, float | None) -> None
        self.deadline = deadline
        self.files = None  # type: list[tuple[int, int, int, str]] | None
        self.notes = {}  # type: dict[tuple[bytes, int], bytes]
        self.notes_seen = 0
        descriptor = open_regular(path)
        try:
            header = read_at(descriptor, 0, 64)
            if header[:4] != b"\x7fELF":
                raise ValueError("not an ELF file")
            self.wide = header[4:5] == b"\x02"
            self.order = {b"\x02": ">"}.get(header[5:6], "<")
            self.size = os.fstat(descriptor).st_size
            self.needed = 0
            self.kind = self.unpack("H", header, 16)[0]
            left = MOST_NOTES
            for kind, offset, length, _ in self.segments(header, descriptor):
                self.needed = max(self.needed, offset + length)
                if kind == SEGMENT_NOTE and not self.is_enough():
                    notes = read_at(descriptor, offset, min(length, left))
                    left -= len(notes)
                    self.add_notes(notes)
        except struct.error:
            raise ValueError("its header is cut off")
        finally:
            os.close(descriptor)

    def is_enough(self):
        # type: () -> bool
        """Tell whether all notes are known that are wanted, or more were seen than a file has."""
        if self.notes_seen > MOST_NOTE_COUNT or (self.deadline is not None and now() > self.deadline):
            return True
        return len([1 for owner, _ in self.notes if owner == b"CORE"]) == 3

    def unpack(self, shape, data, offset=0):
        # type: (str, bytes, int) -> tuple[int, ...]
        if self.wide:
            shape = shape.replace("A", "Q")
        return struct.unpack_from(self.order + shape.replace("A", "I"), data, offset)

    def segments(self, header, descriptor):
        # type: (bytes, int) -> list[tuple[int, int, int, int]]
        """Return each segment's type, offset and length in the file, and the address that it is mapped at."""
        table, sections = self.unpack("AA", header, 32 if self.wide else 28)
        size, count = self.unpack("HH", header, 54 if self.wide else 42)
        if count == 0xFFFF:  # more than fit: the first section header tells
            count = self.unpack("I", read_at(descriptor, sections, 64), 44 if self.wide else 28)[0]
        found = []
        for index in range(min(count, MOST_SEGMENTS)):
            if index % 4096 == 4095 and self.deadline is not None and now() > self.deadline:
                break
            entry = read_at(descriptor, table + index * size, size)
            if len(entry) < size or size < 32:
                self.needed = table + count * size
                break
            offset, length = (8, 32) if self.wide else (4, 16)
            one = self.unpack("I", entry)[0], self.unpack("A", entry, offset)[0]
            place = self.unpack("A", entry, offset + (8 if self.wide else 4))[0]
            found.append(one + (self.unpack("A", entry, length)[0], place))
        return found

    def add_notes(self, data):
        # type: (bytes) -> None
        position = 0
        while position + 12 <= len(data):
            self.notes_seen += 1
            if self.notes_seen % 4096 == 0 and self.is_enough():
                break
            name_size, size, kind = self.unpack("III", data, position)
            start = position + 12 + (name_size + 3) // 4 * 4
            name = data[position + 12 : position + 12 + min(name_size, 16)].rstrip(b"\0")
            if (name, kind) in WANTED_NOTES:
                self.notes.setdefault((name, kind), data[start : start + size])
            position = start + (size + 3) // 4 * 4

    def note(self, name, kind):
        # type: (bytes, int) -> bytes
        return self.notes.get((name, kind), b"")

    def mapped_files(self):
        # type: () -> list[tuple[int, int, int, str]]
        """Return first address, end, offset in the file and name of what was mapped."""
        if self.files is None:
            data = self.note(b"CORE", NOTE_FILES)
            word = 8 if self.wide else 4
            head, step = 2 * word, 3 * word
            count, page = self.unpack("AA", data) if len(data) >= head else (0, 0)
            count = min(count, max(0, len(data) - head) // step, MOST_FILES)
            names = data[head + count * step :].split(b"\0", count)
            ranges = [self.unpack("AAA", data, head + index * step) for index in range(count)]
            self.files = [
                (first, end, place * page, as_text(name)) for (first, end, place), name in zip(ranges, names)
            ]
        return self.files

    def executable(self):
        # type: () -> str | None
        """Return the mapped file that holds the program's entry point (AT_ENTRY)."""
        data = self.note(b"CORE", NOTE_AUXILIARY)[:MOST_AUXILIARY]
        step = 16 if self.wide else 8
        for offset in range(0, len(data) - step + 1, step):
            kind, value = self.unpack("AA", data, offset)
            if kind == AUXILIARY_ENTRY:
                names = [name for first, end, _, name in self.mapped_files() if first <= value < end]
                return (names + [None])[0]
        return None

    def process(self):
        # type: () -> tuple[int | None, str]
        """Return the PID and the command line, of which a core keeps 80 bytes."""
        data = self.note(b"CORE", NOTE_PROCESS)
        if len(data) < 124:
            return None, ""
        place = {124: 12, 128: 16}.get(len(data), 24)
        return self.unpack("i", data, place)[0], as_text(data[-80:].partition(b"\0")[0]).strip()


def open_regular(path):
    # type: (str) -> int
    """Return a descriptor to read a regular file by; IOError for a pipe or device: it may have no end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IOError(errno.EINVAL, "it is no regular file")
    return descriptor


def read_at(descriptor, offset, length):
    # type: (int, int, int) -> bytes
    try:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)
    except (OSError, OverflowError):
        return b""


def build_id(path):
    # type: (str) -> bytes
    """Return what the linker put into an executable to know it by, or nothing."""
    try:
        return Elf(path).note(b"GNU", NOTE_BUILD_ID)
    except (EnvironmentError, ValueError):
        return b""
