"""Syslog as of RFC 3164, with or without the priority: ``<11>Oct 11 22:14:15 host app[230]: msg``.

Files of rsyslog and systemd-journald's ``short-iso`` have an ISO time in the same place. The notation
prints no year. A program is not called as errors are: ``2026-03-01T12:00:00Z printer TypeError: no paper`` is
what a logger wrote.
"""

from . import Sample
from ._escapes import unescape
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "syslog",
    "syslog (RFC 3164) and journalctl",
    "transport",
    rb"(?:<\d{1,3}>)?(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?"
    rb"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) "
    rb"(?P<host>[\w.:%-]{1,255}) (?P<process>(?![\w.$]{0,127}(?:Error|Exception):)[^\s:\[\]]{1,128})(?:\[(?P<pid>\d{1,10})\])?:"
    rb"(?: |(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b"<11>Oct 11 22:14:15 host app[230]: Traceback (most recent call last):",
            b"Traceback (most recent call last):",
            "Oct 11 22:14:15",
            {"host": "host", "process": "app", "pid": "230"},
        ),
        Sample(
            b'Nov  3 01:02:03 web-1 app:   File "/srv/app/a.py", line 3, in f',
            b'  File "/srv/app/a.py", line 3, in f',
            "Nov  3 01:02:03",
            {"host": "web-1", "process": "app"},
        ),
        Sample(
            b"2026-03-01T12:00:00.003+00:00 host gunicorn[9]: KeyError: 'x'#012#011more",
            b"KeyError: 'x'\n\tmore",
            "2026-03-01T12:00:00.003+00:00",
            {"host": "host", "process": "gunicorn", "pid": "9"},
        ),
    ),
    near_misses=(
        b"Oct 11 22:14:15 host no tag here",
        b"oct 11 22:14:15 host app[230]: x",
        b"2015-03-08 12:13:35,086 name WARNING msg",
        b"2015-03-08 12:13:35,086 - shop.orders - ERROR - no price: 3",
        b"2026-03-01T12:00:00Z printer TypeError: no paper",
    ),
    clean=unescape,
    padded=True,
)
