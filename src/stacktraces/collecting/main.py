"""The command."""

import os
import shutil
import signal
import stat
import sys
import tempfile

from .arguments import read_arguments
from .basics import NOTHING_COLLECTED, PARTLY_COLLECTED, CollectError, Interrupted, one_line
from .places import Place, check_special, open_descriptor, open_special
from .request import Output, Request, Result
from .sections import gather


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
