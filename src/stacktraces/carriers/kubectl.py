"""``kubectl logs --prefix``: ``[pod/web-7f9/app] text``; with ``--timestamps`` a time follows."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "kubectl",
    "kubectl logs --prefix",
    "transport",
    rb"\[pod/(?P<pod>[a-z0-9.-]{1,253})/(?P<container>[a-z0-9-]{1,63})\](?: |(?=\r?(?:\n|\Z)))"
    rb"(?:(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) (?!std(?:out|err) [PF]))?",
    (
        Sample(
            b'[pod/web-7f9c-x2x/app]   File "/srv/app/shop.py", line 3, in f',
            b'  File "/srv/app/shop.py", line 3, in f',
            fields={"pod": "web-7f9c-x2x", "container": "app"},
        ),
        Sample(
            b"[pod/web-0/app] 2026-03-01T12:00:00.123456789Z KeyError: 'x'",
            b"KeyError: 'x'",
            "2026-03-01T12:00:00.123456789Z",
            {"pod": "web-0", "container": "app"},
        ),
        Sample(b"[pod/web-0/app]", b"", fields={"pod": "web-0", "container": "app"}),
        Sample(
            b"[pod/web-0/app] 2026-03-01T12:00:00.123456789Z stdout F x",
            b"2026-03-01T12:00:00.123456789Z stdout F x",
            fields={"pod": "web-0", "container": "app"},
        ),
    ),
    near_misses=(b"[pod/web-0] x", b"[web-0/app] x"),
    header=b"[pod/",
)
