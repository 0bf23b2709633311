"""loguru's text: ``2024-01-01 12:00:00.123 | ERROR    | module:function:12 - message``."""

from . import Sample
from ._prefix import TIME, prefix_carrier

CARRIER = prefix_carrier(
    "loguru",
    "loguru",
    "application",
    rb"(?P<time>"
    + TIME
    + rb") \| (?P<level>[A-Z]{3,12}) {0,8} \| (?P<logger>[^\s:|]{1,200}):[^\s|]{1,200}:\d{1,7} - ",
    (
        Sample(
            b"2026-11-23 01:26:03.502 | ERROR    | __main__:main:23 - no price for fig",
            b"no price for fig",
            "2026-11-23 01:26:03.502",
            {"level": "ERROR", "logger": "__main__"},
        ),
        Sample(
            b"2026-11-23 01:26:03.502 | INFO     | shop.api:<module>:3 - starting",
            b"starting",
            "2026-11-23 01:26:03.502",
            {"level": "INFO", "logger": "shop.api"},
        ),
    ),
    near_misses=(b"2026-11-23 01:26:03.502 | ERROR | x", b"2026-11-23 | ERROR    | a:b:1 - x"),
    bare_continuation=True,
)
