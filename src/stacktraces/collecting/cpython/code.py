"""Code objects of CPython: names, files, and the tables of lines of every version since 2.7."""

from ..memory import is_pointer
from .objects import Objects

MOST_LINES = 1 << 18  # bytes of a table of lines
MOST_CODES = 1 << 16
NO_LINE = -128
LONG_FORM, NO_COLUMNS, WITHOUT_LINE = 14, 13, 15  # the kinds of entries of 3.11's tables, among others


class Code(object):
    """What a code object says: its function's name, its file and the table of its lines."""

    def __init__(self, objects, address):
        # type: (Objects, int) -> None
        offsets = objects.offsets
        self.version = objects.version
        self.name = objects.text(objects.at(address, "code.name"))
        self.file = objects.text(objects.at(address, "code.file"))
        self.first = objects.signed_at(address, "code.first_line")
        self.table = objects.data(objects.at(address, "code.lines"), MOST_LINES)
        self.start = address + offsets.get("code.instructions", 0)
        self.values = objects.signed_at(address, "code.locals")
        self.depth = objects.signed_at(address, "code.stack_size")
        self.known = {}  # type: dict[int, int]

    def line(self, instruction):
        # type: (int) -> int
        """Return the line of an instruction (bytes from the start of the code), 0 where it has none."""
        found = self.known.get(instruction)
        if found is None:
            found = self.known[instruction] = self.find_line(instruction)
        return found

    def find_line(self, instruction):
        # type: (int) -> int
        if instruction < 0:
            return self.first
        if self.version >= (3, 11):
            return line_of_locations(self.table, self.first, instruction)
        if self.version == (3, 10):
            return line_of_ranges(self.table, self.first, instruction)
        return line_of_steps(self.table, self.first, instruction, self.version >= (3, 6))


def line_of_steps(table, line, instruction, is_signed):
    # type: (bytes, int, int, bool) -> int
    """Return a line by co_lnotab: pairs of how far the bytes go and how far the lines."""
    at = 0
    steps = bytearray(table)
    for forward, down in zip(steps[::2], steps[1::2]):
        at += forward
        if at > instruction:
            break
        line += down - 256 if is_signed and down >= 128 else down
    return line


def line_of_ranges(table, line, instruction):
    # type: (bytes, int, int) -> int
    """Return a line by 3.10's co_linetable: pairs of a length in bytes and the way from the line before."""
    end = 0
    steps = bytearray(table)
    for length, down in zip(steps[::2], steps[1::2]):
        down = down - 256 if down >= 128 else down
        end += length
        line += 0 if down == NO_LINE else down
        if instruction < end:
            return 0 if down == NO_LINE else line
    return 0


def line_of_locations(table, line, instruction):
    # type: (bytes, int, int) -> int
    """Return a line by co_linetable since 3.11; Objects/locations.md in CPython describes it."""
    end = position = 0
    data = bytearray(table)
    while position < len(data):
        kind, length = data[position] >> 3 & 15, (data[position] & 7) + 1
        position += 1
        end += 2 * length
        if kind in (LONG_FORM, NO_COLUMNS):
            down = shift = 0
            for at in range(position, min(position + 6, len(data))):
                down |= (data[at] & 63) << shift
                shift += 6
                if not data[at] & 64:
                    break
            line += -(down >> 1) if down & 1 else down >> 1
        elif 10 <= kind <= 12:
            line += kind - 10
        if instruction < end:
            return 0 if kind == WITHOUT_LINE else line
        while position < len(data) and not data[position] & 128:  # each entry begins with the highest bit
            position += 1
    return 0


class Codes(object):
    """The code objects that were met, each read once."""

    def __init__(self, objects):
        # type: (Objects) -> None
        self.objects = objects
        self.known = {}  # type: dict[tuple[int, ...], Code | None]
        self.current = {}  # type: dict[int, Code | None]

    def get(self, address):
        # type: (int) -> Code | None
        """Return the code object at an address, None where there is none."""
        if address not in self.current:
            self.current[address] = self.find(address) if is_pointer(address) else None
        return self.current[address]

    def find(self, address):
        # type: (int) -> Code | None
        """Return the code object at an address as it was read before, if it is the same one."""
        objects = self.objects
        lines = objects.at(address, "code.lines")
        key = (address, objects.at(address, "code.name"), objects.at(address, "code.file"), lines)
        if key not in self.known:
            if len(self.known) > MOST_CODES:
                self.known.clear()
            self.known[key] = Code(objects, address) if objects.kind(address) == "code" else None
        return self.known[key]
