"""The memory of a process."""

import os
import struct

from .elf import read_at

PAGE = 4096
MOST_PAGES = 16384


class Memory(object):
    """What stands in the memory of a 64-bit process, read while it runs: each page once."""

    def __init__(self, pid):
        # type: (int) -> None
        self.descriptor = os.open("/proc/%d/mem" % pid, os.O_RDONLY)
        self.pages = {}  # type: dict[int, bytes]

    def close(self):
        # type: () -> None
        os.close(self.descriptor)

    def page(self, number):
        # type: (int) -> bytes
        found = self.pages.get(number)
        if found is None:
            if len(self.pages) > MOST_PAGES:
                self.pages.clear()
            found = self.pages[number] = read_at(self.descriptor, number * PAGE, PAGE)
        return found

    def read(self, address, length):
        # type: (int, int) -> bytes
        """Return as many of the bytes as can be read."""
        data = b""
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

    def text(self, address):
        # type: (int) -> bytes
        return self.read(address, 40).partition(b"\0")[0]


def is_pointer(word):
    # type: (int) -> bool
    return word % 8 == 0 and 0x10000 < word < 1 << 47
