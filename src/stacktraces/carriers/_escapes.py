"""Control characters as syslog daemons write them: ``#012`` (rsyslog) and ``\\012``, in octal."""

import base64
import re

from .._regex import regex

_ESCAPE = regex(rb"[#\\]0([0-3][0-7])")


def _character(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 8),))


def unescape(text: bytes) -> bytes:
    """``text`` with its line ends and tabs restored, where it holds an escaped one."""
    if b"#01" in text or b"\\012" in text:
        return _ESCAPE.sub(_character, text)
    return text


NO_BREAK_SPACE = "\xa0".encode()

BASE64_HEADERS = tuple(
    base64.b64encode(b"\0" * before + b"Traceback (most recent call last):")[start:44]
    for before, start in ((0, 0), (1, 2), (2, 3))
)
"""Python's header in base64, behind any number of bytes."""
BASE64_HEADER = b"|".join(each.replace(b"+", rb"\+") for each in BASE64_HEADERS)
