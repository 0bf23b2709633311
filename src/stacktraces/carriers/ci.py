"""Logs of CI runs and others with a time before every line.

GitHub Actions and Azure Pipelines: ``2024-05-01T12:00:00.1234567Z ##[error]text``; ``gh run view --log``:
``job⇥step⇥time text``; ``docker logs -t`` and ``kubectl logs --timestamps`` the time alone, the latter in the node's time zone.
"""

from .._regex import regex
from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "ci",
    "CI log, a time before every line",
    "file",
    rb"(?:(?P<process>[^\t\n]{1,200})\t[^\t\n]{1,200}\t)?(?:\xef\xbb\xbf)?"
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(?:\d{7}Z|\d{9}(?:Z|[+-]\d\d:\d\d)))(?: |(?=\r?(?:\n|\Z)))(?!std(?:out|err) [PF])"
    rb"(?:##\[(?P<level>error|warning|debug|notice)\]|##\[(?:group|endgroup|command|section)\])?",
    (
        Sample(
            b"2024-05-01T12:00:00.1234567Z ##[error]Process completed with exit code 1.",
            b"Process completed with exit code 1.",
            "2024-05-01T12:00:00.1234567Z",
            {"level": "error"},
        ),
        Sample(
            b'\xef\xbb\xbf2024-05-01T12:00:00.1234567Z   File "/srv/app/a.py", line 3, in f',
            b'  File "/srv/app/a.py", line 3, in f',
            "2024-05-01T12:00:00.1234567Z",
        ),
        Sample(
            b"test (3.11)\tRun tests\t2024-05-01T12:00:00.1234567Z KeyError: 'x'",
            b"KeyError: 'x'",
            "2024-05-01T12:00:00.1234567Z",
            {"process": "test (3.11)"},
        ),
        Sample(b"2024-05-01T12:00:00.123456789Z", b"", "2024-05-01T12:00:00.123456789Z"),
        Sample(
            b"2024-05-01T14:00:00.123456789+02:00 KeyError: 'x'",
            b"KeyError: 'x'",
            "2024-05-01T14:00:00.123456789+02:00",
        ),
    ),
    near_misses=(
        b"2024-05-01T12:00:00.1234567Z stdout F x",
        b"2024-05-01T12:00:00.123Z x",
        b"2024-05-01 12:00:00.1234567 x",
    ),
    header=b"T",
    sign=regex(rb"T\d\d:\d\d:\d\d\.\d{7}"),
)
