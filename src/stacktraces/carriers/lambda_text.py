"""AWS Lambda's text log.

An error that left a handler is one event whose lines end in CR, with the error first and frames indented
by no-break spaces: ``[ERROR] KeyError: 'x'⏎Traceback (most recent call last):⏎  File "…"``. It is put in
the order of the ``traceback`` module. Source: aws-lambda-python-runtime-interface-client, bootstrap.py.
"""

from . import Carrier, Record, Sample
from ._escapes import NO_BREAK_SPACE

_HEADER = b"\rTraceback (most recent call last):\r"


def _unwrap(line: bytes) -> Record | None:
    if not line.startswith(b"[ERROR] "):
        return None
    error, header, frames = line[len(b"[ERROR] ") :].partition(_HEADER)
    if not header:
        return None
    body = frames.replace(NO_BREAK_SPACE, b" ").replace(b"\r", b"\n").rstrip(b"\n ")
    final = error.replace(NO_BREAK_SPACE, b" ").replace(b"\r", b"\n")
    text = b"Traceback (most recent call last):\n" + body + b"\n" + final
    return Record(text, None, {"level": "ERROR"}, complete=True)


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
    header=_HEADER,
    near_misses=(b"[ERROR] KeyError: 'x'", b"[INFO] x\rTraceback (most recent call last):\r"),
)
