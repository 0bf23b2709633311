"""pm2's log: ``0|MINER  | text``, the name padded; a time stands between with ``--time``."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "pm2",
    "pm2 logs",
    "transport",
    rb"(?P<instance>\d{1,6})\|(?P<process>[^|\n]{1,64}?) {0,64}\|(?: |(?=\r?(?:\n|\Z)))"
    rb"(?:(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d)?): )?",
    (
        Sample(
            b"0|MINER  | Traceback (most recent call last):",
            b"Traceback (most recent call last):",
            fields={"instance": "0", "process": "MINER"},
        ),
        Sample(
            b"12|web app | 2026-03-01T12:00:00: KeyError: 'x'",
            b"KeyError: 'x'",
            "2026-03-01T12:00:00",
            {"instance": "12", "process": "web app"},
        ),
    ),
    near_misses=(b"|0|MINER | x", b"0|MINER x", b"x|MINER | x"),
    generic=True,
    header=b"|",
)
