"""What Lambda's ``logging`` handler prints: ``[ERROR]⇥2026-03-01T12:00:00.123Z⇥request-id⇥message``."""

from . import Sample
from ._prefix import LEVEL, prefix_carrier

CARRIER = prefix_carrier(
    "lambda-logger",
    "AWS Lambda, Python logging",
    "application",
    rb"\[(?P<level>"
    + LEVEL
    + rb")\]\t(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\t(?P<task>[\w-]{1,64})?\t",
    (
        Sample(
            b"[ERROR]\t2026-03-01T12:00:00.123Z\t8c1f-42\tno price",
            b"no price",
            "2026-03-01T12:00:00.123Z",
            {"level": "ERROR", "task": "8c1f-42"},
        ),
        Sample(
            b"[INFO]\t2026-03-01T12:00:00.123Z\t\tcold start",
            b"cold start",
            "2026-03-01T12:00:00.123Z",
            {"level": "INFO"},
        ),
    ),
    near_misses=(b"[ERROR] 2026-03-01T12:00:00.123Z x", b"[ERROR]\t2026-03-01\tx\ty"),
    bare_continuation=True,
)
