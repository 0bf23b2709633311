"""The logger of Nest, a framework of Node: ``[Nest] 7  - 03/01/2026, 9:00:00 AM   ERROR [Orders] text``."""

from __future__ import annotations

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "nest",
    "Nest",
    "application",
    rb"\[Nest\] (?P<pid>\d{1,10}) {1,4}- (?P<time>\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d(?: [AP]M)?) {1,8}"
    rb"(?P<level>LOG|ERROR|WARN|DEBUG|VERBOSE|FATAL)? {0,4}(?:\[(?P<logger>[^\]\n]{1,99})\] )?",
    (
        Sample(
            b"[Nest] 1234  - 02/01/2023, 10:11:12 AM   ERROR [ExceptionsHandler] no cart",
            b"no cart",
            "02/01/2023, 10:11:12 AM",
            {"pid": "1234", "level": "ERROR", "logger": "ExceptionsHandler"},
        ),
    ),
    near_misses=(b"[Nest] x", b"Nest 1234 - 02/01/2023"),
    bare_continuation=True,
)
