"""Objects of CPython: names, texts, numbers, dictionaries, attributes.

Whatever stands in the memory, reading ends.
"""

import struct
import sys

from ..basics import as_text
from ..memory import MOST_TEXT, Memory, is_pointer

MOST_ENTRIES = 1 << 16  # of a dictionary or a set that are looked at
MOST_TYPE_NAME = 200
MANAGED_DICT = 1 << 4  # flags of a type
INLINE_VALUES = 1 << 2
GENERAL_KEYS = 0  # the kind of keys whose entries hold hashes


class Objects(object):
    """Reads objects from a memory, by the offsets of one version."""

    def __init__(self, memory, offsets, version):
        # type: (Memory, dict[str, int], tuple[int, int]) -> None
        self.memory = memory
        self.offsets = offsets
        self.version = version
        self.head = offsets.get("size.object", 16)
        self.type_place = offsets.get("object.type", 8)
        self.kinds = {}  # type: dict[int, str]

    def at(self, address, name):
        # type: (int, str) -> int
        """Return the word that a structure has in a member, 0 where the version has none."""
        offset = self.offsets.get(name)
        return self.memory.word(address + offset) if offset is not None and address else 0

    def signed_at(self, address, name):
        # type: (int, str) -> int
        """Return the C int that a structure has in a member, 0 where the version has none."""
        offset = self.offsets.get(name)
        return self.memory.signed(address + offset) if offset is not None else 0

    def kind(self, address):
        # type: (int) -> str
        """Return the name of an object's type, "" where none can be."""
        place = self.memory.word(address + self.type_place) if is_pointer(address) else 0
        found = self.kinds.get(place)
        if found is None:
            name = self.memory.word(place + self.offsets["type.name"]) if is_pointer(place) else 0
            raw = self.memory.text(name, MOST_TYPE_NAME) if 0 < name < 1 << 48 else b""
            found = self.kinds[place] = as_text(raw) if is_name(raw) else ""
        return found

    def text(self, address):
        # type: (int) -> str
        """Return a str object's text, cut where it is longer than any name; "" where it is none."""
        if not is_pointer(address):
            return ""
        if self.version < (3, 0):
            size = self.at(address, "bytes.size")
            return as_text(self.memory.read(address + self.offsets["bytes.value"], min(size, MOST_TEXT)))
        length = min(self.at(address, "unicode.length"), MOST_TEXT)
        state = self.memory.number(address + self.offsets["unicode.state"], "<I", 4)
        for shift in (2, 16, 8):  # bits for whether it is interned, which versions and builds differ in
            width, flags = state >> shift & 7, state >> shift + 3
            if width in (1, 2, 4) and flags & 1:
                start = address + self.offsets["size.ascii" if flags & 2 else "size.compact"]
                return decode(self.memory.read(start, length * width), width)
        return ""

    def data(self, address, most):
        # type: (int, int) -> bytes
        """Return the content of a bytes object, as much as a limit allows."""
        if not is_pointer(address):
            return b""
        size = min(self.at(address, "bytes.size"), most)
        return self.memory.read(address + self.offsets["bytes.value"], size)

    def integer(self, address):
        # type: (int) -> int
        """Return the value of an int object below 2 to the 60th, the lower digits of another."""
        size = self.memory.word(address + self.head)
        if self.version >= (3, 12):
            size >>= 3
        digits = self.memory.read(address + self.head + 8, 4 * min(size, 3))
        values = struct.unpack("<%dI" % (len(digits) // 4), digits)
        return sum(value << 30 * place for place, value in enumerate(values))

    def items(self, address):
        # type: (int) -> list[tuple[int, int]]
        """Return the keys and values of a dictionary of Python 3."""
        if "dict.keys" not in self.offsets or not is_pointer(address):
            return []
        return self.entries(self.at(address, "dict.keys"), self.at(address, "dict.values"))

    def entries(self, keys, values):
        # type: (int, int) -> list[tuple[int, int]]
        """Return the entries of a table of keys; the values stand apart where their place is given."""
        if not is_pointer(keys) or "keys.indices" not in self.offsets:
            return []
        count = min(self.at(keys, "keys.count"), MOST_ENTRIES)
        start = keys + self.offsets["keys.indices"]
        width = 24
        if "keys.log2_index_bytes" in self.offsets:
            start += 1 << min(self.memory.byte(keys + self.offsets["keys.log2_index_bytes"]), 32)
            if self.memory.byte(keys + self.offsets["keys.kind"]) != GENERAL_KEYS:
                width = 16
        else:
            size = self.at(keys, "keys.size")
            start += size * (1 if size <= 0xFF else 2 if size <= 0xFFFF else 4)
        words = self.memory.words(start, count * width // 8)
        step = width // 8
        found = list(zip(words[step - 2 :: step], words[step - 1 :: step]))
        if is_pointer(values):
            apart = self.memory.words(values + self.offsets.get("values.items", 0), len(found))
            found = [(key, value) for (key, _), value in zip(found, apart)]
        return [pair for pair in found if pair[0] and pair[1]]

    def lookup(self, pairs, name):
        # type: (list[tuple[int, int]], str) -> int
        """Return the value of the first pair whose key is that text, or 0."""
        for key, value in pairs:
            if self.at(key, "unicode.length") == len(name) and self.text(key) == name:
                return value
        return 0

    def module_value(self, module, name):
        # type: (int, str) -> int
        """Return what a module has under a name, or 0."""
        return self.lookup(self.items(self.memory.word(module + self.head)), name) if module else 0

    def attribute(self, address, name):
        # type: (int, str) -> int
        """Return what an instance of a class written in Python has under a name, or 0."""
        return self.lookup(self.attributes(address), name)

    def attributes(self, address):
        # type: (int) -> list[tuple[int, int]]
        kind = self.memory.word(address + self.type_place) if is_pointer(address) else 0
        if not is_pointer(kind) or "keys.indices" not in self.offsets:
            return []
        flags = self.at(kind, "type.flags")
        keys = self.at(kind, "type.cached_keys")
        if self.version >= (3, 13) and flags & INLINE_VALUES:
            values = address + self.at(kind, "type.basic_size")
            if self.memory.byte(values + self.offsets["values.valid"]):
                return self.entries(keys, values)
        if self.version >= (3, 12) and flags & MANAGED_DICT:
            place = self.memory.word(address - (8 if self.offsets.get("runtime.free_threaded") else 24))
            if self.version == (3, 12) and place & 1:
                return self.entries(keys, place + 1)
            return self.items(place)
        if self.version == (3, 11) and flags & MANAGED_DICT:
            values, place = self.memory.word(address - 32), self.memory.word(address - 24)
            return self.entries(keys, values) if values else self.items(place)
        offset = self.at(kind, "type.dict_offset")
        return self.items(self.memory.word(address + offset)) if 0 < offset < 1 << 16 else []

    def members(self, address):
        # type: (int) -> list[int]
        """Return the members of a set."""
        if not is_pointer(address) or "set.table" not in self.offsets:
            return []
        count = min(self.at(address, "set.mask") + 1, MOST_ENTRIES)
        words = self.memory.words(self.at(address, "set.table"), count * 2)
        return [word for word in words[::2] if is_pointer(word)]


def is_name(raw):
    # type: (bytes) -> bool
    """Tell whether bytes can be a type's name, which a compiler or Python made of identifiers."""
    return bool(raw) and not [byte for byte in bytearray(raw) if byte < 0x20 or byte == 0x7F]


def decode(raw, width):
    # type: (bytes, int) -> str
    """Return characters of one, two or four bytes as text of ours, the wrong ones replaced."""
    name = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}[width]
    found = raw.decode(name, "replace")
    if sys.version_info >= (3,):
        return found
    return found.encode("utf-8")
