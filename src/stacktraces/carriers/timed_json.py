"""A time before a JSON record, where ``ci`` does not know it."""

from . import Sample
from ._prefix import TIME, prefix_carrier

CARRIER = prefix_carrier(
    "timed-json",
    "a time before JSON",
    "transport",
    rb"(?P<time>" + TIME + rb")[ \t](?=\{\")",
    (
        Sample(
            b'2026-03-01T12:00:00,123 {"level":"error","msg":"KeyError: 1"}',
            b'{"level":"error","msg":"KeyError: 1"}',
            "2026-03-01T12:00:00,123",
        ),
    ),
    near_misses=(b'2026-03-01T12:00:00Z app {"a":1}', b"2026-03-01T12:00:00Z {a}"),
    header=b'{"',
    ships_records=True,
)
