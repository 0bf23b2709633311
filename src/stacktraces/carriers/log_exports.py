"""What stores of logs hand out with a line for each event: ``aws logs … --output text`` and Papertrail's archives.

The columns of AWS' are the keys of an event in the order of the alphabet. Papertrail's are described in its
documentation of permanent archives.
"""

from __future__ import annotations

from .._regex import regex
from . import Carrier, Record, Sample
from ._prefix import prefix_carrier

_EVENT = regex(
    rb"EVENTS\t(?:\d{20,60}\t)?\d{13}\t(?:(?P<stream>[^\t\n:*]{1,512}+)\t)?(?P<text>.*)\t(?P<time>\d{13})"
)


def _unwrap(line: bytes) -> Record | None:
    found = _EVENT.fullmatch(line)
    if found is None:
        return None
    stream = found["stream"]
    fields = {"source": stream.decode("utf-8", "backslashreplace")} if stream else {}
    return Record(found["text"], found["time"].decode(), fields)


CARRIERS = (
    Carrier(
        name="cloudwatch-text",
        title="aws logs, as text",
        layer="transport",
        unwrap=_unwrap,
        samples=(
            Sample(
                b"EVENTS\t36741296400000000000000000000000000000000000000000000001\t1793527201000\tweb/1\tKeyError: 1"
                b"\t1793527200123",
                b"KeyError: 1",
                "1793527200123",
                {"source": "web/1"},
            ),
            Sample(
                b'EVENTS\t1793527201000\t  File "a.py", line 3, in f\t1793527200123',
                b'  File "a.py", line 3, in f',
                "1793527200123",
            ),
        ),
        header=b"EVENTS\t",
        near_misses=(b"EVENTS\tx\ty\tz", b"EVENTS\t1793527201000\tx"),
    ),
    prefix_carrier(
        "papertrail",
        "Papertrail's archives",
        "transport",
        rb"\d{4,20}\t(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?)\t[\d-]{10}[T ][^\t\n]{8,20}\t"
        rb"\d{1,20}\t(?P<host>[^\t\n]{0,255})\t[^\t\n]{0,64}\t(?P<_facility>[A-Za-z0-9]{0,16})\t"
        rb"(?P<level>[A-Za-z]{0,16})\t(?P<process>[^\t\n]{0,128})\t",
        (
            Sample(
                b"50342052\t2026-03-01T12:00:00\t2026-03-01T12:00:01\t42\tweb-1\t10.0.0.1\tUser\tError\tapp/web.1\tKeyError: 1",
                b"KeyError: 1",
                "2026-03-01T12:00:00",
                {"host": "web-1", "level": "Error", "process": "app/web.1"},
            ),
        ),
        near_misses=(b"50342052\t2026-03-01T12:00:00\tKeyError: 1", b"7\tx\ty\tz\ta\tb\tc\td\te\tf"),
    ),
)
