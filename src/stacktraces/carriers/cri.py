"""Kubernetes' log files (CRI): ``2019-04-30T02:12:41.8443515Z stderr P text``.

Every line is one piece of one stream; a piece tagged ``P`` goes on in that stream's next line.
Source: the CRI logging format in Kubernetes' design proposals; tags after a colon are reserved there.
"""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "cri",
    "Kubernetes container log (CRI)",
    "file",
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) "
    rb"(?P<stream>stdout|stderr) (?P<partial>[PF])(?::[^ \n]{0,99})?(?: |(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b"2019-04-30T02:12:41.8443515Z stderr F Traceback (most recent call last):",
            b"Traceback (most recent call last):",
            "2019-04-30T02:12:41.8443515Z",
            {"stream": "stderr"},
        ),
        Sample(
            b'2026-03-01T12:00:00.123456789+01:00 stdout P   File "/srv/app/shop.py", li',
            b'  File "/srv/app/shop.py", li',
            "2026-03-01T12:00:00.123456789+01:00",
            {"stream": "stdout"},
            partial=True,
        ),
        Sample(b"2026-03-01T12:00:00Z stdout F ", b"", "2026-03-01T12:00:00Z", {"stream": "stdout"}),
        Sample(b"2026-03-01T12:00:00Z stdout F", b"", "2026-03-01T12:00:00Z", {"stream": "stdout"}),
    ),
    near_misses=(
        b"2019-04-30T02:12:41.8443515Z stderr X text",
        b"2019-04-30T02:12:41.8443515Z stdin F text",
        b"2019-04-30 02:12:41 stderr F text",
    ),
    header=b" std",
)
