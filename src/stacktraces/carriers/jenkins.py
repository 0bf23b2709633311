"""Jenkins with its Timestamper: ``[2024-05-01T12:00:00.123Z] text``.

Programs put the same before the first line of an event only; Jenkins also before lines that are blank or indented.
"""

import re

from .._regex import regex
from . import Sample
from ._prefix import prefix_carrier

_TIME = rb"\[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\]"

CARRIER = prefix_carrier(
    "jenkins",
    "Jenkins, Timestamper",
    "file",
    _TIME + rb"(?: |(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b'[2024-05-01T12:00:00.123Z]   File "/srv/app/a.py", line 3, in f',
            b'  File "/srv/app/a.py", line 3, in f',
            "2024-05-01T12:00:00.123Z",
        ),
        Sample(b"[2024-05-01T12:00:00.123Z] + make test", b"+ make test", "2024-05-01T12:00:00.123Z"),
        Sample(b"[2024-05-01T12:00:00.123Z]", b"", "2024-05-01T12:00:00.123Z"),
    ),
    near_misses=(b"[2024-05-01 12:00:00 +0000] [7] [INFO] x", b"2024-05-01T12:00:00.123Z x"),
    generic=True,
    sign=regex(rb"^" + _TIME + rb"(?: ?\r?$| [ \t]| \+ )", re.MULTILINE),
    header=b"Z]",
)
