"""``docker compose logs``: ``web-1  | text``, in version 1 ``web_1  | text``.

The service names are padded to one width. A time follows with ``--timestamps``.
"""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "compose",
    "docker compose",
    "transport",
    rb"(?:\x1b\[[0-9;]{0,12}m)?(?P<process>[A-Za-z0-9][\w.-]{0,127}) {1,64}(?:\x1b\[[0-9;]{0,12}m)?"
    rb"\|(?:\x1b\[0?m)?(?: |(?=\r?(?:\n|\Z)))(?:\x1b\[0?m)?"
    rb"(?:(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) )?",
    (
        Sample(
            b"web-1       | Traceback (most recent call last):",
            b"Traceback (most recent call last):",
            fields={"process": "web-1"},
        ),
        Sample(b'web_1  |   File "a.py", line 1', b'  File "a.py", line 1', fields={"process": "web_1"}),
        Sample(b"db-1  | ", b"", fields={"process": "db-1"}),
        Sample(b"\x1b[36mdb-1  | \x1b[0mready", b"ready", fields={"process": "db-1"}),
        Sample(
            b"web-1  | 2026-03-01T12:00:00.123456789Z KeyError: 'x'",
            b"KeyError: 'x'",
            "2026-03-01T12:00:00.123456789Z",
            {"process": "web-1"},
        ),
    ),
    near_misses=(b"| a | b |", b"  | ValueError: x", b"two words | x", b"Error: a | b", b"web-1 || x"),
    generic=True,
    header=b"|",
)
