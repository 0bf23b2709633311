"""Finding CPython in a process: its version, its runtime's state, its interpreters."""

import re

from ..images import Image
from ..memory import Memory, is_pointer
from .offsets import read_offsets

PYTHON_FILE = re.compile(r"(?:lib)?python(\d)\.(\d{1,2})")
MOST_INTERPRETERS = 1000
MOST_SCANNED = 1 << 17  # words of a program's variables


class Found(object):
    """An interpreter that was found: its version, where it keeps what, and the states of its interpreters."""

    def __init__(self, image, version, micro, runtime, offsets):
        # type: (Image, tuple[int, int], int | None, int, dict[str, int]) -> None
        self.image = image
        self.version = version
        self.micro = micro
        self.runtime = runtime
        self.offsets = offsets
        self.interpreters = []  # type: list[int]

    def name(self):
        # type: () -> str
        return "%d.%d" % self.version + ("" if self.micro is None else ".%d" % self.micro)


def find_python(memory, images):
    # type: (Memory, list[Image]) -> tuple[Found | None, str]
    """Return the CPython of a process, or None and the reason in a sentence."""
    reason = "no CPython was found in it"
    if images and not [image for image in images if image.is_wide]:
        return None, "it is not a program of 64 bits"
    for image in sorted(images, key=lambda each: "python" not in each.name.rpartition("/")[2]):
        runtime = image.symbol(b"_PyRuntime")
        current = 0 if runtime else image.symbol(b"_PyThreadState_Current")
        if not runtime and not current:
            if not image.symbol(b"Py_GetVersion"):
                continue
            runtime = image.static_symbol(b"_PyRuntime")
        version, micro = find_version(memory, image, images)
        if version is None:
            reason = "the version of its CPython is not known"
            continue
        offsets = read_offsets(memory, runtime, version)
        if offsets is None:
            reason = "CPython %d.%d keeps its threads in a way that is not known here" % version
            continue
        found = Found(image, version, micro, runtime, offsets)
        found.interpreters = chain(memory, found, first_interpreter(memory, found, current))
        if found.interpreters:
            return found, ""
        reason = (
            "its CPython %s has no interpreter, or keeps it in a way that is not known here" % found.name()
        )
    return None, reason


def find_version(memory, image, images):
    # type: (Memory, Image, list[Image]) -> tuple[tuple[int, int] | None, int | None]
    """Return the version by the symbol that 3.11 and later have, or by the names of files."""
    place = image.symbol(b"Py_Version")
    number = memory.number(place, "<I", 4) if place else 0
    if number >> 24 in (2, 3):
        return (number >> 24, number >> 16 & 0xFF), number >> 8 & 0xFF
    for each in [image] + images:
        names = PYTHON_FILE.findall(each.name)
        if names:
            return (int(names[-1][0]), int(names[-1][1])), None
    return None, None


def first_interpreter(memory, found, current):
    # type: (Memory, Found, int) -> int
    """Return the address of the first interpreter's state, 0 where it cannot be told."""
    if found.version >= (3, 7):
        return memory.word(found.runtime + found.offsets["runtime.interpreters"])
    place = found.image.static_symbol(b"interp_head")
    if place and is_interpreter(memory, found, memory.word(place)):
        return memory.word(place)
    thread = memory.word(current) if current else 0
    if is_pointer(thread):
        return memory.word(thread + found.offsets["thread.interpreter"])
    for start, length in found.image.writable:
        for word in memory.words(start, min(length // 8, MOST_SCANNED)):
            if is_pointer(word) and is_interpreter(memory, found, word):
                return word
    return 0


def is_interpreter(memory, found, address):
    # type: (Memory, Found, int) -> bool
    """Tell whether what stands at an address has a thread that says that it belongs to it."""
    if not is_pointer(address):
        return False
    thread = memory.word(address + found.offsets["interpreter.threads"])
    return is_pointer(thread) and memory.word(thread + found.offsets["thread.interpreter"]) == address


def chain(memory, found, address):
    # type: (Memory, Found, int) -> list[int]
    """Return the interpreters from the first one on, as far as they are ones."""
    states = []  # type: list[int]
    while address not in states and len(states) < MOST_INTERPRETERS and is_pointer(address):
        threads = memory.word(address + found.offsets["interpreter.threads"])
        if threads and not is_interpreter(memory, found, address):
            break
        states.append(address)
        address = memory.word(address + found.offsets["interpreter.next"])
    return states
