"""A trace in a quoted string of some line: the last resort for notations that no other carrier knows."""

from . import Carrier, Record, Sample


def _unwrap(line: bytes) -> Record | None:
    return Record(line, complete=True) if b"\\n" in line else None


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
    quoted_trace="always",
)
