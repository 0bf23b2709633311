"""A trace in a quoted string of some line: the last resort for notations that no other carrier knows."""

from . import Carrier, Record, Sample
from ._escaped import escaped_trace


def _unwrap(line: bytes) -> Record | None:
    found = escaped_trace(line)
    if found is None:
        return None
    start, text = found
    before = line[:start].strip()
    return Record(before + b"\n" + text if before else text, complete=True)


CARRIER = Carrier(
    name="quoted",
    title="a trace in a quoted string",
    layer="envelope",
    unwrap=_unwrap,
    samples=(
        Sample(
            b"job 7 failed: b'it\\'s slow\\nTraceback (most recent call last):\\n"
            b"  File \"/srv/app/a.py\", line 3, in f\\nKeyError: \\'x\\'\\n'",
            b"job 7 failed:\nTraceback (most recent call last):\n"
            b"  File \"/srv/app/a.py\", line 3, in f\nKeyError: 'x'\n",
        ),
        Sample(
            b'level=error exception="Traceback (most recent call last):\\n  File \\"/srv/app/a.py\\", line 3, in f\\n'
            b"KeyError: 'x'\"",
            b"level=error exception=\nTraceback (most recent call last):\n"
            b"  File \"/srv/app/a.py\", line 3, in f\nKeyError: 'x'",
        ),
        Sample(
            b'"{\\"a\\": \\"Traceback (most recent call last):\\\\nKeyError: 1\\"}"',
            b"Traceback (most recent call last):\nKeyError: 1",
        ),
    ),
    near_misses=(
        b'print("Traceback (most recent call last):")',
        b'{"a": "one\\ntwo"}',
        b"Traceback (most recent call last):\\n",
        b"    raise Failed('Traceback (most recent call last):\\n  File \\'a.py\\'')",
        b"RuntimeError: job failed: 'Traceback (most recent call last):\\n  File'",
        b"it didn't say Traceback (most recent call last):\\n",
    ),
    generic=True,
)
