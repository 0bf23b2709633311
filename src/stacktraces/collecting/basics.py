"""Constants, errors and the small things that all other modules need."""

import os
import re
import sys
import time

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
