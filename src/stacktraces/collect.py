#!/usr/bin/env python
"""Collect the stack traces of a live process or a core file with the debugger that is there.

This one file may be copied alone to the machine where it is needed: it needs nothing but
Python 2.6 or later (any Python 3 included), and a debugger for all but the threads of CPython.
It asks gdb, or what is there in its place (eu-stack, lldb, pstack, gstack), and besides it the
tool that knows the process's language: jcmd or jstack for a JVM. Of CPython it reads the
structures in memory itself, which needs no debugger (``--python-only``); py-spy or pystack is
asked where that fails. On Solaris it asks pstack, pldd and pflags. ``--tool`` chooses otherwise.

The output is what the tool printed, among lines that begin with ``REM``::

    REM collect.py 2.2 TOOL=gdb  PYPLATFORM=linux ./collect.py -p 5315 -l FILE
    REM HOST www1                       the machine's name
    REM TIME 2026-02-01T12:00:00.250Z   when the tool was started, in UTC
    REM KERNEL Linux 6.1.0 x86_64
    REM PID 5315
    REM PPID 3469                       Linux only, as are START, CONTAINER, NSPID and STOPPED
    REM START 1184302                   when the process began, in clock ticks since boot
    REM EXE /usr/sbin/apache2
    REM CMDLINE /usr/sbin/apache2 -k start
    REM CONTAINER docker 0f3c...        when the process runs in one
    REM NSPID 5315 7                    its PID in each namespace, when there are several
    REM SAMPLE 2 5                      the second of five looks
    ... the tool's output ...
    REM FUTEX thread=3 address=0x5624efe4d060 op=128 value=2 words=2 0 8042 1 0 timeout=0x0
    REM PYLOCK lwp=8041 address=0x5624efe4d0a0 object=0x7f1ccd9e1c00 type=_thread.RLock owner=8042
    REM CPU lwp=8041 seconds=12.07      processor time that a thread had used before the tool came
    REM STATE lwp=8041 state=S wchan=futex_do_wait   the kernel's letter for what it did then, and where
    REM STOPPED 0.182 s                 how long the tool held the process, to within 0.01 s
    REM PROBLEM ...                     what is missing and what to do about it
    REM EXIT 0                          the tool's exit status, "signal N" or "timeout"

A line of the tool's that begins as ours do, which only a name in the process can make it print, has
a backslash before it: what begins with ``REM`` is ours.

A new header line begins a new section: another tool, process or sample. ``REM FUTEX`` stands
for a thread (``thread=`` by gdb's number, ``lwp=`` by the kernel's) that waits in the kernel
for a lock: the lock's address, the arguments of the system call, and the five 32-bit words at
the address. In a pthread mutex these are the lock, the count, the owner's thread id, the number
of users and the kind. ``REM PYLOCK`` stands for a thread that waits for a lock of Python's: the
address that it waits at, the lock object with its type, and its owner: the thread that an RLock
names or, for a Lock, the only other one that has entered a with statement on it. Both kinds of
line are left out where they cannot be had; with ``lwp=`` they are read after the tool has let
the process go.

The output holds command lines, arguments and local variables, so it may hold secrets: the
file is made readable for its owner alone.
"""

import binascii
import bisect
import errno
import fcntl
import optparse
import os
import re
import select
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time

# --- Constants, errors and the small things that all other modules need ---------------------

VERSION = "2.2"
DEFAULT_TIMEOUT = 60.0
NOTHING_COLLECTED = 2
PARTLY_COLLECTED = 3
MOST_READ = 64 * 1024 * 1024  # bytes of a file of /proc
MOST_REMARK = 24 * 1024  # characters of what a line of ours says: readers look for it near the stacks

# In Python 2 bytes and str are one type: there these functions do not exist, nor are they needed.
_encode = getattr(os, "fsencode", str)
_decode = getattr(os, "fsdecode", str)
# Before Python 3.3 there is no other clock that nobody sets.
_clock = getattr(time, "monotonic", None) or (lambda: os.times()[4])


class CollectError(Exception):
    """Nothing could be collected; the message is one sentence that says why and what to do next."""


class Interrupted(Exception):
    """A signal asked the collector to end; its number is the first argument."""


def as_bytes(text):
    # type: (str) -> bytes
    return bytes(_encode(text))  # type: ignore[arg-type]  # text and bytes are one in Python 2


def as_text(raw):
    # type: (bytes) -> str
    return str(_decode(raw))


def now():
    # type: () -> float
    return float(_clock())


# Bytes of UTF-8 in Python 2. Surrogates stand for the bytes of names that are not UTF-8.
HIDDEN = "[\x00-\x1f\x7f]"
if sys.version_info >= (3,):
    HIDDEN = (
        "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
        "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
        "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
        "\U000e0000-\U000e0fff]"
    )


def escape_control(found):
    # type: (re.Match[str]) -> str
    code = ord(found.group())
    return ("\\x%02x" if code < 0x100 else "\\u%04x" if code < 0x10000 else "\\U%08x") % code


def one_line(text):
    # type: (str) -> str
    """Return text with what steers a terminal or is not seen as escapes, so that it stays one line."""
    return re.sub(HIDDEN, escape_control, text)


def quote(word):
    # type: (str) -> str
    """Return a word as a shell would want it."""
    if re.match(r"[A-Za-z0-9_@%+=:,./-]+\Z", word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


def read_bytes(path):
    # type: (str) -> bytes
    """Return a small file's content, empty when it cannot be read."""
    try:
        stream = open(path, "rb")
    except EnvironmentError:
        return b""
    try:
        return stream.read(MOST_READ)
    except EnvironmentError:
        return b""
    finally:
        stream.close()


def find_program(name):
    # type: (str) -> str | None
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.abspath(os.path.join(folder, name))
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


# --- Where CPython keeps what: ``make cpython-offsets`` -------------------------------------

TABLE = (
    (
        (2, 7),
        {
            "interpreter.next": 0,
            "interpreter.threads": 8,
            "interpreter.modules": 16,
            "thread.next": 0,
            "thread.interpreter": 8,
            "thread.frame": 16,
            "thread.handle": 144,
            "thread.exception": 104,
            "frame.previous": 24,
            "frame.code": 32,
            "frame.instruction": 120,
            "frame.top": 72,
            "frame.stack": 64,
            "frame.values": 376,
            "code.name": 88,
            "code.file": 80,
            "code.first_line": 96,
            "code.lines": 104,
            "code.locals": 20,
            "code.stack_size": 24,
            "bytes.size": 16,
            "bytes.value": 36,
            "unicode.length": 16,
            "set.mask": 32,
            "set.table": 40,
            "type.name": 24,
            "type.basic_size": 32,
            "type.dict_offset": 288,
            "type.flags": 168,
            "weakref.object": 16,
            "generator.frame": 16,
            "lock.lock": 16,
        },
    ),
    (
        (3, 6),
        {
            "thread.next": 8,
            "thread.interpreter": 16,
            "thread.frame": 24,
            "thread.handle": 152,
            "thread.exception": 112,
            "code.name": 104,
            "code.file": 96,
            "code.first_line": 36,
            "code.lines": 112,
            "code.locals": 24,
            "code.stack_size": 28,
            "bytes.value": 32,
            "unicode.state": 32,
            "dict.keys": 32,
            "dict.values": 40,
            "keys.size": 8,
            "keys.count": 32,
            "keys.indices": 40,
            "type.cached_keys": 856,
            "rlock.lock": 16,
            "rlock.owner": 24,
            "task.state": 56,
            "task.waiter": 88,
            "task.coroutine": 96,
            "size.ascii": 48,
            "size.compact": 72,
        },
    ),
    (
        (3, 7),
        {
            "runtime.interpreters": 24,
            "runtime.gil_holder": 1272,
            "runtime.gil_locked": 1280,
            "gil.holder": 8,
            "gil.locked": 16,
            "interpreter.modules": 40,
            "thread.handle": 176,
            "thread.handled": 144,
            "thread.exception": None,
            "handled.exception": 8,
            "handled.previous": 24,
            "frame.instruction": 104,
            "frame.values": 360,
            "task.state": 72,
            "task.waiter": 104,
            "task.coroutine": 112,
        },
    ),
    (
        (3, 8),
        {
            "runtime.interpreters": 32,
            "runtime.gil_holder": 1160,
            "runtime.gil_locked": 1168,
            "interpreter.modules": 56,
            "code.name": 112,
            "code.file": 104,
            "code.first_line": 40,
            "code.lines": 120,
            "code.locals": 28,
            "code.stack_size": 32,
            "type.cached_keys": 872,
            "task.name": 120,
        },
    ),
    (
        (3, 9),
        {
            "runtime.gil_holder": 360,
            "runtime.gil_locked": 368,
            "interpreter.modules": 856,
            "type.cached_keys": 864,
            "task.state": 80,
            "task.waiter": 144,
            "task.coroutine": 152,
            "task.name": 160,
        },
    ),
    (
        (3, 10),
        {
            "thread.cframe": 48,
            "frame.instruction": 96,
            "frame.top": 80,
            "frame.values": 352,
            "type.cached_keys": 872,
            "task.state": 88,
            "task.waiter": 152,
            "task.coroutine": 160,
            "task.name": 168,
        },
    ),
    (
        (3, 11),
        {
            "runtime.interpreters": 40,
            "runtime.gil_holder": 368,
            "runtime.gil_locked": 376,
            "interpreter.threads": 16,
            "interpreter.modules": 888,
            "thread.frame": None,
            "thread.cframe": 56,
            "cframe.frame": 8,
            "thread.handle": 152,
            "thread.lwp": 160,
            "thread.handled": 120,
            "handled.exception": 0,
            "handled.previous": 8,
            "frame.previous": 48,
            "frame.instruction": 56,
            "frame.entry": 68,
            "frame.owner": 69,
            "frame.top": 64,
            "frame.stack": None,
            "frame.values": 72,
            "code.name": 120,
            "code.file": 112,
            "code.first_line": 72,
            "code.lines": 136,
            "code.instructions": 184,
            "code.locals": 76,
            "code.stack_size": 68,
            "keys.size": None,
            "keys.log2_size": 8,
            "keys.log2_index_bytes": 9,
            "keys.kind": 10,
            "keys.count": 24,
            "keys.indices": 32,
            "values.items": 0,
            "generator.frame": 80,
            "generator.state": 75,
            "task.waiter": 128,
            "task.coroutine": 136,
            "task.name": 144,
        },
    ),
    (
        (3, 12),
        {
            "runtime.gil_holder": None,
            "runtime.gil_locked": None,
            "interpreter.threads": 72,
            "interpreter.modules": 944,
            "interpreter.gil": 384,
            "cframe.frame": 0,
            "thread.handle": 136,
            "thread.lwp": 144,
            "thread.handled": 104,
            "frame.previous": 8,
            "frame.code": 0,
            "frame.entry": None,
            "frame.owner": 70,
            "code.first_line": 68,
            "code.instructions": 192,
            "code.locals": 72,
            "code.stack_size": 64,
            "type.cached_keys": 880,
            "generator.frame": 72,
            "generator.state": 67,
            "size.ascii": 40,
            "size.compact": 56,
        },
    ),
    (
        (3, 13),
        {
            "runtime.interpreters": 632,
            "interpreter.next": 7264,
            "interpreter.threads": 7344,
            "interpreter.modules": 7656,
            "interpreter.gil": 16,
            "thread.frame": 72,
            "thread.cframe": None,
            "cframe.frame": None,
            "thread.handle": 152,
            "thread.lwp": 160,
            "thread.handled": 120,
            "code.instructions": 200,
            "values.items": 8,
            "values.valid": 3,
            "task.state": 96,
            "task.waiter": 112,
            "task.coroutine": 120,
            "task.name": 128,
        },
    ),
)


# --- Executables and core files: the header and the notes of an ELF file --------------------

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


# --- Where the output goes: links that others made are not followed -------------------------

NO_LINK = getattr(os, "O_NOFOLLOW", 0)
# Python 2 has no name for O_PATH, by which a folder can be opened that only lets one through.
O_PATH = getattr(os, "O_PATH", 0x200000 if sys.platform.startswith("linux") else 0)
FOLDER = os.O_RDONLY | NO_LINK | O_PATH | getattr(os, "O_DIRECTORY", 0)
MOST_LINKS = 40


class Place(object):
    """Where a file is to be written: its name, and its folder, open so that nobody can exchange it.

    Links on the way are followed only when they are ours or root's: others choose where theirs lead.
    """

    def __init__(self, path):
        # type: (str) -> None
        self.wanted = one_line(path)
        self.name = ""
        self.links = 0
        self.real = "/" if path.startswith("/") else os.getcwd()
        self.folder = os.open("/" if path.startswith("/") else ".", FOLDER)
        try:
            self.walk(path.split("/"))
        except (EnvironmentError, CollectError):
            self.close()
            raise

    def close(self):
        # type: () -> None
        os.close(self.folder)

    def at(self, name):
        # type: (str) -> str
        """Return a path to what has that name in the folder: in the open one, where the system has /proc."""
        folder = "/proc/self/fd/%d" % self.folder
        return os.path.join(folder if os.path.isdir(folder) else self.real, name)

    def status(self, name):
        # type: (str) -> os.stat_result | None
        """Return what stands under that name in the folder, nothing when it is free."""
        try:
            return os.lstat(self.at(name))
        except OSError as reason:
            if reason.errno != errno.ENOENT:
                raise
            return None

    def walk(self, left):
        # type: (list[str]) -> None
        """Go where the parts of a path lead, up to the file; CollectError when that is not ours to write."""
        left = [part for part in left if part not in ("", ".")]
        linked = False
        while left:
            part = left.pop(0)
            status = self.status(part)
            if status is None:
                if left:
                    raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
                if linked:
                    raise CollectError("%s is a link to a file that does not exist. Name that." % self.wanted)
                self.name = part
                return
            if stat.S_ISLNK(status.st_mode):
                linked = linked or not left
                left = self.follow(part, status) + left
            elif left or stat.S_ISDIR(status.st_mode):
                self.enter(part)
            else:
                self.name = part
                return
        raise CollectError("%s is a folder. Give a file with -l." % self.wanted)

    def follow(self, part, status):
        # type: (str, os.stat_result) -> list[str]
        """Return the parts of the path that a link holds."""
        if status.st_uid not in (0, os.geteuid()):
            raise CollectError(
                "%s is a link of another user (id %d), who chooses where it leads. Give another file with -l."
                % (one_line(os.path.join(self.real, part)), status.st_uid)
            )
        target = os.readlink(self.at(part))
        again = self.status(part)
        self.links += 1
        changed = again is None or (again.st_ino, again.st_ctime) != (status.st_ino, status.st_ctime)
        if changed or self.links > MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if target.startswith("/"):
            self.enter("/")
        return [one for one in target.split("/") if one not in ("", ".")]

    def enter(self, part):
        # type: (str) -> None
        entered = os.open(self.at(part), FOLDER)
        os.close(self.folder)
        self.folder = entered
        self.real = os.path.dirname(self.real) if part == ".." else os.path.join(self.real, part)


def open_descriptor(path):
    # type: (str) -> int | None
    """Return which of our own descriptors a path such as /dev/stdout means, nothing when it is none."""
    if path == "-":
        return 1
    try:
        wanted = os.stat(path)
    except OSError:
        return None
    for descriptor in range(0 if stat.S_ISREG(wanted.st_mode) else 256):
        try:
            flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
            if flags & (os.O_WRONLY | os.O_RDWR) and os.path.samestat(wanted, os.fstat(descriptor)):
                return descriptor
        except EnvironmentError:
            pass
    return None


def check_special(place, status):
    # type: (Place, os.stat_result) -> None
    """Refuse a pipe or a device of another user, who would read what is written to it."""
    if status.st_uid not in (0, os.geteuid()):
        raise CollectError(
            "%s is a pipe or device of another user (id %d). Give another file with -l."
            % (place.wanted, status.st_uid)
        )


def open_special(place):
    # type: (Place) -> int
    """Return a descriptor to write to a pipe or a device by."""
    descriptor = os.open(place.at(place.name), os.O_WRONLY | os.O_NOCTTY | NO_LINK)
    check_special(place, os.fstat(descriptor))
    return descriptor


# --- What the system tells of a process: /proc, or ps where there is none -------------------


def has_proc():
    # type: () -> bool
    return os.path.exists("/proc/self/status")


def read_status(path):
    # type: (str) -> dict[str, str]
    pairs = [line.partition(":") for line in as_text(read_bytes(path)).splitlines()]
    return dict((name, value.strip()) for name, _, value in pairs)


def status_of(pid):
    # type: (int) -> dict[str, str]
    """Return the fields of /proc/PID/status, none when there is no such process."""
    return read_status("/proc/%d/status" % pid)


class ThreadState(object):
    """What proc(5) says of a thread: its state, where in the kernel it waits, the time that it used."""

    def __init__(self, lwp, letter, seconds, wchan):
        # type: (int, str, float, str) -> None
        self.lwp = lwp
        self.letter = letter
        self.seconds = seconds
        self.wchan = wchan


def states_of(pid):
    # type: (int) -> list[ThreadState]
    """Return what each thread of a process is doing, before anybody stops it."""
    try:
        threads = sorted(os.listdir("/proc/%d/task" % pid), key=int)
        second = float(os.sysconf("SC_CLK_TCK"))
    except (EnvironmentError, ValueError):
        return []
    found = []
    for name in threads:
        folder = "/proc/%d/task/%s/" % (pid, name)
        fields = as_text(read_bytes(folder + "stat")).rpartition(")")[2].split()
        if len(fields) > 12 and re.match("[A-Za-z]$", fields[0]):
            wchan = as_text(read_bytes(folder + "wchan"))
            wchan = wchan if re.match(r"[\w.]+$", wchan) and wchan != "0" else ""
            seconds = (int(fields[11]) + int(fields[12])) / second
            found.append(ThreadState(int(name), fields[0], seconds, wchan))
    return found


def start_of(pid):
    # type: (int) -> str
    """Return when a process began, in ticks since boot, which tells it from a later one with its PID."""
    fields = as_text(read_bytes("/proc/%d/stat" % pid)).rpartition(")")[2].split()
    if len(fields) > 19:
        return fields[19]
    return ""


def command_of(pid):
    # type: (int) -> str
    """Return the command line of a process as a shell would want it, or its start, for it may be huge."""
    words = as_text(read_bytes("/proc/%d/cmdline" % pid)[:MOST_REMARK])
    if words.endswith("\0"):
        words = words[:-1]
    return " ".join(quote(word) for word in words.split("\0")) if words else ""


def is_alive(pid):
    # type: (int) -> bool
    try:
        os.kill(pid, 0)
    except OSError as reason:
        return reason.errno == errno.EPERM
    return not status_of(pid).get("State", "").startswith(("Z", "X"))


def container_of(pid):
    # type: (int) -> str
    """Return the kind and the id of a process's container as its control groups name it, or nothing."""
    groups = as_text(read_bytes("/proc/%d/cgroup" % pid))
    found = re.search("[0-9a-f]{64}", groups)
    linux_container = re.search(r"/lxc(?:\.payload)?[./]([^/\n]+)", groups)
    if found:
        kinds = [mark for mark in ("docker", "libpod", "crio", "containerd", "kubepods") if mark in groups]
        return "%s %s" % ((kinds + ["unknown"])[0], found.group())
    if linux_container:
        return "lxc %s" % linux_container.group(1)
    return ""


# --- What a tool prints, told from what is ours ---------------------------------------------


class Quoting(object):
    """Tells the lines that a tool prints from ours, which begin with REM.

    A name in the process may hold a line end and what looks like a line of ours: such a line gets a
    backslash before it, as does one that begins with a terminal's code, which readers drop. A line that
    begins with the mark was printed on our behalf, and becomes one of ours.
    """

    def __init__(self, mark):
        # type: (str) -> None
        self.mark = as_bytes(mark + " ")
        self.held = b""  # the start of a line that may yet become one of ours
        self.within = False  # a line whose start was let through

    def take(self, chunk):
        # type: (bytes) -> bytes
        """Return what of the output can be written when this much more of it has come."""
        lines = (self.held + chunk).split(b"\n")
        last = lines.pop()
        done = []
        for line in lines:
            done.append((line if self.within else self.quoted(line)) + b"\n")
            self.within = False
        self.held = b""
        if self.within:
            done.append(last)
        elif len(last) < len(self.mark):
            self.held = last
        else:
            done.append(self.quoted(last))
            self.within = True
        return b"".join(done)

    def quoted(self, line):
        # type: (bytes) -> bytes
        if line.startswith(self.mark):
            return b"REM " + line[len(self.mark) :]
        return b"\\" + line if line.startswith((b"REM", b"\x1b")) else line


def new_mark():
    # type: () -> str
    """Return a word that no process can have been told of."""
    return as_text(binascii.hexlify(os.urandom(16)))


# --- How long a process is held, and what can be read by now --------------------------------


class Watch(object):
    """Measures how long a live process is held by a tracer, by looking every few milliseconds."""

    def __init__(self, pid):
        # type: (int | None) -> None
        self.pid = pid
        self.path = "/proc/%d/status" % (pid or 0)
        self.first = None  # type: float | None
        self.last = 0.0
        self.looked = 0.0

    def look(self):
        # type: () -> None
        moment = now()
        if moment - self.looked < 0.005:
            return
        self.looked = moment
        content = read_bytes(self.path)
        if b"TracerPid:" in content and b"TracerPid:\t0\n" not in content:
            self.last = moment
            if self.first is None:
                self.first = moment


def is_readable(descriptor, seconds):
    # type: (int, float) -> bool
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    except select.error as reason:  # before Python 3.5 any signal ends the wait
        if reason.args[0] != errno.EINTR:
            raise
        return False


# --- The memory of a process, live or as a core file keeps it -------------------------------

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


# --- Starting a tool and ending it so that the process it looked at goes on -----------------

# A shell in a session of its own outlives a collector that is killed: it then ends the debugger, which
# frees the process, wakes the process if a stop is left over, and takes the unfinished file away.
GUARD = r"""
while read -r word one two; do last=$word; group=$one; process=$two; done
[ "$last" = finished ] && exit 0
[ -n "$1" ] && rm -f -- "$1"
[ "$last" = run ] || exit 0
kill -s KILL -- -"$group" 2>/dev/null
sleep 1
grep -q '^State:.T (stopped' "/proc/$process/status" 2>/dev/null && kill -s CONT "$process"
"""
GRACE = 1.0
STOP_SIGNAL = 1 << (signal.SIGSTOP - 1)


def start(argv, **streams):
    # type: (list[str], object) -> subprocess.Popen[bytes]
    """Start a program in a session of its own, away from our terminal and its Ctrl-C."""
    environment = dict(os.environ)
    for name in ("DEBUGINFOD_URLS", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "LANGUAGE"):
        environment.pop(name, None)
    environment["LC_ALL"] = "C"
    if sys.version_info >= (3, 2):
        streams["start_new_session"] = True
    else:
        streams["preexec_fn"] = os.setsid
    return subprocess.Popen(argv, env=environment, close_fds=True, **streams)  # type: ignore  # keywords differ by version and system


def end(process):
    # type: (subprocess.Popen[bytes]) -> None
    """Kill a tool and what it started; the kernel frees what they trace.

    Nothing milder will do: a gdb that is asked to end while it attaches interrupts its process with SIGINT.
    """
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass
    deadline = now() + GRACE
    while process.poll() is None and now() < deadline:
        time.sleep(0.005)


def let_go(pid):
    # type: (int) -> None
    """Wake a process that an ended debugger left stopped, though its SIGSTOP be still on the way."""
    calm = 0
    for _ in range(40):
        threads = []  # type: list[str]
        try:
            threads = os.listdir("/proc/%d/task" % pid)
        except OSError:
            return
        states = [read_status("/proc/%d/task/%s/status" % (pid, thread)) for thread in threads]
        pending = [one for one in states if int(one.get("SigPnd", "0"), 16) & STOP_SIGNAL]
        if pending or [one for one in states if one.get("State", "").startswith("T")]:
            os.kill(pid, signal.SIGCONT)
            calm = 0
        elif not [one for one in states if one.get("TracerPid", "0") != "0"]:
            calm += 1
        if calm == 3:
            return
        time.sleep(0.02)


class Guard(object):
    """Sees that the debugger ends and its process goes on even when the collector is killed."""

    def __init__(self, unfinished=""):
        # type: (str) -> None
        devnull = open(os.devnull, "r+b")
        words = ["/bin/sh", "-c", GUARD, "guard", unfinished]
        try:
            self.shell = start(words, stdin=subprocess.PIPE, stdout=devnull, stderr=devnull)
        except OSError as reason:
            raise CollectError(
                "Cannot run /bin/sh: %s. Try again when the system has room." % reason.strerror
            )
        finally:
            devnull.close()

    def tell(self, *words):
        # type: (*object) -> None
        try:
            line = as_bytes(" ".join(str(word) for word in words) + "\n")
            self.shell.stdin.write(line)  # type: ignore[union-attr]  # a pipe was asked for
            self.shell.stdin.flush()  # type: ignore[union-attr]  # a pipe was asked for
        except EnvironmentError:  # someone killed the guard: nothing can be done about it
            pass

    def dismiss(self):
        # type: () -> None
        self.tell("finished")
        self.shell.stdin.close()  # type: ignore[union-attr]  # a pipe was asked for
        self.shell.wait()


# --- Holding all threads of a process for a moment, by ptrace(2) ----------------------------

try:
    import ctypes
except ImportError:  # a Python that was built without it
    ctypes = None  # type: ignore[assignment]  # asked for before it is used

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
WAIT_ALL = 0x40000000  # __WALL: threads too
EVENT_STOP = 128  # a stop that we asked for, not one by a signal on its way to the thread
MOST_ROUNDS = 20
STOPPING = 0.3  # seconds after which a thread that does not stop is let go


class Stopper(object):
    """The threads of a process that are held, with the signals that were on their way to them."""

    def __init__(self, pid):
        # type: (int) -> None
        self.pid = pid
        self.held = {}  # type: dict[int, int]
        self.running = set()  # type: set[int]
        self.begun = 0.0
        self.seconds = 0.0
        self.ptrace = None
        if ctypes is not None and hasattr(os, "WSTOPSIG"):
            library = ctypes.CDLL(None, use_errno=True)
            self.ptrace = getattr(library, "ptrace", None)
        if self.ptrace is not None:
            self.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
            self.ptrace.restype = ctypes.c_long

    def hold(self):
        # type: () -> bool
        """Hold all threads; False where the kernel does not permit it or ptrace cannot be called."""
        if self.ptrace is None:
            return False
        # Who is in uninterruptible sleep would not stop, and cannot run either.
        asleep = set(state.lwp for state in states_of(self.pid) if state.letter == "D")
        self.begun = now()
        for _ in range(MOST_ROUNDS):
            new = [each for each in self.threads() if each not in self.held and each not in asleep]
            if not new:
                return bool(self.held or asleep)
            seized = [thread for thread in new if self.seize(thread)]
            if not seized and not self.held:
                return False
            self.running.update(seized)
            for thread in seized:
                self.wait(thread, self.begun + STOPPING)
            if self.running:
                break
        return bool(self.held)

    def threads(self):
        # type: () -> list[int]
        try:
            return sorted(int(name) for name in os.listdir("/proc/%d/task" % self.pid))
        except OSError:
            return []

    def seize(self, thread):
        # type: (int) -> bool
        if self.ptrace(PTRACE_SEIZE, thread, None, None) != 0:  # type: ignore[misc]  # held only where there is one
            return False
        self.ptrace(PTRACE_INTERRUPT, thread, None, None)  # type: ignore[misc]  # as above
        return True

    def wait(self, thread, deadline):
        # type: (int, float) -> None
        """Wait until a thread has stopped, which one in uninterruptible sleep may never do."""
        pause = 0.0
        while now() < deadline:
            try:
                found, status = os.waitpid(thread, WAIT_ALL | os.WNOHANG)
            except OSError:  # it has ended
                self.running.discard(thread)
                return
            if found:
                self.running.discard(thread)
                if os.WIFSTOPPED(status):
                    self.held[thread] = 0 if status >> 16 == EVENT_STOP else os.WSTOPSIG(status)
                return
            time.sleep(pause)
            pause = 0.001

    def let_go(self):
        # type: () -> None
        """Let the threads go on, each with the signal that was on its way to it."""
        deadline = now() + STOPPING
        for thread in sorted(self.running):
            self.wait(thread, deadline)
        for thread, number in self.held.items():
            self.ptrace(PTRACE_DETACH, thread, None, number)  # type: ignore[misc]  # as above
        if self.begun:
            self.seconds = now() - self.begun
        self.held.clear()


# --- What is looked at, with what is known of it before a tool is asked ---------------------


class Target(object):
    """A live process or a core file, with what is known of it before a debugger is asked."""

    def __init__(self, pid, corefile, exe):
        # type: (int | None, str | None, str | None) -> None
        self.pid = pid
        self.corefile = corefile
        self.exe = exe
        self.symbols = exe  # what the debugger is given as executable
        self.command = ""
        self.files = []  # type: list[str]
        self.start = ""
        self.problem = ""

    def is_live(self):
        # type: () -> bool
        return self.corefile is None

    def describe(self):
        # type: () -> str
        if self.corefile is None:
            return "process %s" % self.pid
        return "core file %s" % self.corefile

    def runtime(self):
        # type: () -> str
        """Return which interpreter or virtual machine runs there: "python", "java" or nothing."""
        names = [os.path.basename(name) for name in self.files + [self.exe or ""]]
        if [name for name in names if name.startswith("libjvm.")]:
            return "java"
        if [name for name in names if re.match(r"(lib)?python[\d.]*[a-z]*(\.so.*)?$", name)]:
            return "python"
        return ""


def check_executable(exe):
    # type: (str) -> str
    if not os.path.isfile(exe):
        raise CollectError("There is no executable %s. Correct -e, or leave it out." % one_line(exe))
    return os.path.abspath(exe)


def live_target(pid, exe=None):
    # type: (int, str | None) -> Target
    """Return a live process as a target; CollectError when a debugger could not attach to it."""
    check_process(pid)
    target = Target(pid, None, exe and check_executable(exe))
    link = "/proc/%d/exe" % pid
    if has_proc():
        check_state(pid)
        target.start = start_of(pid)
        target.command = command_of(pid)
        maps = as_text(read_bytes("/proc/%d/maps" % pid)).splitlines()
        target.files = sorted(set(line[line.index("/") :] for line in maps if "/" in line))
        try:
            target.exe = os.readlink(link)
            same = os.path.exists(target.exe) and os.path.samefile(target.exe, link)
        except OSError:
            return target
        if exe:
            check_same_program(target, link)
        else:
            target.symbols = target.exe if same else link
    return target


def check_process(pid):
    # type: (int) -> None
    if pid == os.getpid():
        raise CollectError("Process %d is this collector itself. Give the PID of another process." % pid)
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError) as reason:
        if isinstance(reason, OSError) and reason.errno == errno.EPERM:
            return
        raise CollectError(
            "There is no process %d. Look up the PID with ps (inside a container it is another one)." % pid
        )


def check_state(pid):
    # type: (int) -> None
    status = status_of(pid)
    state = status.get("State", "")
    if state.startswith(("Z", "X")):
        raise CollectError(
            "Process %d has ended and has no stacks; its parent %s has yet to wait for it."
            % (pid, status.get("PPid", ""))
        )
    if "VmSize" not in status and status.get("Name"):
        raise CollectError("Process %d is a thread of the kernel; read /proc/%d/stack as root." % (pid, pid))
    tgid = status.get("Tgid", str(pid))
    if tgid != str(pid):
        raise CollectError("%d is a thread of process %s. Give that PID: -p %s." % (pid, tgid, tgid))
    tracer = status.get("TracerPid", "0")
    if tracer != "0":
        name = one_line(status_of(int(tracer)).get("Name", "?"))
        raise CollectError(
            "Process %d is being traced by process %s (%s). End that one first." % (pid, tracer, name)
        )


def check_same_program(target, link):
    # type: (Target, str) -> None
    """Refuse an executable whose build id differs from the running one's; a copy with symbols is right."""
    given, running = build_id(target.symbols or ""), build_id(link)
    if given and running and given != running:
        raise CollectError(
            "Process %s does not run %s but %s. Leave -e out, or give the one that it runs."
            % (target.pid, one_line(target.symbols or ""), one_line(target.exe or ""))
        )


def core_target(corefile, exe=None, deadline=None):
    # type: (str, str | None, float | None) -> Target
    """Return a core file as a target; CollectError when it is none or cannot be read."""
    name = one_line(corefile)
    if os.path.isdir(corefile):
        raise CollectError("%s is a folder. Give a core file with -c." % name)
    try:
        descriptor = open_regular(corefile)
    except EnvironmentError as reason:
        raise CollectError(
            "Cannot read core file %s: %s. Correct -c, or run as its owner." % (name, reason.strerror)
        )
    magic = read_at(descriptor, 0, 8)
    os.close(descriptor)
    for mark, program in COMPRESSED:
        if magic.startswith(mark):
            raise CollectError("%s is compressed. Unpack it first with: %s %s" % (name, program, quote(name)))
    target = Target(None, os.path.abspath(corefile), exe and check_executable(exe))
    if magic.startswith(b"\x7fELF") or sys.platform.startswith(("linux", "freebsd", "sunos")):
        read_core(target, name, deadline)
    return target


def read_core(target, name, deadline):
    # type: (Target, str, float | None) -> None
    """Fill in what the core's own notes tell: PID, command line, mapped files, executable."""
    try:
        core = Elf(target.corefile or "", deadline)
    except (EnvironmentError, ValueError) as reason:
        raise CollectError(
            "%s is not a core file (%s). Give the core with -c and the program with -e." % (name, reason)
        )
    if core.kind != ELF_CORE:
        raise CollectError(
            "%s is not a core file but a program or library. Give it with -e, and the core with -c." % name
        )
    target.files = sorted(set(path for _, _, _, path in core.mapped_files()))
    target.pid, target.command = core.process()
    found = core.executable()
    if core.size < core.needed:
        target.problem = (
            "The core file is cut off: it has %d of %d bytes, so stacks may be missing. "
            "Raise the size limit (ulimit -c unlimited) before the next crash." % (core.size, core.needed)
        )
    if target.exe is None and found:
        target.exe = found
        target.symbols = found
        if not os.path.isfile(found):
            target.symbols = None
            target.problem = "The core's executable %s is not here. Give a copy with -e." % one_line(found)


# --- Objects of CPython: names, texts, numbers, dictionaries, attributes --------------------

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


# --- Where a version of CPython keeps what: by the table, or as 3.13 and later say themselves

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


# --- The programs and libraries that a process has mapped, and their symbols ----------------

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


# --- The threads that wait in the kernel ----------------------------------------------------

FUTEX_CALLS = {"x86_64": 202, "aarch64": 98}
# Of struct elf_prstatus: where the thread's id stands, where its registers begin, its size on x86-64.
PRSTATUS_LWP, PRSTATUS_REGISTERS, PRSTATUS_X86_64 = 32, 112, 336


class Waiting(object):
    """A thread that is in a system call: a futex wait has arguments."""

    def __init__(self, lwp, stack, arguments):
        # type: (int, int, tuple[int, ...]) -> None
        self.lwp = lwp
        self.stack = stack
        self.arguments = arguments


def threads_of(pid):
    # type: (int) -> list[Waiting]
    """Return the threads that are in a system call, as the kernel tells without stopping them."""
    found = []
    for name in os.listdir("/proc/%d/task" % pid):
        fields = as_text(read_bytes("/proc/%d/task/%s/syscall" % (pid, name))).split()
        if len(fields) == 9:
            values = tuple(int(field, 16) for field in fields[1:])
            waits = fields[0] == str(FUTEX_CALLS.get(os.uname()[4]))
            found.append(Waiting(int(name), values[6], waits and values[:4] or ()))
    return sorted(found, key=lambda thread: thread.lwp)


def core_threads(memory):
    # type: (CoreMemory) -> list[Waiting]
    """Return the threads of a core file; on x86-64 with the address that each waits at."""
    found = []
    for note in memory.thread_notes():
        if len(note) < PRSTATUS_REGISTERS:
            continue
        lwp = struct.unpack_from("<i", note, PRSTATUS_LWP)[0]
        registers = (
            struct.unpack_from("<27Q", note, PRSTATUS_REGISTERS) if len(note) == PRSTATUS_X86_64 else ()
        )
        if not registers:
            found.append(Waiting(lwp, 0, ()))
            continue
        r10, rdx, rsi, rdi, call, stack = [registers[index] for index in (7, 12, 13, 14, 15, 19)]
        waits = call == FUTEX_CALLS["x86_64"]
        found.append(Waiting(lwp, stack, (rdi, rsi, rdx, r10) if waits else ()))
    return sorted(found, key=lambda thread: thread.lwp)


# --- What is asked for, where it is written to, and what came of it -------------------------


class Request(object):
    """What is wanted: a live process (pid) or a core file, and how to look at it."""

    def __init__(
        self, pid=None, corefile=None, exe=None, tools=(), timeout=DEFAULT_TIMEOUT, with_locals=True
    ):
        # type: (int | None, str | None, str | None, tuple[str, ...], float, bool) -> None
        self.pid = pid
        self.corefile = corefile
        self.exe = exe
        self.tools = tools
        self.timeout = timeout
        self.with_locals = with_locals
        self.children = False
        self.samples = 1
        self.nonblocking = False
        self.interval = 1.0
        self.command = "collect.py"
        self.guard = None  # type: Guard | None
        self.mark = ""  # begins the lines that a tool prints on our behalf; nobody can foretell it


class Result(object):
    """Whether any stack was seen, or a thread that nobody can stop (asleep); what is missing, and notes."""

    def __init__(self):
        # type: () -> None
        self.found = False
        self.asleep = False
        self.problems = []  # type: list[str]
        self.notes = []  # type: list[str]


class Output(object):
    """Where the sections go: an open file, with its path while it is one to take away on failure."""

    def __init__(self, descriptor, unfinished=""):
        # type: (int, str) -> None
        self.descriptor = descriptor
        self.unfinished = unfinished

    def write(self, data):
        # type: (bytes) -> None
        while data:
            try:
                data = data[os.write(self.descriptor, data) :]
            except OSError as reason:
                raise CollectError(
                    "Cannot write the output: %s. Free some space or give another file with -l."
                    % reason.strerror
                )

    def remark(self, word, text):
        # type: (str, str) -> None
        """Write a line of our own, unless there is nothing to say."""
        if text:
            self.write(as_bytes("REM %s %s\n" % (word, one_line(text)[:MOST_REMARK])))


# --- Code objects of CPython: names, files, and the tables of lines of every version since 2.7

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


# --- Finding CPython in a process: its version, its runtime's state, its interpreters -------

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


# --- Who waits for a lock object of CPython's, and who holds it -----------------------------

WAITER_STACK = 1024  # words of a stack, from its top, among which the lock object waited for is looked for
OWNER_STACK = 2048
FRAME = 128  # words of the innermost frame that may hold values
FRAME_STACK = 16384  # bytes of memory that CPython takes at a time for a thread's frames
MOST_FRAMES = 10000
LOOKING = 2.0  # seconds spent on the owners of Python's locks
THREAD_ID = 720  # where glibc keeps the kernel's id in what pthread_self returns, on x86-64
PYTHON_LOCKS = (b"_thread.lock", b"_thread.RLock", b"thread.lock")


def python_locks(memory, threads, frames=None):
    # type: (Memory, list[Waiting], dict[int, list[tuple[int, int]]] | None) -> list[tuple[Waiting, str]]
    """Return the threads that wait for a lock object of CPython 2.7 to 3.13, with what is known of it.

    frames has where the Python frames of each thread stand, the innermost first, and their sizes in words, by
    the thread's id; where it is left out they are looked for on the native stacks.
    """
    waits = {}  # type: dict[Waiting, tuple[int, bytes, int]]
    for thread in threads:
        found = lock_object(memory, thread)
        if found:
            waits[thread] = found
    plain = set(place for place, kind, _ in waits.values() if kind != b"_thread.RLock")
    if frames is None:
        order = sorted(threads, key=lambda thread: thread not in waits)
        stacks = [(each.lwp, sorted(python_frames(memory, each).items())) for each in order if plain]
    else:
        stacks = sorted(frames.items())
    waiting = set((thread.lwp, place) for thread, (place, _, _) in waits.items())
    holders = {}  # type: dict[int, set[int]]
    for lwp, held, is_outer in who_entered(memory, stacks, plain):
        # One that waits for a lock has entered it in its innermost frame; in another one it holds it itself.
        if (lwp, held) not in waiting or (is_outer and frames is not None):
            holders.setdefault(held, set()).add(lwp)
    lines = []
    for thread in sorted(waits, key=lambda thread: thread.lwp):
        place, kind, handle = waits[thread]
        held_by = holders.get(place, set())
        owner = str(list(held_by)[0]) if len(held_by) == 1 else ""
        if kind == b"_thread.RLock":
            owner = thread_id(memory, handle, threads)
        line = "address=0x%x object=0x%x type=%s" % (thread.arguments[0], place, as_text(kind))
        lines.append((thread, line + (" owner=" + owner if owner else "")))
    return lines


def lock_object(memory, thread):
    # type: (Memory, Waiting) -> tuple[int, bytes, int] | None
    """Return the address, type and (an RLock's) owner of the lock object whose lock is waited for.

    Its call stands on the stack: an object whose third word is the lock's address, of a type of that name.
    """
    if thread.arguments:
        for place in memory.words(thread.stack, WAITER_STACK):
            fields = memory.words(place, 5) if is_pointer(place) else ()
            if len(fields) == 5 and fields[2] == thread.arguments[0] and is_pointer(fields[1]):
                kind = type_name(memory, fields[1])
                if kind in PYTHON_LOCKS:
                    return place, kind, fields[3]
    return None


def type_name(memory, address):
    # type: (Memory, int) -> bytes
    name = memory.words(address + 24, 1)
    return memory.text(name[0]) if name and is_pointer(name[0] & ~7) else b""


def thread_id(memory, handle, threads):
    # type: (Memory, int, list[Waiting]) -> str
    """Return the kernel's id of the thread with a pthread handle, or the handle where that is not known."""
    data = memory.read(handle + THREAD_ID, 4)
    found = struct.unpack("<i", data)[0] if len(data) == 4 else 0
    if found in [thread.lwp for thread in threads]:
        return str(found)
    return "0x%x" % handle if handle else ""


def who_entered(memory, stacks, locks):
    # type: (Memory, list[tuple[int, list[tuple[int, int]]]], set[int]) -> list[tuple[int, int, bool]]
    """Return which thread is within a with statement on which lock, and whether in an outer frame.

    A thread that has entered one keeps the lock's __exit__, a bound method, among the values of its frames.
    """
    found = []  # type: list[tuple[int, int, bool]]
    deadline = now() + LOOKING
    for lwp, frames in stacks if locks else ():
        for number, (place, count) in enumerate(frames):
            if now() > deadline:
                return found
            for word in set(memory.words(place, count)):
                lock = exit_of(memory, word, locks) if is_pointer(word) else 0
                if lock:
                    found.append((lwp, lock, number > 0))
    return found


def python_frames(memory, thread):
    # type: (Memory, Waiting) -> dict[int, int]
    """Return where the Python frames stand that a thread's native stack points to, and their sizes in words.

    Until 3.10 each is an object of the type frame, which leads to its caller. Since 3.11 all that a thread
    has stand in a piece of memory of its own, which begins with its size.
    """
    found = {}  # type: dict[int, int]
    for word in set(own_stack(memory, thread)):
        start = frame_stack(memory, word) if is_pointer(word) else 0
        if start:
            if word > start:  # the start of one is the end of its neighbour, of another thread
                size = min((word - start) // 8 + FRAME, FRAME_STACK // 8)
                found[start] = max(found.get(start, 0), size)
            continue
        while is_pointer(word) and word not in found and len(found) < MOST_FRAMES:
            fields = memory.words(word, 4)
            if len(fields) < 4 or not is_pointer(fields[1]) or fields[2] > MOST_FRAMES:
                break
            if type_name(memory, fields[1]) != b"frame":
                break
            found[word] = (memory.words(fields[1] + 32, 1) or (0,))[0] % PAGE // 8 + fields[2]
            word = fields[3]
    return found


def own_stack(memory, thread):
    # type: (Memory, Waiting) -> tuple[int, ...]
    """Return the words of a thread's native stack from its top, without what may stand behind it.

    At the end of its stack glibc keeps what it knows of a thread, which begins with its own address, twice.
    """
    words = memory.words(thread.stack, OWNER_STACK)
    for index in range(len(words) - 2):
        if words[index] == words[index + 2] == thread.stack + index * 8:
            return words[:index]
    return words


def frame_stack(memory, address):
    # type: (Memory, int) -> int
    """Return the start of the piece of memory for Python frames that an address lies in, or 0."""
    for number in range(address // PAGE, address // PAGE - 4, -1):
        fields = memory.words(number * PAGE, 3)
        if len(fields) < 3 or fields[1] != FRAME_STACK or fields[2] > FRAME_STACK // 8:
            continue
        if fields[0] % PAGE == 0:  # the piece before, or none
            return number * PAGE
    return 0


def exit_of(memory, place, locks):
    # type: (Memory, int, set[int]) -> int
    """Return which of the locks the method at a place is the __exit__ of, or 0."""
    page, start = memory.pages.get(place // PAGE), place % PAGE
    if page is None:
        page = memory.page(place // PAGE)
    if len(page) < start + 32:
        return 0
    count, _, method, owner = struct.unpack_from("<4Q", page, start)
    if owner not in locks or not 0 < count < 1 << 20:
        return 0
    name = memory.words(method, 1)
    return owner if name and memory.text(name[0]) == b"__exit__" else 0


# --- What the kernel alone knows of threads that no debugger can stop, in the words of gdb --

MOST_KERNEL_FRAMES = 64


def write_kernel_view(output, target, states):
    # type: (Output, Target, list[ThreadState]) -> None
    """Write each thread with where it is in the kernel, as far as this user may know it."""
    output.remark("VIEW", "of the kernel: no debugger could stop the threads")
    for number, state in reversed(list(enumerate(states, 1))):
        folder = "/proc/%d/task/%d/" % (target.pid or 0, state.lwp)
        name = one_line(as_text(read_bytes(folder + "comm")).strip()).replace('"', "'")
        output.write(as_bytes('\nThread %d (LWP %d "%s"):\n' % (number, state.lwp, name)))
        functions = kernel_functions(as_text(read_bytes(folder + "stack")))
        for position, function in enumerate(functions or [state.wchan or "??"]):
            output.write(as_bytes("#%-2d %s () from kernel\n" % (position, function)))


def kernel_functions(text):
    # type: (str) -> list[str]
    """Return the functions of /proc/PID/stack, the innermost first; none where it may not be read."""
    return re.findall(r"(?m)^\[<[0-9a-f]+>\] ([\w.]+)\+0x", text)[:MOST_KERNEL_FRAMES]


# --- One run of a tool ----------------------------------------------------------------------


class Run(object):
    """One run of a tool: its output goes to a descriptor as it comes, what it was is known at the end."""

    def __init__(self, output, evidence, mark=""):
        # type: (Output | None, bytes, str) -> None
        self.output = output
        self.evidence = evidence
        self.quoting = Quoting(mark or new_mark())
        self.found = False
        self.head = b""
        self.tail = b"\n"
        self.timed_out = False
        self.status = None  # type: int | None

    def take(self, chunk):
        # type: (bytes) -> None
        if self.output is not None:
            self.output.write(self.quoting.take(chunk))
        if len(self.head) < 65536:
            self.head += chunk[:65536]
        seen = self.tail + chunk
        self.found = self.found or self.evidence in seen
        self.tail = seen[-max(len(self.evidence), 1) :]

    def pump(self, process, deadline, watch):
        # type: (subprocess.Popen[bytes], float, Watch) -> None
        """Take what the tool writes until it ends or its time is up."""
        descriptor = process.stdout.fileno()  # type: ignore[union-attr]  # a pipe was asked for
        while now() < deadline:
            ready = is_readable(descriptor, 0.005)
            watch.look()
            if ready:
                time.sleep(0.002)  # debuggers write line by line: let some lines come together
                chunk = os.read(descriptor, 65536)
                if not chunk:
                    break
                self.take(chunk)
            elif process.poll() is not None and not is_readable(descriptor, 0.0):
                break  # what it wrote just before its end is taken as well
        while process.poll() is None and now() < deadline:
            watch.look()
            time.sleep(0.002)
        self.timed_out = process.poll() is None
        self.status = process.returncode

    def outcome(self):
        # type: () -> str
        if self.timed_out:
            return "timeout"
        if self.status is not None and self.status < 0:
            return "signal %d" % -self.status
        return str(self.status)


def capture(argv, deadline, guard=None):
    # type: (list[str], float, Guard | None) -> bytes
    """Return the first 64 KiB that a program prints."""
    run = Run(None, b"")
    run_tool(run, argv, b"", deadline, Watch(None), guard)
    return run.head[:65536]


def run_tool(run, argv, script, deadline, watch, guard):
    # type: (Run, list[str], bytes, float, Watch, Guard | None) -> None
    """Run a tool to its end or the deadline, and see that the process it looks at goes on as before."""
    pid = watch.pid
    if pid is not None and status_of(pid).get("State", "").startswith("T"):
        pid = None  # someone stopped it before us: it is not ours to wake
    commands = tempfile.TemporaryFile()
    process = None
    try:
        commands.write(script)
        commands.seek(0)
        process = start(argv, stdin=commands, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if guard is not None:
            guard.tell("run", process.pid, pid or "")
        run.pump(process, deadline, watch)
    except OSError as reason:
        raise CollectError(
            "Cannot run %s: %s. Install it or use another --tool." % (argv[0], reason.strerror)
        )
    finally:
        commands.close()
        if process is not None:
            finish(process, pid)
        if guard is not None:
            guard.tell("idle")


def finish(process, pid):
    # type: (subprocess.Popen[bytes], int | None) -> None
    """End a tool that has not ended by itself, with what it started, and wake the process it leaves."""
    if process.poll() is None or process.returncode < 0:
        end(process)
    if process.returncode != 0 and pid is not None:
        let_go(pid)
    process.stdout.close()  # type: ignore[union-attr]  # a pipe was asked for


# --- What a tool is, and the list of all ----------------------------------------------------

TOOLS = []  # type: list[Tool]


class Tool(object):
    """A program that shows the stacks of a process or a core file."""

    name = ""
    rank = 100  # the tools with the lowest rank are asked first
    solaris = False  # shows native stacks on Solaris, where the others do not
    evidence = b""  # is in its output as soon as that shows a stack
    runtime = ""  # the one whose stacks it shows, when it shows no native ones
    reads_cores = True
    traces = True  # stops the process as a debugger does
    shows_futexes = False  # prints the REM FUTEX lines itself, while the process is stopped
    is_built_in = False  # needs no program: look is called and not commands

    def look(self, target, request, output):
        # type: (Target, Request, Output) -> tuple[bool, str, float | None]
        """Write the stacks; return whether there are any, what is missing, how long it held the process."""
        raise NotImplementedError

    def close(self):
        # type: () -> None
        """Give back what a built-in tool keeps from one look to the next."""

    def find(self):
        # type: () -> str | None
        """Return the path of the program, None where there is none."""
        return self.name if self.is_built_in else find_program(self.name)

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        """Return each command line to run with what it reads on standard input."""
        raise NotImplementedError


def register(kind):
    # type: (type[Tool]) -> type[Tool]
    """Add a tool to those that are known, where it runs on this system."""
    if kind.runtime or kind.solaris == sys.platform.startswith("sunos"):
        TOOLS.append(kind())
    return kind


def known_tools():
    # type: () -> list[Tool]
    """Return the tools of this system, native ones first."""
    return sorted(TOOLS, key=lambda tool: (bool(tool.runtime), tool.rank))


# --- The frames of CPython's threads and coroutines, innermost first ------------------------

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


# --- The processes below a process ----------------------------------------------------------


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


# --- The command line -----------------------------------------------------------------------

PYTHON_ONLY = "cpython"  # the tool that is built in


class Parser(optparse.OptionParser):
    """Says what is wrong with the arguments in one sentence."""

    def error(self, msg):  # type: ignore[override]  # optparse's own never returns
        # type: (str) -> None
        raise CollectError("%s. See collect.py --help." % (msg[:1].upper() + msg[1:]).rstrip("."))


def make_parser():
    # type: () -> Parser
    parser = Parser(
        prog="collect.py",
        version="collect.py " + VERSION,
        usage="%prog -p PID | -c CORE [-e EXE] -l FILE [options]",
        description="Collect the stack traces of a live process or a core file.",
        epilog="Exit status: 0 done, 2 nothing collected, 3 something is missing, 130 interrupted. "
        "The file may hold secrets (command line, arguments, local variables); only its owner can read it.",
    )
    add = parser.add_option
    add("-p", "--pid", metavar="PID", help="the process to look at")
    add("-c", "--corefile", metavar="CORE", help="the core file to look at")
    add("-e", "--exe", metavar="EXE", help="the program's executable; found when left out")
    add("-l", "--debuglog", metavar="FILE", help="where to write, - for standard output")
    add(
        "--tool",
        metavar="NAME",
        action="append",
        default=[],
        dest="tools",
        help="use this tool; may be repeated: " + ", ".join(tool.name for tool in known_tools()),
    )
    add("--children", action="store_true", default=False, help="look at all processes below PID too")
    add("--samples", metavar="N", default="1", help="how often to look (default 1)")
    add("--interval", metavar="SECONDS", default="1", help="from one look to the next (default 1)")
    add(
        "--python-only",
        action="store_true",
        default=False,
        help="read the threads of CPython alone: needs no debugger and holds the process for an instant",
    )
    add(
        "--nonblocking",
        action="store_true",
        default=False,
        help="with --python-only: do not hold the process at all",
    )
    add(
        "--no-locals",
        action="store_false",
        default=True,
        dest="with_locals",
        help="leave out local variables",
    )
    add(
        "--timeout",
        metavar="SECONDS",
        default="%g" % DEFAULT_TIMEOUT,
        help="how long one look at one process may take (default %g)" % DEFAULT_TIMEOUT,
    )
    return parser


def number(parser, name, text, least):
    # type: (Parser, str, str, float) -> float
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value < 1e9:
        parser.error("%s must be a number from %g on, not %s" % (name, least, one_line(text)))
    return value


def read_arguments(argv):
    # type: (list[str]) -> tuple[Request, str]
    """Return what is wanted and the file to write; CollectError when the arguments make no sense."""
    parser = make_parser()
    options, rest = parser.parse_args(argv)
    if rest:
        parser.error("unexpected argument %s" % one_line(rest[0]))
    if (options.pid is None) == (options.corefile is None):
        parser.error("give either a process with -p or a core file with -c")
    if options.debuglog is None:
        parser.error("say where to write with -l FILE, or -l - for standard output")
    if options.pid is not None and not re.match("0*[1-9][0-9]{0,9}$", options.pid):
        parser.error("a PID is a positive number, not %s" % one_line(options.pid))
    request = Request(options.pid and int(options.pid), options.corefile, options.exe, tuple(options.tools))
    request.with_locals = options.with_locals
    request.children = options.children
    request.nonblocking = options.nonblocking
    if options.python_only and request.tools:
        parser.error("--python-only and --tool exclude each other")
    if options.python_only:
        request.tools = (PYTHON_ONLY,)
    if request.nonblocking and request.tools != (PYTHON_ONLY,):
        parser.error("--nonblocking needs --python-only: a debugger holds the process")
    request.timeout = number(parser, "--timeout", options.timeout, 0.1)
    request.samples = int(number(parser, "--samples", options.samples, 1))
    request.interval = number(parser, "--interval", options.interval, 0)
    if request.corefile is not None and (request.children or request.samples > 1):
        parser.error("--children and --samples need a live process")
    unknown = [name for name in request.tools if name not in [tool.name for tool in known_tools()]]
    if unknown:
        parser.error("unknown tool %s" % one_line(unknown[0]))
    return request, options.debuglog


# --- Which tools are run --------------------------------------------------------------------


def choose_tools(target, request):
    # type: (Target, Request) -> list[tuple[Tool, str]]
    """Return the tools to run and their paths: those asked for, or a debugger and the runtime's own.

    Of the runtime's own each one but the first is for the case that those before it show nothing.
    """
    usable = [tool for tool in known_tools() if target.is_live() or tool.reads_cores]
    if request.tools:
        return [find_tool(name, usable, target) for name in request.tools]
    found = [(tool, tool.find()) for tool in usable]
    present = [(tool, path) for tool, path in found if path]
    native = [(tool, path) for tool, path in present if not tool.runtime]
    own = [(tool, path) for tool, path in present if tool.runtime and tool.runtime == target.runtime()]
    if not native and not own:
        raise CollectError("There is no debugger on PATH. Install gdb (or eu-stack from elfutils, or lldb).")
    return native[:1] + own


def find_tool(name, usable, target):
    # type: (str, list[Tool], Target) -> tuple[Tool, str]
    for tool in usable:
        path = tool.find() if tool.name == name else None
        if path:
            return tool, path
        if tool.name == name:
            raise CollectError("There is no %s on PATH. Install it or choose another --tool." % name)
    raise CollectError(
        "%s cannot show a %s. Choose another --tool: %s."
        % (name, "live process" if target.is_live() else "core file", ", ".join(tool.name for tool in usable))
    )


# --- What went wrong, in a sentence that says what to do next -------------------------------


def explain(run, tool, target, timeout):
    # type: (Run, Tool, Target, float) -> str
    """Return one sentence on what a tool's run leaves wanting and what to do next, or nothing."""
    if run.timed_out:
        return explain_timeout(tool, target, timeout)
    if target.is_live() and not is_same(target):
        return "Process %s ended while %s looked at it. Choose one that still runs." % (target.pid, tool.name)
    if run.status is not None and run.status < 0:
        return "%s was ended by signal %d. Try again, or with another --tool." % (tool.name, -run.status)
    if not run.found:
        return explain_nothing(run, tool, target)
    if b"core file may not match specified executable" in run.head:
        return (
            "The core file is not of the executable %s. Leave -e out, or give the one that dumped it."
            % one_line(target.symbols or "")
        )
    return ""


def explain_timeout(tool, target, timeout):
    # type: (Tool, Target, float) -> str
    asleep = [each for each in states_of(target.pid or 0) if each.letter == "D"] if target.is_live() else []
    if asleep:
        return explain_sleep(asleep[0], tool, target.pid or 0)
    return (
        "%s did not finish within %g seconds and was ended. Raise --timeout, or try --no-locals or "
        "another --tool." % (tool.name, timeout)
    )


def explain_sleep(thread, tool, pid):
    # type: (ThreadState, Tool, int) -> str
    """Return where the thread of a process sleeps that the tool waits for, and what may end that."""
    who = "Process %d" % pid if thread.lwp == pid else "Thread %d of process %d" % (thread.lwp, pid)
    where = " in the kernel's %s" % thread.wchan if thread.wchan else ""
    # Newer kernels wait in kernel_clone itself.
    if thread.wchan in ("wait_for_vfork_done", "kernel_clone", "_do_fork", "do_fork"):
        where += " until its child of vfork starts a program or ends"
    return "%s is in uninterruptible sleep%s, which %s must wait out. See /proc/%d/stack as root, %s" % (
        who,
        where,
        tool.name,
        thread.lwp,
        "and try again later.",
    )


def explain_nothing(run, tool, target):
    # type: (Run, Tool, Target) -> str
    if target.is_live() and re.search(b"[Nn]ot permitted|[Pp]ermission denied|not allowed", run.head):
        return explain_refusal(target)
    lines = [line for line in as_text(run.head).splitlines() if line.strip()]
    reason = one_line(lines[-1].strip())[:300] if lines else "it printed nothing"
    return "%s showed no stack of %s (exit status %s): %s. Try again, or with another --tool." % (
        tool.name,
        target.describe(),
        run.outcome(),
        reason.rstrip("."),
    )


def explain_refusal(target):
    # type: (Target) -> str
    scope = as_text(read_bytes("/proc/sys/kernel/yama/ptrace_scope")).strip()
    owner = status_of(target.pid or 0).get("Uid", "").split()[:1]
    if os.geteuid() != 0 and owner and owner != [str(os.geteuid())]:
        return "Process %s belongs to user id %s. Run as that user or as root." % (target.pid, owner[0])
    if scope not in ("", "0"):
        return (
            "The kernel lets no one trace process %s (kernel.yama.ptrace_scope is %s). "
            "Run as root, or set it to 0 with sysctl." % (target.pid, scope)
        )
    return (
        "The kernel does not permit tracing process %s. Run as root, in a container with the capability "
        "SYS_PTRACE." % target.pid
    )


def is_same(target):
    # type: (Target) -> bool
    """Tell whether the process that was first seen still lives: not another one with its PID."""
    return is_alive(target.pid or 0) and start_of(target.pid or 0) == target.start


# --- eu-stack, of elfutils ------------------------------------------------------------------


@register
class EuStack(Tool):
    name = "eu-stack"
    rank = 20
    evidence = b"\n#0 "

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        words = [program, "-n", "0", "--inlines", "--module", "--source"]
        if target.is_live():
            return [(words + ["--pid=%s" % target.pid], b"")]
        if target.symbols:
            words.append("--executable=" + target.symbols)
        return [(words + ["--core=%s" % target.corefile], b"")]


# --- gdb ------------------------------------------------------------------------------------


@register
class Gdb(Tool):
    name = "gdb"
    rank = 10
    evidence = b"\n#0 "
    shows_futexes = True

    # By machine: whether the thread waits in the futex system call, and that call's first four arguments.
    FUTEX = {
        "x86_64": ("$orig_rax == 202", "$rdi", "$rsi", "$rdx", "$r10"),
        "aarch64": ("*(unsigned int *) $pc == 0xd4000001 && $x8 == 98", "$x0", "$x1", "$x2", "$x3"),
    }

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        version = self.version(program, request)
        before = "-iex" if version >= (7, 6) else "-ex"
        words = [program, "-nx", "-batch"]
        for setting in self.settings(version):
            words += [before, "set " + setting]
        if target.symbols:
            words += ["--se=" + target.symbols]
        if target.corefile:
            words += ["--core=" + target.corefile]
        else:
            words += ["--pid=%s" % target.pid]
        script = self.futex_script(version, request.mark)
        for command in self.looks(version, request.with_locals, bool(script), target.is_live()):
            words += command
        return [(words, as_bytes(script))]

    def version(self, program, request):
        # type: (str, Request) -> tuple[int, int]
        shown = capture([program, "--version", "-nx"], now() + request.timeout / 2, request.guard)
        first = as_text(shown).partition("\n")[0]
        numbers = re.findall(r"(?<![\w.~-])(\d+)\.(\d+)", first)
        if numbers:
            return int(numbers[-1][0]), int(numbers[-1][1])
        return 0, 0

    def settings(self, version):
        # type: (tuple[int, int]) -> list[str]
        found = ["confirm off", "pagination off", "width 0", "backtrace limit 10000"]
        if version >= (7, 6):  # no code from the process's files runs in gdb
            for kind in ("gdb-scripts", "python-scripts", "guile-scripts", "local-gdbinit"):
                found.append("auto-load %s off" % kind)
        if version >= (12, 0):
            found.append("debuginfod enabled off")
        return found

    def looks(self, version, with_locals, with_futexes, live):
        # type: (tuple[int, int], bool, bool, bool) -> list[list[str]]
        each = "thread apply all "
        if version >= (9, 0):
            each += "-c "  # an error in one thread does not end the rest
        trace = "bt full" if with_locals else "bt"
        found = [
            ["-ex", look] for look in ("info sharedlibrary", "info threads", each + trace, each + "x/i $pc")
        ]
        if with_futexes:
            found += [["-x", "/dev/stdin"], ["-ex", "thread apply all -q -s stacktraces_futex"]]
        if live:
            found.append(["-ex", "detach"])
        return found

    def futex_script(self, version, mark):
        # type: (tuple[int, int], str) -> str
        known = self.FUTEX.get(os.uname()[4])
        if known is None or version < (9, 0):
            return ""
        condition, address, operation, value, timeout = known
        words = ", ".join("((int *) %s)[%d]" % (address, index) for index in range(5))
        form = "thread=%d address=0x%lx op=%d value=%d words=%d %d %d %d %d timeout=0x%lx"
        values = "$_thread, %s, %s, %s, %s, %s" % (address, operation, value, words, timeout)
        lines = ["set language c", "define stacktraces_futex", "if " + condition]
        lines += ['printf "%s FUTEX %s\\n", %s' % (mark, form, values), "end", "end", ""]
        return "\n".join(lines)


# --- jcmd and jstack, which show the threads of a JVM ---------------------------------------


@register
class Jcmd(Tool):
    name = "jcmd"
    rank = 80
    evidence = b"Full thread dump"
    runtime = "java"
    reads_cores = False
    traces = False

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        return [([program, str(target.pid), "Thread.print", "-l"], b"")]


@register
class Jstack(Jcmd):
    name = "jstack"
    rank = 90

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        return [([program, "-l", str(target.pid)], b"")]


# --- lldb -----------------------------------------------------------------------------------


@register
class Lldb(Tool):
    name = "lldb"
    rank = 30
    evidence = b"frame #0"

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        words = [program, "--batch", "--no-lldbinit", "--no-use-colors"]
        words += ["-O", "settings set symbols.enable-external-lookup false"]
        if target.is_live():
            words += ["-o", "process attach --pid %s" % target.pid]
            words += ["-o", "thread list", "-o", "bt all", "-o", "detach"]
            return [(words, b"")]
        words += ["--core", str(target.corefile)]
        if target.symbols:
            words += ["--file", target.symbols]
        return [(words + ["-o", "bt all"], b"")]


# --- pstack and gstack, which are scripts around gdb, and the pstack of Solaris -------------


@register
class Pstack(Tool):
    name = "pstack"
    rank = 40
    evidence = b"0x"
    reads_cores = False

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        return [([program, str(target.pid)], b"")]


@register
class Gstack(Pstack):
    name = "gstack"
    rank = 50
    evidence = b"#0 "


@register
class SolarisPstack(Tool):
    name = "pstack"
    rank = 10
    solaris = True
    evidence = b"\n "

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        programs = [program] + [path for path in map(find_program, ("pldd", "pflags")) if path]
        return [([path, target.corefile or str(target.pid)], b"") for path in programs]


# --- py-spy and pystack, which show the frames of CPython -----------------------------------


@register
class PySpy(Tool):
    name = "py-spy"
    rank = 60
    evidence = b"Thread "
    runtime = "python"
    reads_cores = False

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        return [([program, "dump", "--pid", str(target.pid)], b"")]


@register
class Pystack(Tool):
    name = "pystack"
    rank = 70
    evidence = b"Traceback for thread"
    runtime = "python"

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        if target.is_live():
            return [([program, "--no-color", "remote", str(target.pid)], b"")]
        return [([program, "--no-color", "core", str(target.corefile)] + [target.symbols or ""], b"")]


# --- Who waits for which lock, as lines of the output ---------------------------------------


def write_waits(output, tool, target, with_python):
    # type: (Output, Tool, Target, bool) -> None
    """Write who waits for which lock, of Python's too if wanted, as far as the kernel and the memory tell."""
    pid = target.pid or 0
    if not has_proc() or sys.maxsize < 2**32 or sys.byteorder != "little":
        return
    try:
        memory = Memory(pid)
        threads = threads_of(pid)
    except EnvironmentError:  # not permitted, or the process has ended
        return
    try:
        if not tool.shows_futexes:
            for thread in threads:
                write_futex(output, memory, thread)
        if with_python and target.runtime() == "python":
            for thread, line in python_locks(memory, threads):
                output.remark("PYLOCK", "lwp=%d %s" % (thread.lwp, line))
    finally:
        memory.close()


def write_futex(output, memory, thread):
    # type: (Output, Memory, Waiting) -> None
    if thread.arguments:
        address, operation, value, timeout = thread.arguments
        data = memory.read(address, 20)
        words = " ".join(str(word) for word in struct.unpack_from("<%di" % (len(data) // 4), data))
        numbers = (thread.lwp, address, operation & 0xFFFFFFFF, value & 0xFFFFFFFF, words, timeout)
        if words:
            output.remark("FUTEX", "lwp=%d address=0x%x op=%d value=%d words=%s timeout=0x%x" % numbers)


# --- The threads of CPython: what they run, who has the GIL, which exception is handled -----

MOST_THREADS = 1 << 16
MOST_FRAMES_SHOWN = 1 << 19  # of all threads
MOST_HANDLED = 100
MOST_LOOKS = 5  # at a thread that runs
THREAD_ID_PLACES = (720, 208, 48, 56)  # of the kernel's id behind a pthread_t: glibc on x86-64 and ARM, musl
GIL_SIZE = 256  # bytes of a GIL's state, in which threads wait that want it
MOST_PID = 1 << 22


class PythonThread(object):
    """A thread's state."""

    def __init__(self, address):
        # type: (int) -> None
        self.address = address
        self.handle = 0
        self.lwp = 0
        self.name = ""
        self.interpreter = 0
        self.has_gil = False
        self.awaits_gil = False
        self.handles = ""  # the type of the exception that it handles
        self.stack = Stack()


class Interpreter(object):
    """CPython in a process, all that is asked of it in one look."""

    def __init__(self, memory, found):
        # type: (Memory, Found) -> None
        self.memory = memory
        self.found = found
        self.objects = Objects(memory, found.offsets, found.version)
        self.frames = Frames(self.objects)
        self.gils = []  # type: list[int]
        self.cut = False
        self.is_running = False  # nobody holds the threads while they are read
        self.moved = 0  # threads that moved at every look

    def threads(self, known, waits):
        # type: (dict[int, int], dict[int, int]) -> list[PythonThread]
        """Return the threads, the oldest first.

        known has the kernel's id of each thread by the one that it has in its own namespace, nothing where
        these are not known; waits has the address that a thread waits at, by its id.
        """
        threads = []  # type: list[PythonThread]
        shown = 0
        self.cut, self.moved = False, 0
        del self.gils[:]
        for number, state in enumerate(self.found.interpreters):
            holder = self.gil_holder(state)
            for address in self.thread_states(state):
                thread = self.thread(address, known)
                shown += len(thread.stack.frames)
                if self.memory.is_late() or shown > MOST_FRAMES_SHOWN:
                    self.cut = True
                    break
                thread.interpreter = number
                thread.has_gil = address == holder
                place = waits.get(thread.lwp, 0)
                thread.awaits_gil = bool([1 for gil in self.gils if gil <= place < gil + GIL_SIZE])
                threads.append(thread)
        threads.reverse()  # the newest stands first in CPython's own list
        return threads

    def thread_states(self, interpreter):
        # type: (int) -> list[int]
        found = []
        seen = set()  # type: set[int]
        address = self.objects.at(interpreter, "interpreter.threads")
        while is_pointer(address):
            if address in seen or len(seen) > MOST_THREADS or self.memory.is_late():
                self.cut = True
                break
            if self.objects.at(address, "thread.interpreter") != interpreter:
                self.cut = True
                break
            seen.add(address)
            found.append(address)
            address = self.objects.at(address, "thread.next")
        return found

    def thread(self, address, known):
        # type: (int, dict[int, int]) -> PythonThread
        thread = PythonThread(address)
        thread.handle = self.objects.at(address, "thread.handle")
        thread.lwp = self.objects.at(address, "thread.lwp")
        for place in THREAD_ID_PLACES:
            if thread.lwp and (not known or thread.lwp in known):
                break
            thread.lwp = self.memory.signed(thread.handle + place) if is_pointer(thread.handle) else 0
        if known:
            thread.lwp = known.get(thread.lwp, 0)
        elif not 0 < thread.lwp < MOST_PID:
            thread.lwp = 0
        thread.handles = self.handled(address)
        thread.stack = self.stack(address)
        return thread

    def stack(self, address):
        # type: (int) -> Stack
        """Return a thread's frames; of one that runs, as they were at one moment as far as can be told."""
        stack = self.frames.stack(address)
        for _ in range(MOST_LOOKS if self.is_running else 0):
            innermost, calls = self.frames.first(address), [frame.address for frame in stack.frames]
            self.memory.forget()
            self.frames.forget()
            again = self.frames.stack(address)
            same = innermost == self.frames.first(address)
            if same and stack.is_whole and calls == [frame.address for frame in again.frames]:
                break
            stack = again
        else:
            self.moved += self.is_running
        return stack

    def gil_holder(self, interpreter):
        # type: (int) -> int
        """Return the state of the thread that has an interpreter's GIL, 0 where none has it."""
        offsets = self.found.offsets
        if offsets.get("runtime.free_threaded"):
            return 0
        if "interpreter.gil" in offsets:
            gil = self.objects.at(interpreter, "interpreter.gil")
        elif "runtime.gil_holder" in offsets:
            gil = self.found.runtime + offsets["runtime.gil_holder"] - offsets["gil.holder"]
        else:
            return self.memory.word(self.found.image.symbol(b"_PyThreadState_Current"))
        if not is_pointer(gil):
            return 0
        self.gils.append(gil)
        locked = self.memory.signed(gil + offsets["gil.locked"])
        return self.memory.word(gil + offsets["gil.holder"]) if locked == 1 else 0

    def handled(self, thread):
        # type: (int) -> str
        """Return the type of the exception that a thread handles, "" where it handles none."""
        place = self.objects.at(thread, "thread.handled")
        for _ in range(MOST_HANDLED):
            value = self.objects.at(place, "handled.exception") if is_pointer(place) else 0
            kind = self.objects.kind(value)
            if kind and kind != "NoneType":
                return kind
            place = self.objects.at(place, "handled.previous") if is_pointer(place) else 0
            if not place:
                break
        kind = self.objects.kind(self.objects.at(thread, "thread.exception"))
        return kind if kind != "NoneType" else ""

    def module(self, name):
        # type: (str) -> int
        """Return the module of a name, of the interpreter that was first, or 0."""
        for state in reversed(self.found.interpreters):
            modules = self.objects.at(state, "interpreter.modules")
            found = self.objects.lookup(self.objects.items(modules), name)
            if found:
                return found
        return 0

    def name(self, threads):
        # type: (list[PythonThread]) -> None
        names = self.names()
        for thread in threads:
            thread.name = names.get(thread.handle, "")

    def names(self):
        # type: () -> dict[int, str]
        """Return the names that the module threading gives to its threads, by their handles."""
        found = {}
        objects = self.objects
        active = objects.module_value(self.module("threading"), "_active")
        for key, thread in objects.items(active)[:MOST_THREADS]:
            name = objects.text(objects.attribute(thread, "_name"))
            if name:
                found[objects.integer(key)] = name
            if self.memory.is_late():
                break
        return found


# --- The sections of the output: a header, what a tool printed, what is known besides -------

ASLEEP_PATIENCE = 5.0


def timestamp():
    # type: () -> str
    seconds = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".%03dZ" % (seconds % 1 * 1000)


def write_heading(output, tool, target, request, sample):
    # type: (Output, str, Target, Request, int) -> None
    words = (VERSION, tool, sys.platform, one_line(request.command)[:MOST_REMARK])
    output.write(as_bytes("REM collect.py %s TOOL=%s  PYPLATFORM=%s %s\n" % words))
    system = os.uname()
    output.remark("HOST", socket.gethostname())
    output.remark("TIME", timestamp())
    output.remark("KERNEL", " ".join((system[0], system[2], system[4])))
    output.remark("PID", str(target.pid or ""))
    if target.is_live():
        status = status_of(target.pid or 0)
        namespaces = status.get("NSpid", "").split()
        output.remark("PPID", status.get("PPid", ""))
        output.remark("START", target.start)
        output.remark("CONTAINER", container_of(target.pid or 0))
        output.remark("NSPID", " ".join(namespaces[len(namespaces) == 1 :]))
    output.remark("EXE", target.exe or "")
    output.remark("CMDLINE", target.command)
    if request.samples > 1:
        output.remark("SAMPLE", "%d %d" % (sample, request.samples))


def write_section(output, tool, program, target, request, deadline, sample, others):
    # type: (Output, Tool, str, Target, Request, float, int, list[str]) -> tuple[bool, str]
    """Run a tool and write its section; return whether it showed a stack, and what is missing.

    others are the names of all the tools of this look, the first of which also tells what the system knows.
    """
    write_heading(output, tool.name, target, request, sample)
    is_first = tool.name == others[0]
    states = states_of(target.pid) if target.pid and target.is_live() and is_first else []
    if states and all(each.letter == "D" for each in states):
        # Nobody can stop them before they wake up: what the system knows of them is not to wait for that.
        deadline = min(deadline, now() + ASLEEP_PATIENCE)
    if tool.is_built_in:
        found, problem, held = tool.look(target, request, output)
        outcome, problem = "0", target.problem or problem
    else:
        found, problem, held, outcome = run_commands(output, tool, program, target, request, deadline)
    if target.is_live() and not tool.runtime:
        write_waits(output, tool, target, "cpython" not in others)
    for state in states:
        write_state(output, state)
    if held is not None:
        output.remark("STOPPED", "%.3f s" % held)
    output.remark("PROBLEM", problem)
    output.remark("EXIT", outcome)
    return found, problem


def run_commands(output, tool, program, target, request, deadline):
    # type: (Output, Tool, str, Target, Request, float) -> tuple[bool, str, float | None, str]
    """Return whether a stack was seen, what is missing, the seconds it held the process, the status."""
    request.mark = new_mark()
    watch = Watch(target.pid if target.is_live() else None)
    run = Run(output, tool.evidence, request.mark)
    problem = target.problem
    commands = tool.commands(program, target, request)
    for words, script in commands:
        if len(commands) > 1:
            output.write(as_bytes("REM %s\n" % one_line(words[0])))
        run.timed_out = False
        run_tool(run, words, script, deadline, watch, request.guard)
        if not run.tail.endswith(b"\n"):
            run.take(b"\n")
        problem = problem or explain(run, tool, target, request.timeout)
    held = watch.last - watch.first if tool.traces and watch.first is not None else None
    return run.found, problem, held, run.outcome()


def is_asleep(target):
    # type: (Target) -> bool
    """Tell whether a thread of a running process is in uninterruptible sleep."""
    return target.is_live() and any(each.letter == "D" for each in states_of(target.pid or 0))


def write_state(output, state):
    # type: (Output, ThreadState) -> None
    output.remark("CPU", "lwp=%d seconds=%.2f" % (state.lwp, state.seconds))
    wchan = " wchan=" + state.wchan if state.wchan else ""
    output.remark("STATE", "lwp=%d state=%s%s" % (state.lwp, state.letter, wchan))


def look_at(target, request, output, result, sample=1, begun=None):
    # type: (Target, Request, Output, Result, int, float | None) -> None
    """Write a section for each tool; all of them together may take as long as the request allows."""
    deadline = (now() if begun is None else begun) + max(request.timeout - GRACE, request.timeout * 0.75)
    main = True
    chosen = choose_tools(target, request)
    names = [tool.name for tool, _ in chosen]
    is_known = False
    for tool, program in chosen:
        if is_known and tool.runtime and not request.tools:
            continue
        if now() < deadline:
            found, problem = write_section(output, tool, program, target, request, deadline, sample, names)
        else:
            found, problem = False, "No time was left for %s. Raise --timeout." % tool.name
        result.found = result.found or found
        result.asleep = result.asleep or is_asleep(target)
        is_known = is_known or (found and bool(tool.runtime))
        sentences = result.problems if main or request.tools else result.notes
        if problem and problem not in sentences:
            sentences.append(problem)
        main = False
    if not result.found and result.asleep:
        states = states_of(target.pid or 0)
        if names[:1] != ["gdb"]:
            write_heading(output, "gdb", target, request, sample)  # The view is in its words.
            output.remark("PROBLEM", (result.problems + result.notes + [""])[0])
        write_kernel_view(output, target, states)
        for state in states:
            write_state(output, state)


def look_at_processes(request, output, result, sample, seen):
    # type: (Request, Output, Result, int, dict[int, str]) -> bool
    """Write the sections of a process, and of those below it when asked for; False when it is gone."""
    first = request.pid or 0
    pids = [first]
    if request.children:
        pids += [pid for pid in children_of(first) if pid != os.getpid()]
    for pid in pids:
        try:
            target = live_target(pid, request.exe if pid == first else None)
            if pid == first and seen.setdefault(pid, target.start) != target.start:
                raise CollectError(
                    "Process %d ended, and another one has its PID now. Choose one that runs." % pid
                )
            look_at(target, request, output, result, sample)
        except CollectError as reason:
            if pid == first and not result.found:
                raise
            output.remark("PROBLEM", str(reason))
            (result.problems if pid == first or is_alive(pid) else result.notes).append(str(reason))
            if pid == first:
                return False
    return True


def gather(request, output):
    # type: (Request, Output) -> Result
    """Write everything that was asked for; CollectError when no stack at all was seen."""
    result = Result()
    request.guard = Guard(output.unfinished)
    try:
        if request.corefile is not None:
            begun = now()
            target = core_target(request.corefile, request.exe, begun + request.timeout / 4)
            look_at(target, request, output, result, begun=begun)
        else:
            look_repeatedly(request, output, result)
    finally:
        request.guard.dismiss()
        for tool in known_tools():
            tool.close()
    if not result.found and not result.asleep:
        raise CollectError((result.problems + result.notes + ["No stack was seen."])[0])
    return result


def look_repeatedly(request, output, result):
    # type: (Request, Output, Result) -> None
    seen = {}  # type: dict[int, str]
    begun = now()
    for sample in range(1, request.samples + 1):
        time.sleep(max(0.0, begun + (sample - 1) * request.interval - now()))
        if not look_at_processes(request, output, result, sample, seen):
            break


def collect(pid=None, corefile=None, exe=None, tool=None, timeout=DEFAULT_TIMEOUT, with_locals=True):
    # type: (int | None, str | None, str | None, str | None, float, bool) -> bytes
    """Return the collected text of a live process (pid) or a core file, as the command would write it.

    exe is the program's path (found when left out), tool one tool's name, timeout in seconds. What
    is missing is said in the text's PROBLEM lines; CollectError is raised when nothing was collected.
    """
    tools = (tool,) if tool else ()
    request = Request(pid, corefile, exe, tools, timeout, with_locals)
    stream = tempfile.TemporaryFile()
    try:
        gather(request, Output(stream.fileno()))
        stream.seek(0)
        return stream.read()
    finally:
        stream.close()


# --- The tasks of asyncio: their names, where they are, what each waits for -----------------

MOST_TASKS = 10000
MOST_CHILDREN = 1000
TASKS = ("_scheduled_tasks", "_eager_tasks", "_all_tasks", "_all_tasks_compat")
PENDING = 0


class Task(object):
    """A task that has not ended: its name, its frames, and the addresses of the tasks that it waits for."""

    def __init__(self, address, name, frames):
        # type: (int, str, list[PythonFrame]) -> None
        self.address = address
        self.name = name
        self.frames = frames
        self.awaits = []  # type: list[int]


def read_tasks(interpreter):
    # type: (Interpreter) -> tuple[list[Task], int]
    """Return the tasks, and how many there are besides, of CPython 3.7 to 3.13."""
    objects = interpreter.objects
    if "task.coroutine" not in objects.offsets:
        return [], 0
    addresses = task_objects(interpreter)
    tasks = []
    for address in addresses[:MOST_TASKS]:
        if objects.memory.is_late():
            break
        if objects.memory.signed(address + objects.offsets["task.state"]) == PENDING:
            frames = interpreter.frames.awaited(objects.at(address, "task.coroutine"))
            tasks.append(Task(address, task_name(interpreter, address), frames))
    known = set(task.address for task in tasks)
    for task in tasks:
        task.awaits = awaited_tasks(interpreter, objects.at(task.address, "task.waiter"), known)
    return tasks, max(0, len(addresses) - MOST_TASKS)


def task_objects(interpreter):
    # type: (Interpreter) -> list[int]
    """Return the addresses of the tasks that asyncio knows, in their order."""
    objects = interpreter.objects
    module = interpreter.module("asyncio.tasks")
    values = objects.items(objects.memory.word(module + objects.head)) if module else []
    found = set()
    for name in TASKS:
        place = objects.lookup(values, name)
        is_plain = objects.kind(place) == "set"
        for member in objects.members(place if is_plain else objects.attribute(place, "data")):
            task = member if is_plain else objects.at(member, "weakref.object")
            if objects.kind(task) == "_asyncio.Task":
                found.add(task)
    return sorted(found)


def task_name(interpreter, address):
    # type: (Interpreter, int) -> str
    """Return the name of a task; since 3.12 one that nobody named has only a number."""
    objects = interpreter.objects
    name = objects.at(address, "task.name")
    if objects.kind(name) == "int":
        return "Task-%d" % objects.integer(name)
    return objects.text(name)


def awaited_tasks(interpreter, future, known):
    # type: (Interpreter, int, set[int]) -> list[int]
    """Return the tasks that a future stands for: itself, or those that asyncio.gather was given."""
    objects = interpreter.objects
    if future in known:
        return [future]
    if objects.kind(future) != "_GatheringFuture":
        return []
    children = objects.attribute(future, "_children")
    count = min(objects.memory.word(children + objects.head), MOST_CHILDREN) if is_pointer(children) else 0
    items = objects.memory.word(children + objects.head + 8) if count else 0
    return [
        word for word in (objects.memory.words(items, count) if is_pointer(items) else ()) if word in known
    ]


# --- What was read of CPython, as lines of text ---------------------------------------------


def report(interpreter, pid, threads, tasks, more_tasks):
    # type: (Interpreter, int, list[PythonThread], list[Task], int) -> bytes
    """Return the threads and tasks of a process as text: frames stand innermost first."""
    found = interpreter.found
    lines = ["CPython %s in process %d, by collect.py" % (found.name(), pid)]
    for thread in threads:
        lines.append(heading(thread, len(found.interpreters)))
        lines += stack_lines(thread.stack)
    for task in tasks:
        waits = "".join(" awaits 0x%x" % address for address in task.awaits)
        lines.append('Task 0x%x "%s"%s' % (task.address, task.name, waits))
        lines += frame_lines(task.frames)
    if more_tasks:
        lines.append("... and %d more tasks" % more_tasks)
    text = "".join(one_line(line) + "\n" for line in lines)
    # Whatever the locale is: Python's names are any text.
    return text.encode("utf-8", "replace") if sys.version_info >= (3,) else as_bytes(text)


def heading(thread, interpreters):
    # type: (PythonThread, int) -> str
    """Return the line above a thread's frames: who it is, and what it does besides."""
    words = ["Thread"]
    if thread.lwp:
        words.append(str(thread.lwp))
    words.append("0x%x" % thread.handle)
    if interpreters > 1:
        words.append("interpreter=%d" % thread.interpreter)
    if thread.has_gil:
        words.append("gil=held")
    elif thread.awaits_gil:
        words.append("gil=awaited")
    if thread.handles:
        words.append("handles=%s" % re.sub(r"[\s\"]", "_", thread.handles))
    if thread.name:
        words.append('"%s"' % thread.name)
    return " ".join(words)


def stack_lines(stack):
    # type: (Stack) -> list[str]
    lines = frame_lines(stack.frames)
    if stack.more:
        lines.append("  ... and %d more frames" % stack.more)
    if not stack.is_whole:
        lines.append("  ... and what lies behind cannot be read")
    return lines


def frame_lines(frames):
    # type: (list[PythonFrame]) -> list[str]
    return [
        "  #%d %s (%s:%s)%s"
        % (
            number,
            frame.code.name or "?",
            frame.code.file or "?",
            frame.line or "?",
            " from C" if frame.is_entry else "",
        )
        for number, frame in enumerate(frames)
    ]


# --- The reader of CPython's own structures, which needs no program -------------------------

MOST_SECONDS = 10.0  # to read the threads, and again for the tasks


class Opened(object):
    """A target whose CPython is known, to be looked at as often as is wanted."""

    def __init__(self, target):
        # type: (Target) -> None
        self.key = (target.pid, target.corefile, target.start)
        self.interpreter = None  # type: Interpreter | None
        self.reason = "this system cannot read a process as that needs"
        self.memory = None  # type: Memory | None
        self.is_refused = False
        if sys.maxsize < 2**32 or sys.byteorder != "little" or not (has_proc() or target.corefile):
            return
        try:
            if target.corefile is not None:
                core = CoreMemory(target.corefile)
                self.memory, mapped = core, core_images(core)
            else:
                self.memory = Memory(target.pid or 0)
                mapped = live_images(self.memory, target.pid or 0)
        except (EnvironmentError, ValueError) as reason:
            self.reason = "its memory cannot be read"
            self.is_refused = getattr(reason, "errno", None) in (errno.EACCES, errno.EPERM)
            return
        found, self.reason = find_python(self.memory, mapped)
        if found is not None:
            self.interpreter = Interpreter(self.memory, found)


@register
class CPython(Tool):
    name = "cpython"
    rank = 55
    evidence = b"\nThread "
    runtime = "python"
    is_built_in = True

    def __init__(self):
        # type: () -> None
        self.opened = None  # type: Opened | None

    def open(self, target):
        # type: (Target) -> Opened
        if self.opened is None or self.opened.key != (target.pid, target.corefile, target.start):
            self.close()
            self.opened = Opened(target)
        return self.opened

    def close(self):
        # type: () -> None
        if self.opened is not None and self.opened.memory is not None:
            self.opened.memory.close()
        self.opened = None

    def look(self, target, request, output):
        # type: (Target, Request, Output) -> tuple[bool, str, float | None]
        opened = self.open(target)
        interpreter = opened.interpreter
        if interpreter is None:
            self.write_locks(target, opened, output)
            return False, cannot_read(target, opened), None
        pid = target.pid or 0
        memory = interpreter.memory
        waiting = waiting_threads(target, memory)
        stopper = Stopper(pid) if target.is_live() and not request.nonblocking else None
        try:
            is_held = stopper is not None and stopper.hold()
            memory.forget()
            memory.deadline = now() + min(request.timeout, MOST_SECONDS)
            interpreter.frames.forget()
            interpreter.is_running = target.is_live() and not is_held
            threads = interpreter.threads(ids(target, waiting), addresses(waiting))
        finally:
            if stopper is not None:
                stopper.let_go()
        memory.deadline = now() + min(request.timeout, MOST_SECONDS)
        interpreter.name(threads)
        tasks, more = read_tasks(interpreter)
        output.write(report(interpreter, pid, threads, tasks, more))
        for waiter, line in python_locks(memory, waiting, frames_of(interpreter, threads)):
            output.remark("PYLOCK", "lwp=%d %s" % (waiter.lwp, line))
        held = None if stopper is None else stopper.seconds
        return bool(threads), what_is_missing(target, interpreter, stopper), held

    def write_locks(self, target, opened, output):
        # type: (Target, Opened, Output) -> None
        """Write what can be told of Python's locks where its threads cannot be read."""
        if opened.memory is not None and target.is_live():
            for waiter, line in python_locks(opened.memory, waiting_threads(target, opened.memory)):
                output.remark("PYLOCK", "lwp=%d %s" % (waiter.lwp, line))


def waiting_threads(target, memory):
    # type: (Target, Memory) -> list[Waiting]
    """Return the threads that are in a system call, of a live process or a core file."""
    if isinstance(memory, CoreMemory):
        return core_threads(memory)
    try:
        return threads_of(target.pid or 0)
    except EnvironmentError:  # it has ended
        return []


def ids(target, waiting):
    # type: (Target, list[Waiting]) -> dict[int, int]
    """Return the kernel's ids of a target's threads, by the ids that these have in their own namespace."""
    if not target.is_live():
        return dict((thread.lwp, thread.lwp) for thread in waiting)
    folder = "/proc/%d/task" % (target.pid or 0)
    try:
        threads = [int(name) for name in os.listdir(folder)]
    except OSError:
        return {}
    if len(status_of(target.pid or 0).get("NSpid", "").split()) < 2:
        return dict((thread, thread) for thread in threads)
    found = {}
    for thread in threads:
        inner = read_status("%s/%d/status" % (folder, thread)).get("NSpid", "").split()
        if inner:
            found[int(inner[-1])] = thread
    return found


def addresses(waiting):
    # type: (list[Waiting]) -> dict[int, int]
    """Return the address in memory that each thread waits at."""
    return dict((thread.lwp, thread.arguments[0]) for thread in waiting if thread.arguments)


def frames_of(interpreter, threads):
    # type: (Interpreter, list[PythonThread]) -> dict[int, list[tuple[int, int]]]
    """Return where the values of each thread's frames stand, by its id: addresses and counts of words."""
    return dict(
        (thread.lwp, [interpreter.frames.values(frame) for frame in thread.stack.frames])
        for thread in threads
        if thread.lwp
    )


def what_is_missing(target, interpreter, stopper):
    # type: (Target, Interpreter, Stopper | None) -> str
    if target.is_live() and not is_same(target):
        return "Process %s ended while it was looked at. Choose one that still runs." % target.pid
    if interpreter.cut:
        return "The list of Python's threads cannot be read to its end, so some may be missing."
    if stopper is not None and interpreter.is_running:
        return (
            "The threads could not be held while they were read: what is said of those that ran may be wrong."
        )
    if interpreter.moved:
        return (
            "%d threads ran while they were read: their frames may be of different moments."
            % interpreter.moved
        )
    return ""


def cannot_read(target, opened):
    # type: (Target, Opened) -> str
    if opened.is_refused and target.is_live():
        return explain_refusal(target)
    return "The Python frames of %s cannot be read: %s. Use another --tool." % (
        target.describe(),
        opened.reason,
    )


# --- The command ----------------------------------------------------------------------------


def write_through(request, place, descriptor):
    # type: (Request, Place | None, int | None) -> Result
    """Collect, then write to a descriptor, or a pipe or device, which cannot be put into place whole."""
    stream = tempfile.TemporaryFile()
    try:
        result = gather(request, Output(stream.fileno()))
        stream.seek(0)
        opened = open_special(place) if place is not None else os.dup(descriptor or 0)
        destination = os.fdopen(opened, "wb")
        try:
            shutil.copyfileobj(stream, destination)
        finally:
            destination.close()
    finally:
        stream.close()
    return result


def write_whole(request, place):
    # type: (Request, Place) -> Result
    """Collect into a file beside the wanted one, and put it into place only when it is whole."""
    descriptor, unfinished = tempfile.mkstemp(".part", ".%s." % place.name, place.at(""))
    try:
        result = gather(request, Output(descriptor, os.path.join(place.real, os.path.basename(unfinished))))
        os.fsync(descriptor)
        os.rename(unfinished, place.at(place.name))
        unfinished = ""
        if not os.path.samestat(os.fstat(descriptor), os.lstat(place.at(place.name))):
            raise CollectError("Somebody exchanged %s meanwhile. Give another file with -l." % place.wanted)
    finally:
        os.close(descriptor)
        if unfinished and os.path.exists(unfinished):
            os.unlink(unfinished)
    return result


def write(request, path):
    # type: (Request, str) -> Result
    """Collect and write what was seen to where the path leads."""
    descriptor = open_descriptor(path)
    if descriptor is not None:
        return write_through(request, None, descriptor)
    place = Place(path)
    try:
        status = place.status(place.name)
        if status is None or stat.S_ISREG(status.st_mode):
            return write_whole(request, place)
        check_special(place, status)
        return write_through(request, place, None)
    finally:
        place.close()


def run(argv, command):
    # type: (list[str], str) -> Result
    request, path = read_arguments(argv)
    request.command = command
    try:
        return write(request, path)
    except EnvironmentError as reason:
        name = "standard output" if path == "-" else one_line(path)
        raise CollectError("Cannot write %s: %s. Give another file with -l." % (name, reason.strerror))


def interrupt(number, frame):
    # type: (int, object) -> None
    raise Interrupted(number)


def open_standard_streams():
    # type: () -> None
    """Open those that are closed on nothing: a file that is opened next would take the place of one."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))


def say(sentence):
    # type: (str) -> None
    """Write a sentence to standard error; where nobody can read it, the exit status has to do."""
    try:
        sys.stderr.write("collect.py: %s\n" % one_line(sentence))
        sys.stderr.flush()
    except EnvironmentError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)  # Python would try again as it ends, and change the exit status
        os.close(nowhere)


def main(argv=None):
    # type: (list[str] | None) -> int
    """Run the command with its arguments (the program's own when left out) and return its exit status."""
    words = sys.argv if argv is None else ["collect.py"] + list(argv)
    open_standard_streams()
    previous = {}
    for number in (signal.SIGTERM, signal.SIGHUP):
        try:
            previous[number] = signal.signal(number, interrupt)
        except ValueError:  # not in the main thread, where signals are not ours to take
            break
    try:
        result = run(words[1:], " ".join(words))
        for sentence in result.problems + result.notes:
            say(sentence)
        return PARTLY_COLLECTED if result.problems else 0
    except CollectError as reason:
        say(str(reason))
        return NOTHING_COLLECTED
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Interrupted as reason:
        return 128 + int(reason.args[0])
    except SystemExit as reason:  # optparse, after --help or --version
        return int(reason.code or 0)
    finally:
        for number in previous:
            signal.signal(number, previous[number])


if __name__ == "__main__":
    sys.exit(main())
