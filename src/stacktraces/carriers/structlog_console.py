"""structlog's console: ``2026-11-23T01:39:39.705163Z [error    ] request failed   path=/key``."""

from . import Sample
from ._prefix import LEVEL, TIME, prefix_carrier

CARRIER = prefix_carrier(
    "structlog-console",
    "structlog console",
    "application",
    rb"(?P<time>" + TIME + rb") \[(?P<level>" + LEVEL + rb") {1,9}\] ",
    (
        Sample(
            b"2026-11-23T01:39:39.705163Z [error    ] request failed                 path=/key worker=3",
            b"request failed                 path=/key worker=3",
            "2026-11-23T01:39:39.705163Z",
            {"level": "error"},
        ),
        Sample(
            b"2026-11-23 01:39:39 [warning  ] slow",
            b"slow",
            "2026-11-23 01:39:39",
            {"level": "warning"},
        ),
    ),
    near_misses=(b"2026-11-23T01:39:39.705163Z [error] x", b"2026-11-23T01:39:39.705163Z [odd      ] x"),
    bare_continuation=True,
)
