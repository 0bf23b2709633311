"""The programs and libraries that a process has mapped, and their symbols."""

import os
import re
import struct

from .basics import as_text, read_bytes
from .elf import read_at
from .memory import LOAD, CoreMemory, Memory, open_elf

DYNAMIC = 2  # the type of a segment that tells where the dynamic symbols are
HASH, STRINGS, SYMBOLS, GNU_HASH = 4, 5, 6, 0x6FFFFEF5
SYMBOL_SIZE = 24
WRITABLE = 2
MOST_HEADERS = 64
MOST_TAGS = 4096
MOST_CHAIN = 4096
MOST_SYMBOL_TABLE = 32 * 1024 * 1024  # bytes of a table of symbols or of their names
MAP_LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ \d+ +(/.*)$")


class Image(object):
    """An ELF file as it is mapped: its symbols are read from memory, or else from the file."""

    def __init__(self, memory, base, name, path):
        # type: (Memory, int, str, str) -> None
        self.memory = memory
        self.name = name
        self.path = path
        self.bias = base
        self.dynamic = (0, 0)
        self.writable = []  # type: list[tuple[int, int]]
        self.tags = None  # type: dict[int, int] | None
        header = memory.read(base, 64)
        self.is_wide = header[4:5] == b"\x02"
        if len(header) == 64 and header[:4] == b"\x7fELF" and self.is_wide:
            self.read_segments(header, base)

    def read_segments(self, header, base):
        # type: (bytes, int) -> None
        place, size, count = struct.unpack_from("<32xQ14xHH", header)
        if size != 56:
            return
        for index in range(min(count, MOST_HEADERS)):
            entry = self.memory.read(base + place + index * size, size)
            if len(entry) < size:
                return
            kind, flags, offset, address, _, _, length, _ = struct.unpack("<IIQQQQQQ", entry)
            if kind == LOAD and offset == 0:
                self.bias = base - address
            if kind == LOAD and flags & WRITABLE:
                self.writable.append((self.bias + address, length))
            if kind == DYNAMIC:
                self.dynamic = (self.bias + address, length)

    def symbol(self, name):
        # type: (bytes) -> int
        """Return the address of a dynamic symbol, or 0."""
        if self.tags is None:
            self.tags = self.read_tags()
        symbols, strings = self.tags.get(SYMBOLS, 0), self.tags.get(STRINGS, 0)
        if not symbols or not strings:
            return 0
        for index in self.candidates(name):
            entry = self.memory.read(symbols + index * SYMBOL_SIZE, SYMBOL_SIZE)
            if len(entry) == SYMBOL_SIZE:
                start, _, _, section, value, _ = struct.unpack("<IBBHQQ", entry)
                if section and self.memory.read(strings + start, len(name) + 1) == name + b"\0":
                    return self.bias + int(value)
        return 0

    def read_tags(self):
        # type: () -> dict[int, int]
        address, length = self.dynamic
        count = min(length // 16, MOST_TAGS) * 2
        words = self.memory.words(address, count) if count else ()
        found = {}  # type: dict[int, int]
        for tag, value in zip(words[::2], words[1::2]):
            # The C library has made addresses of them; musl's has not, nor has it in the file.
            found.setdefault(tag, value if value >= self.bias else self.bias + value)
        return found

    def candidates(self, name):
        # type: (bytes) -> list[int]
        """Return the numbers of the symbols that may have a name, by the table of hashes."""
        tags = self.tags or {}
        if GNU_HASH in tags:
            return self.by_gnu_hash(tags[GNU_HASH], gnu_hash(name))
        found = []  # type: list[int]
        data = self.memory.read(tags[HASH], 8) if HASH in tags else b""
        if len(data) == 8:
            buckets = struct.unpack("<I", data[:4])[0]
            table = tags[HASH] + 8
            index = self.memory.number(table + 4 * (elf_hash(name) % max(buckets, 1)), "<I", 4)
            while index and len(found) < MOST_CHAIN:
                found.append(index)
                index = self.memory.number(table + 4 * (buckets + index), "<I", 4)
        return found

    def by_gnu_hash(self, table, wanted):
        # type: (int, int) -> list[int]
        head = self.memory.read(table, 16)
        if len(head) < 16:
            return []
        buckets, first, bloom, _ = struct.unpack("<IIII", head)
        start = table + 16 + 8 * bloom
        begin = self.memory.number(start + 4 * (wanted % max(buckets, 1)), "<I", 4)
        found = []  # type: list[int]
        for index in range(begin, begin + MOST_CHAIN) if begin >= first else ():
            each = self.memory.number(start + 4 * (buckets + index - first), "<I", 4)
            if each | 1 == wanted | 1:
                found.append(index)
            if each & 1:
                break
        return found

    def static_symbol(self, name):
        # type: (bytes) -> int
        """Return the address of any symbol that the file names, or 0."""
        descriptor = open_elf(self.path)
        if descriptor is None:
            return 0
        try:
            value = find_in_file(descriptor, name)
            return self.bias + value if value else 0
        except struct.error:
            return 0
        finally:
            os.close(descriptor)


def gnu_hash(name):
    # type: (bytes) -> int
    value = 5381
    for byte in bytearray(name):
        value = (value * 33 + byte) & 0xFFFFFFFF
    return value


def elf_hash(name):
    # type: (bytes) -> int
    value = 0
    for byte in bytearray(name):
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value


def find_in_file(descriptor, name):
    # type: (int, bytes) -> int
    """Return the value of a symbol in the table (.symtab) that a stripped file does not have, or 0."""
    place, size, count = struct.unpack_from("<40xQ10xHH", read_at(descriptor, 0, 64))
    table = read_at(descriptor, place, size * count)
    sections = [struct.unpack_from("<IIQQQQII", table, index * size) for index in range(count)]
    for _, kind, _, _, offset, length, link, _ in sections:
        if kind != 2 or link >= count or max(length, sections[link][5]) > MOST_SYMBOL_TABLE:
            continue
        names = read_at(descriptor, sections[link][4], sections[link][5])
        start = names.find(b"\0" + name + b"\0") + 1
        symbols = read_at(descriptor, offset, length)
        packed = struct.pack("<I", start)
        at = symbols.find(packed) if start else -1
        while at >= 0:
            if at % SYMBOL_SIZE == 0 and len(symbols) >= at + SYMBOL_SIZE:
                return int(struct.unpack_from("<8xQ", symbols, at)[0])
            at = symbols.find(packed, at + 1)
    return 0


def live_images(memory, pid):
    # type: (Memory, int) -> list[Image]
    """Return what a process has mapped, in the order of addresses, with paths as we reach its files."""
    ranges = []
    for line in as_text(read_bytes("/proc/%d/maps" % pid)).splitlines():
        found = MAP_LINE.match(line)
        if found:
            first, end, offset = [int(found.group(number), 16) for number in (1, 2, 3)]
            ranges.append((first, end, offset, found.group(4)))
    root = "/proc/%d/root" % pid
    return images(memory, ranges, lambda name: root + name)


def core_images(memory):
    # type: (CoreMemory) -> list[Image]
    return images(memory, memory.files, lambda name: name)


def images(memory, ranges, path_of):
    # type: (Memory, list[tuple[int, int, int, str]], object) -> list[Image]
    found = []
    seen = set()
    for first, _, offset, name in ranges:
        if offset == 0 and name not in seen and memory.read(first, 4) == b"\x7fELF":
            seen.add(name)
            found.append(Image(memory, first, name, path_of(name)))  # type: ignore[operator]  # a function
    return found
