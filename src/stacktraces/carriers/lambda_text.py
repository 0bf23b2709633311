"""AWS Lambda's text log.

An error that left a handler is one event whose lines end in CR, with the error first and frames indented
by no-break spaces: ``[ERROR] KeyError: 'x'⏎Traceback (most recent call last):⏎  File "…"``. It is put in
the order of the ``traceback`` module. Source: aws-lambda-python-runtime-interface-client, bootstrap.py.
"""

from .._regex import regex
from ..log_records.clock import PRINTED
from . import Carrier, Record, Sample
from ._escapes import NO_BREAK_SPACE

_LONGEST_PREFIX = 400
_RUN = regex(rb"(?<! ) (?= {2,8}\S)")
_SPACED_HEADER = b" Traceback (most recent call last):   "
"""Where a page or an export made blanks of the line ends."""
_HEADER = b"\rTraceback (most recent call last):\r"


def _unwrap(line: bytes) -> Record | None:
    before, _, event = line.partition(b"[ERROR] ")
    error, header, frames = event.partition(_HEADER)
    if not header:
        error, header, frames = event.partition(_SPACED_HEADER)
        frames = _RUN.sub(b"\r", b"  " + frames)
    if not header or len(before) > _LONGEST_PREFIX or b"\r" in before or _HEADER[1:-1] in error:
        return None
    time = PRINTED.search(before)
    body = frames.replace(NO_BREAK_SPACE, b" ").replace(b"\r", b"\n").rstrip(b"\n ")
    final = error.replace(NO_BREAK_SPACE, b" ").replace(b"\r", b"\n")
    text = b"Traceback (most recent call last):\n" + body + b"\n" + final
    return Record(text, time.group().decode() if time else None, {"level": "ERROR"}, complete=True)


CARRIER = Carrier(
    name="lambda-text",
    title="AWS Lambda, text",
    layer="envelope",
    unwrap=_unwrap,
    samples=(
        Sample(
            "[ERROR] KeyError: 'x'\rTraceback (most recent call last):\r"
            '\xa0\xa0File "/var/task/app.py", line 3, in handler\r\xa0\xa0\xa0\xa0return event["x"]'.encode(),
            b'Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in handler\n'
            b"    return event[\"x\"]\nKeyError: 'x'",
            fields={"level": "ERROR"},
        ),
    ),
    header=b"[ERROR] ",
    near_misses=(
        b"[ERROR] KeyError: 'x'",
        b"[INFO] x\rTraceback (most recent call last):\r",
        b"[ERROR] Traceback (most recent call last):\rKeyError: 1\r\rTraceback (most recent call last):\r",
    ),
)
