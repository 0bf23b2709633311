"""Where a version of CPython keeps what: by the table, or as 3.13 and later say themselves."""

import struct

from ..memory import Memory
from .table import TABLE

# What begins each group is its structure's size; a dash stands for what is not needed.
DEBUG_COOKIE = b"xdebugpy"
DEBUG_HEADER = 24  # bytes: the cookie, the version, whether there is no GIL
LAYOUT_13 = (
    "runtime - interpreters",
    "interpreter - next threads - modules - - gil own_gil - - own_holder",
    "thread - next interpreter frame handle lwp - -",
    "frame previous code instruction values owner",
    "code file name - lines first_line - - - instructions",
    "object type",
    "type name - flags",
    "tuple items size",
    "list items size",
    "dict keys values",
    "float -",
    "long - -",
    "bytes size value",
    "unicode state length ascii",
)
LAYOUT_14 = (
    (
        LAYOUT_13[0],
        "interpreter - next threads - - modules - - gil own_gil - - own_holder - -",
        LAYOUT_13[2],
        "frame previous code instruction values owner top -",
        LAYOUT_13[4] + " -",
    )
    + LAYOUT_13[5:9]
    + ("set - table mask",)
    + LAYOUT_13[9:]
)
# As some releases before the final one had it.
LAYOUT_14_EARLY = (
    (
        LAYOUT_13[0],
        "interpreter - next threads - - modules - - gil own_gil - - own_holder",
        LAYOUT_13[2],
        "frame previous code instruction values owner top",
        LAYOUT_13[4],
    )
    + LAYOUT_13[5:9]
    + ("set - table mask",)
    + LAYOUT_13[9:]
)
LAYOUTS = {(3, 13): (LAYOUT_13,), (3, 14): (LAYOUT_14, LAYOUT_14_EARLY)}
# What the debug offsets do not tell and the table only knows for the build with a GIL.
ONLY_WITH_GIL = (
    "keys.",
    "values.",
    "set.",
    "weakref.",
    "generator.",
    "rlock.",
    "lock.",
    "task.",
    "thread.handled",
)
# What is taken from the newest version that the table knows for those after it.
LASTING = ("keys.", "values.", "set.", "weakref.", "type.", "gil.")
MOST_BYTES = 1 << 16  # of a structure


def offsets_by_version():
    # type: () -> dict[tuple[int, int], dict[str, int]]
    """Return the offsets of each version that the table knows, in bytes."""
    found = {}  # type: dict[tuple[int, int], dict[str, int]]
    offsets = {}  # type: dict[str, int]
    for version, changes in TABLE:
        offsets = dict(offsets)
        for name, value in changes.items():
            if value is None:
                offsets.pop(name, None)
            else:
                offsets[name] = value
        found[version] = offsets
    return found


def read_offsets(memory, runtime, version):
    # type: (Memory, int, tuple[int, int]) -> dict[str, int] | None
    """Return the offsets of a version, None where they are not known; runtime is 0 before 3.7."""
    table = offsets_by_version()
    if version < (3, 13):
        return table.get(version)
    head = memory.read(runtime, DEBUG_HEADER)
    if len(head) < DEBUG_HEADER or not head.startswith(DEBUG_COOKIE):
        return None
    threaded = struct.unpack_from("<Q", head, 16)[0]
    newest = table[max(table)]
    offsets = dict(table.get(version) or [pair for pair in newest.items() if pair[0].startswith(LASTING)])
    for name in list(offsets):
        if threaded and name.startswith(ONLY_WITH_GIL):
            del offsets[name]
    for layout in LAYOUTS.get(version, ()):
        told = debug_offsets(memory, runtime + DEBUG_HEADER, layout)
        if told:
            offsets.update(told)
            offsets["runtime.free_threaded"] = threaded
            offsets["size.compact"] = offsets["size.ascii"] + 16
            return offsets
    return None


def debug_offsets(memory, address, layout):
    # type: (Memory, int, tuple[str, ...]) -> dict[str, int]
    """Return what stands at an address by a layout, nothing where it cannot be that one."""
    found = {}
    for group in layout:
        words = group.split()
        values = memory.words(address, len(words))
        if len(values) < len(words) or values[0] == 0:
            return {}
        address += 8 * len(words)
        found["size." + words[0]] = values[0]
        for name, value in zip(words[1:], values[1:]):
            if name not in ("-", "ascii") and value >= max(values[0], MOST_BYTES * 16):
                return {}
            if name != "-":
                found["size.ascii" if name == "ascii" else words[0] + "." + name] = value
    head = found["size.object"]
    is_object = found["object.type"] in (8, 16, 24) and head == found["object.type"] + 8
    is_frame = found["frame.previous"] < found["size.frame"]
    return found if is_object and is_frame and found["type.name"] == head + 8 else {}
