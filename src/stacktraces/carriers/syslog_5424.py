"""Syslog as of RFC 5424: ``<11>1 2026-03-01T12:00:00.003Z host app 230 - - msg``.

Structured data is passed over, and so are an octet count before the line (RFC 6587) and a byte order
mark before the text.
"""

from . import Sample
from ._escapes import unescape
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "syslog-5424",
    "syslog (RFC 5424)",
    "transport",
    rb"(?:\d{1,7} )?<\d{1,3}>\d{1,2} (?P<time>\d{4}-\d\d-\d\dT\S{8,24}|-) (?:-|(?P<host>[!-~]{1,255})) "
    rb"(?:-|(?P<process>[!-~]{1,48})) (?:-|(?P<pid>[!-~]{1,128})) [!-~]{1,32} "
    rb'(?:-|(?:\[[^\s="\]]{1,32}(?: [^\s="\]]{1,32}="(?:[^"\\\]]|\\.)*+")*+\])++)(?: (?:\xef\xbb\xbf)?|\Z)',
    (
        Sample(
            b"<11>1 2026-03-01T12:00:00.003Z host app 230 - - Traceback (most recent call last):",
            b"Traceback (most recent call last):",
            "2026-03-01T12:00:00.003Z",
            {"host": "host", "process": "app", "pid": "230"},
        ),
        Sample(
            b'118 <165>1 2026-03-01T12:00:00+01:00 web.example app - ID47 [ex@32473 iut="3" '
            b'say="a \\"b\\] c"][p] \xef\xbb\xbfKeyError: 1',
            b"KeyError: 1",
            "2026-03-01T12:00:00+01:00",
            {"host": "web.example", "process": "app"},
        ),
        Sample(
            b"<11>1 2026-03-01T12:00:00.003Z host app - - - Traceback (most recent call last):#012  File",
            b"Traceback (most recent call last):\n  File",
            "2026-03-01T12:00:00.003Z",
            {"host": "host", "process": "app"},
        ),
    ),
    near_misses=(b"<11>1 2026-03-01 host app 230 - - x", b"<11>1 2026-03-01T12:00:00.003Z host app 230 -"),
    clean=unescape,
    header=b"<",
)
