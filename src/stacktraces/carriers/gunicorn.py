"""gunicorn's error log: ``[2021-03-15 08:22:00 +0200] [34387] [INFO] message``; old ones with a bare time."""

from . import Sample
from ._prefix import LEVEL, TIME, prefix_carrier

CARRIER = prefix_carrier(
    "gunicorn",
    "gunicorn",
    "application",
    rb"\[?(?P<time>" + TIME + rb")\]? \[(?P<pid>\d{1,10})\] \[(?P<level>" + LEVEL + rb")\] ",
    (
        Sample(
            b"[2021-03-15 08:22:00 +0200] [34387] [INFO] Booting worker with pid: 34387",
            b"Booting worker with pid: 34387",
            "2021-03-15 08:22:00 +0200",
            {"pid": "34387", "level": "INFO"},
        ),
        Sample(
            b"2014-03-06 16:29:21 [4354] [INFO] Starting gunicorn 18.0",
            b"Starting gunicorn 18.0",
            "2014-03-06 16:29:21",
            {"pid": "4354", "level": "INFO"},
        ),
    ),
    near_misses=(b"[2021-03-15 08:22:00 +0200] [x] [INFO] y", b"[2021-03-15] [34387] [INFO] y"),
    bare_continuation=True,
)
