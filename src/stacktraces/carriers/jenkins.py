"""Jenkins with its Timestamper: ``[2024-05-01T12:00:00.123Z] text``.

Programs put the same before the first line of an event, so it is taken off where a trace bears it on each line.
"""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "jenkins",
    "Jenkins, Timestamper",
    "application",
    rb"\[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\](?: |(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b'[2024-05-01T12:00:00.123Z]   File "/srv/app/a.py", line 3, in f',
            b'  File "/srv/app/a.py", line 3, in f',
            "2024-05-01T12:00:00.123Z",
        ),
        Sample(b"[2024-05-01T12:00:00.123Z] KeyError: 'x'", b"KeyError: 'x'", "2024-05-01T12:00:00.123Z"),
        Sample(b"[2024-05-01T12:00:00.123Z]", b"", "2024-05-01T12:00:00.123Z"),
    ),
    near_misses=(b"[2024-05-01 12:00:00 +0000] [7] [INFO] x", b"2024-05-01T12:00:00.123Z x"),
    bare_continuation=True,
    header=b"Z]",
)
