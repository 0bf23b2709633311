"""Monolog's lines, and those of loggers of PHP's frameworks: a time, a channel or a client, and a level."""

from . import Sample
from ._prefix import TIME, prefix_carrier

_LEVEL = rb"(?P<level>(?i:DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY))"

CARRIER = prefix_carrier(
    "monolog",
    "Monolog",
    "application",
    (
        # Monolog, Laravel, Symfony, Magento
        rb"\[(?P<time>" + TIME + rb")\] (?P<logger>[\w-]{1,60})\." + _LEVEL + rb": ",
        # Yii: the client, its user and session, the level, the category
        rb"(?P<time>" + TIME + rb") \[[^\]\n]{0,60}\]\[[^\]\n]{0,60}\]\[[^\]\n]{0,100}\]\["
        + _LEVEL + rb"\]\[(?P<logger>[^\]\n]{1,200})\] ",
        # CakePHP
        rb"(?P<time>" + TIME + rb") (?P<level>(?i:debug|info|notice|warning|error|critical|alert|emergency)): (?=\[)",
        # CodeIgniter
        rb"(?P<level>DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY) - (?P<time>" + TIME + rb") --> ",
    ),
    (
        Sample(
            b'[2026-03-01 12:00:00] production.ERROR: no price {"exception":"[object]"}',
            b'no price {"exception":"[object]"}',
            "2026-03-01 12:00:00",
            {"logger": "production", "level": "ERROR"},
        ),
        Sample(
            b"2026-03-01 12:00:00 [10.0.0.1][-][-][error][yii\\base\\ErrorException:8] no price",
            b"no price",
            "2026-03-01 12:00:00",
            {"logger": "yii\\base\\ErrorException:8", "level": "error"},
        ),
        Sample(
            b"2026-03-01 12:00:00 Error: [KeyError] no price",
            b"[KeyError] no price",
            "2026-03-01 12:00:00",
            {"level": "Error"},
        ),
        Sample(
            b"CRITICAL - 2026-03-01 12:00:00 --> no price",
            b"no price",
            "2026-03-01 12:00:00",
            {"level": "CRITICAL"},
        ),
    ),
    near_misses=(b"[2026-03-01 12:00:00] production: x", b"CRITICAL - 2026-03-01 --> x"),
    bare_continuation=True,
)  # fmt: skip
