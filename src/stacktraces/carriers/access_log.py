"""A web server's access line: ``127.0.0.1 - - [23/Nov/2026:01:27:23 +0000] "GET /ok HTTP/1.1" 200``.

Werkzeug and the standard library's http.server print the same with a space in the time.
"""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "access-log",
    "web server's access log",
    "application",
    rb"[\w.:%-]{3,255} [^\s\[\]]{1,64} [^\s\[\]]{1,64} "
    rb"\[(?P<time>\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?)\] ",
    (
        Sample(
            b'127.0.0.1 - - [23/Nov/2026:01:27:23 +0000] "GET /ok HTTP/1.1" 200 2 "-" "curl"',
            b'"GET /ok HTTP/1.1" 200 2 "-" "curl"',
            "23/Nov/2026:01:27:23 +0000",
        ),
        Sample(
            b'127.0.0.1 - - [23/Nov/2026 01:27:23] "GET /ok HTTP/1.1" 200 -',
            b'"GET /ok HTTP/1.1" 200 -',
            "23/Nov/2026 01:27:23",
        ),
    ),
    near_misses=(b'127.0.0.1 [23/Nov/2026:01:27:23 +0000] "GET /"', b"[23/Nov/2026 01:29:04] x"),
    bare_continuation=True,
)
