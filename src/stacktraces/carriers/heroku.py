"""Heroku's router of logs: ``2026-03-01T12:00:00.677020+00:00 app[web.1]: text``."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "heroku",
    "heroku logs",
    "transport",
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00) (?P<host>app|heroku)\[(?P<process>[\w.-]{1,64})\]:"
    rb"(?: |(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b"2026-03-01T12:00:00.677020+00:00 app[web.1]: Traceback (most recent call last):",
            b"Traceback (most recent call last):",
            "2026-03-01T12:00:00.677020+00:00",
            {"host": "app", "process": "web.1"},
        ),
        Sample(
            b'2026-03-01T12:00:00.677020+00:00 app[web.1]:   File "a.py", line 1, in f',
            b'  File "a.py", line 1, in f',
            "2026-03-01T12:00:00.677020+00:00",
            {"host": "app", "process": "web.1"},
        ),
    ),
    near_misses=(
        b"2026-03-01T12:00:00.677020+00:00 app[web.1] x",
        b"2026-03-01T12:00:00+00:00 host app[9]: x",
    ),
    header=b"+00:00 ",
)
