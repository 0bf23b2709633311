"""uWSGI's request log: ``[pid: 10876|app: 0|req: 7/7] 10.0.0.1 () {70 vars in 3333 bytes} […] GET /x``."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "uwsgi",
    "uWSGI",
    "application",
    rb"\[pid: (?P<pid>\d{1,10})\|app: -?\d{1,9}\|req: -?\d{1,12}/\d{1,12}\] [^\n\[{]{0,300}"
    rb"\{\d{1,9} vars in \d{1,12} bytes\} \[(?P<time>[^\]\n]{1,40})\] ",
    (
        Sample(
            b"[pid: 10876|app: 0|req: 7/7] 10.0.0.1 () {70 vars in 3333 bytes} "
            b"[Sat Apr 18 21:34:03 2015] GET /x => generated 0 bytes in 19 msecs",
            b"GET /x => generated 0 bytes in 19 msecs",
            "Sat Apr 18 21:34:03 2015",
            {"pid": "10876"},
        ),
    ),
    near_misses=(b"[pid: x|app: 0|req: 7/7] 10.0.0.1", b"[pid: 10876] GET /x"),
    bare_continuation=True,
)
