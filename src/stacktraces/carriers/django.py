"""Django's log lines: ``[14/Mar/2015 01:37:05] ERROR [django.request:231] message``."""

from . import Sample
from ._prefix import LEVEL, prefix_carrier

_AT = rb"\[(?P<time>\d{1,2}/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?: [+-]\d{4})?)\] "

CARRIER = prefix_carrier(
    "django",
    "Django",
    "application",
    (
        _AT + rb"(?P<level>" + LEVEL + rb") {1,8}\[(?P<logger>[\w.-]{1,199})(?::\d{1,7})?\] ",
        _AT,
    ),
    (
        Sample(
            b"[14/Mar/2015 01:37:05] ERROR [django.request:231] Internal Server Error: /fail/key",
            b"Internal Server Error: /fail/key",
            "14/Mar/2015 01:37:05",
            {"level": "ERROR", "logger": "django.request"},
        ),
        Sample(
            b'[23/Nov/2026 01:29:04] "GET /ok HTTP/1.1" 200 2',
            b'"GET /ok HTTP/1.1" 200 2',
            "23/Nov/2026 01:29:04",
        ),
    ),
    near_misses=(b"[14/Mar/2015] ERROR x", b"14/Mar/2015 01:37:05 ERROR x"),
    bare_continuation=True,
)
