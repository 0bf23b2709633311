"""The console logger of .NET: a level of four letters, the category, and an event's number; the message stands below."""

from __future__ import annotations

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "aspnet-console",
    ".NET's console logger",
    "application",
    rb"(?:(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,7})?(?: ?(?:Z|[+-]\d\d:\d\d))?)\]? |\d\d:\d\d:\d\d(?:\.\d{1,7})? )?"
    rb"(?P<level>trce|dbug|info|warn|fail|crit): (?P<logger>[\w.`+$-]{1,299})\[\d{1,10}\] {0,8}",
    (
        Sample(b"fail: Shop.Cart[13]", b"", fields={"level": "fail", "logger": "Shop.Cart"}),
        Sample(
            b"2023-02-01 10:11:12 fail: Shop.Cart[0]",
            b"",
            "2023-02-01 10:11:12",
            {"level": "fail", "logger": "Shop.Cart"},
        ),
    ),
    near_misses=(b"fail: x", b"info: shop.api started"),
    bare_continuation=True,
)
