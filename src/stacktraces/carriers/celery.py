"""Celery's worker log: ``[2023-04-15 16:12:17,491: WARNING/ForkPoolWorker-4] message``.

What a task prints is logged piece by piece, so the lines of a printed trace bear the prefix where a
piece starts; a source line is part of the piece of its frame and stands bare.
"""

from . import Sample
from ._prefix import LEVEL, prefix_carrier

CARRIER = prefix_carrier(
    "celery",
    "Celery",
    "application",
    rb"\[(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[,.]\d{3,6}): (?P<level>"
    + LEVEL
    + rb")/(?P<process>[^\]\n]{1,99})\] ",
    (
        Sample(
            b"[2023-04-15 16:12:17,491: WARNING/ForkPoolWorker-4] Traceback (most recent call last):",
            b"Traceback (most recent call last):",
            "2023-04-15 16:12:17,491",
            {"level": "WARNING", "process": "ForkPoolWorker-4"},
        ),
        Sample(
            b'[2023-04-15 16:12:17,491: WARNING/MainProcess]   File "/srv/app/tasks.py", line 3, in f',
            b'  File "/srv/app/tasks.py", line 3, in f',
            "2023-04-15 16:12:17,491",
            {"level": "WARNING", "process": "MainProcess"},
        ),
    ),
    near_misses=(
        b"[2023-04-15 16:12:17,491 WARNING/ForkPoolWorker-4] x",
        b"[2023-04-15 16:12:17: WARNING] x",
    ),
    bare_continuation=True,
)
