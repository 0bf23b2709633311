"""Where the output goes: links that others made are not followed."""

import errno
import fcntl
import os
import stat
import sys

from .basics import CollectError, one_line

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
