"""stern: ``pod container text``, the pod's name with the suffix that a controller gave it."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "stern",
    "stern",
    "transport",
    rb"(?:\x1b\[[0-9;]{1,12}m)?(?P<pod>[a-z0-9](?:[a-z0-9.-]{0,240})-[a-z0-9]{1,10})(?:\x1b\[0?m)? "
    rb"(?:\xe2\x80\xba )?(?:\x1b\[[0-9;]{1,12}m)?(?P<container>[a-z0-9][a-z0-9-]{0,62})(?:\x1b\[0?m)?"
    rb"(?: |(?=\r?(?:\n|\Z)))"
    rb"(?:(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) )?",
    (
        Sample(
            b'web-7f9c6d5b8-x2x9k app   File "/srv/app/shop.py", line 3, in f',
            b'  File "/srv/app/shop.py", line 3, in f',
            fields={"pod": "web-7f9c6d5b8-x2x9k", "container": "app"},
        ),
        Sample(
            b"\x1b[36mdb-0\x1b[0m \xe2\x80\xba \x1b[36mpostgres\x1b[0m ready",
            b"ready",
            fields={"pod": "db-0", "container": "postgres"},
        ),
    ),
    near_misses=(b"Web-0 app x", b"web app x", b"web-0  app x"),
    generic=True,
)
