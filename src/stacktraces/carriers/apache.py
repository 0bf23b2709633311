"""Apache httpd's error log, and mod_wsgi's lines in it.

``[Tue Oct 17 09:53:43.538387 2017] [wsgi:error] [pid 7593:tid 140…] [remote 1.2.3.4:26449]   File "…"``.
Every line bears the prefix; the request's referer follows the text.
"""

from .._regex import regex
from . import Sample
from ._prefix import prefix_carrier

_TRAILER = regex(rb"(?:, referer: \S{1,8192})?(?:\\r)?\Z")


def _clean(text: bytes) -> bytes:
    cut = text.rfind(b", referer: ")
    if cut >= 0 or text.endswith(b"\\r"):
        found = _TRAILER.search(text, max(cut, 0) if cut >= 0 else len(text) - 2)
        if found:
            text = text[: found.start()]
    return text.removesuffix(b"\\r")


CARRIER = prefix_carrier(
    "apache",
    "Apache httpd error log",
    "transport",
    rb"\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? \d{4})\] "
    rb"\[(?:(?P<logger>[\w-]{1,40}):)?(?P<level>[a-z]{4,6}\d?)\] "
    rb"(?:\[pid (?P<pid>\d{1,10})(?::tid (?P<thread>\d{1,20}))?\] )?"
    rb"(?:\[(?:client|remote) [^\]\n]{1,99}\] )?",
    (
        Sample(
            b"[Tue Oct 17 09:53:43.538387 2017] [wsgi:error] [pid 7593:tid 140226] [remote 1.2.3.4:26449] "
            b'  File "/srv/app/app.py", line 5, in application',
            b'  File "/srv/app/app.py", line 5, in application',
            "Tue Oct 17 09:53:43.538387 2017",
            {"logger": "wsgi", "level": "error", "pid": "7593", "thread": "140226"},
        ),
        Sample(
            b"[Mon Nov 23 02:03:31.402735 2026] [wsgi:error] [pid 5570:tid 5573] [client 127.0.0.1:49712] "
            b"ValueError: line one, referer: http://ref.example/x",
            b"ValueError: line one",
            "Mon Nov 23 02:03:31.402735 2026",
            {"logger": "wsgi", "level": "error", "pid": "5570", "thread": "5573"},
        ),
        Sample(
            b"[Thu Mar 06 16:29:21 2014] [error] [client 10.0.0.1] KeyError: 'x'\\r",
            b"KeyError: 'x'",
            "Thu Mar 06 16:29:21 2014",
            {"level": "error"},
        ),
    ),
    near_misses=(
        b"[Tue Oct 17 09:53:43.538387 2017] wsgi:error x",
        b"[Sat Apr 18 21:34:03 2015] GET /x => generated 0 bytes",
    ),
    clean=_clean,
    header=b"] [",
)
