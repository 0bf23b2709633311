"""Lines in the manner of glog: ``E0427 13:23:32.123456 12345 impl.py:414] text``.

Programs whose formatter puts it before each line of a message (vLLM, SkyPilot) write
``E 04-27 13:23:32 impl.py:414]   File "…"`` or ``ERROR 04-27 13:23:32 [core.py:414] text``.
"""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "glog",
    "glog",
    "application",
    rb"(?:\([^()\n]{1,80}\) )?(?P<level>[DIWEFC]|[A-Z]{4,8}) ?(?P<time>\d\d-?\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)"
    rb"(?: {1,8}(?P<thread>\d{1,20}))? \[?(?P<logger>[\w./<>-]{1,200}:\d{1,7})\](?: |(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b'E 04-27 13:23:32 impl.py:414]   File "/srv/app/a.py", line 3, in f',
            b'  File "/srv/app/a.py", line 3, in f',
            "04-27 13:23:32",
            {"level": "E", "logger": "impl.py:414"},
        ),
        Sample(
            b"E1123 02:02:55.510536 140440920902528 ab.py:8] caught",
            b"caught",
            "1123 02:02:55.510536",
            {"level": "E", "thread": "140440920902528", "logger": "ab.py:8"},
        ),
        Sample(
            b"(EngineCore pid=42) ERROR 04-27 13:23:32 [core.py:414] KeyError: 'x'",
            b"KeyError: 'x'",
            "04-27 13:23:32",
            {"level": "ERROR", "logger": "core.py:414"},
        ),
    ),
    near_misses=(b"E 04-27 13:23:32 impl.py] x", b"X1123 02:02:55.510536 1 ab.py:8] x", b"E1123 a.py:8] x"),
    bare_continuation=True,
)
