"""A trace on one line, in a string or with its line ends written otherwise: the last resort."""

from .._regex import regex
from . import Carrier, Record, Sample
from ._escapes import BASE64_HEADER, BASE64_HEADERS

_FRAME = rb"[ \t|;,]{1,12}(?i:at (?:async |new )?)[\w$.<>\[\]`+/@~-]{1,400} ?\("
MARKS = regex(
    # Each alternative starts with a byte of its own, in one case: lines that hold none of them are passed over
    # several times as fast.
    rb"\\(?i:n|x0a|u000a|012)|#012|%0[aA]|\^[jJ]|\r.|&#(?i:10|x0{0,3}a|13|x0{0,3}d);|<(?i:br)\s{0,8}/?>"
    rb"|\xe2(?:\x90[\xa4\x8a]|\x8f\x8e|\x86\xb5|\x80[\xa8\xa9])|\xc2\x85|\",\s{0,64}[\"']|',\s{0,64}[\"']"
    rb"|:\|(?<=(?i:last\):\|))[nN]|: (?<=(?i:last\): ))(?:(?:\| )? {2,8}\S|(?i:file) \")"
    rb"|:(?<=last\):)(?:`n|[^\w\n]){1,12}+File \""
    rb"|\)" + _FRAME + rb"|:(?i:line) \d{1,9}" + _FRAME + rb"|---" + _FRAME + rb"|" + BASE64_HEADER
)
"""What stands for a line end where a trace is written on one line."""


def _unwrap(line: bytes) -> Record | None:
    """A line that ends with a backslash is a part of a string that goes on."""
    return Record(line, complete=True) if MARKS.search(line) and line[-1:] != b"\\" else None


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
        Sample(
            b"failed: ['Traceback (most recent call last):', '  File \"/srv/app/a.py\", line 3, in f', \"KeyError: 'x'\"]",
            b"failed:\nTraceback (most recent call last):\n"
            b"  File \"/srv/app/a.py\", line 3, in f\nKeyError: 'x'",
        ),
        Sample(
            b"failed: java.io.IOException: disk at shop.Disk.read(Disk.java:3) at shop.Main.main(Main.java:9) ... 2 more",
            b"failed: java.io.IOException: disk\n    at shop.Disk.read(Disk.java:3)\n    at shop.Main.main(Main.java:9)\n"
            b"    ... 2 more",
        ),
        Sample(
            b'failed: Traceback (most recent call last):\\n  File \\"/srv/app/a.py\\", line 3, in f\\nKeyError: 1',
            b'failed: Traceback (most recent call last):\n  File "/srv/app/a.py", line 3, in f\nKeyError: 1',
        ),
        Sample(
            b"job 7 failed: VHJhY2ViYWNrIChtb3N0IHJlY2VudCBjYWxsIGxhc3QpOgogIEZpbGUgIi9zcnYvYXBwL2EucHkiLCBsaW5lIDMsIGluIGYK"
            b"S2V5RXJyb3I6IDEK",
            b'job 7 failed:\nTraceback (most recent call last):\n  File "/srv/app/a.py", line 3, in f\nKeyError: 1\n',
        ),
    ),
    near_misses=(
        b'print("Traceback (most recent call last):")',
        b'{"a": "one\\ntwo"}',
        b"Traceback (most recent call last):\\n",
        b"see ['Traceback', 'File']",
        b"    raise Failed('Traceback (most recent call last):\\n  File \\'a.py\\'')",
        b"RuntimeError: job failed: 'Traceback (most recent call last):\\n  File'",
        b"looked (twice) at shop.Main (again) at noon",
        b"it didn't say Traceback (most recent call last):\\n",
    ),
    sign=MARKS,
    generic=True,
    quoted_trace="always",
    hints=(
        b".java:",
        b"%0A%20%20File%20%22",
        b"%0A++File+%22",
        b"#012#011at ",
        b"\\n\\tat ",
        b"&#10;&#9;at ",
        b'"    at ',
        b"'    at ",
        *BASE64_HEADERS,
    ),
)
