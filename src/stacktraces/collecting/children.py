"""The processes below a process."""

import os

from .basics import as_text, now
from .processes import has_proc, status_of
from .running import capture


def parents():
    # type: () -> dict[int, int]
    """Return the parent of every process."""
    if has_proc():
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        found = [(pid, status_of(pid).get("PPid", "")) for pid in pids]
        return dict((pid, int(parent)) for pid, parent in found if parent)
    listing = capture(["ps", "-A", "-o", "pid=", "-o", "ppid="], now() + 10)
    rows = [line.split() for line in as_text(listing).splitlines()]
    return dict((int(row[0]), int(row[1])) for row in rows if len(row) == 2 and row[0].isdigit())


def children_of(pid):
    # type: (int) -> list[int]
    """Return the PIDs of all the processes below one: its children, then theirs, and so on."""
    children = {}  # type: dict[int, list[int]]
    for child, parent in sorted(parents().items()):
        children.setdefault(parent, []).append(child)
    found = list(children.get(pid, []))
    for child in found:
        found.extend(one for one in children.get(child, []) if one not in found)
    return found
