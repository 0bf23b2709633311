"""GitLab CI with timestamps: ``2024-05-22T12:43:46.962646Z 00O text``.

Behind the time stand the stream's number, O or E for output or error, and ``+`` where the line goes on from the one
before. https://docs.gitlab.com/runner/configuration/feature-flags/ (``FF_TIMESTAMPS``).
"""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "gitlab",
    "GitLab CI",
    "file",
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?P<stream>[0-9a-f]{2}[OE])(?:[ +]|(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b'2024-05-22T12:43:46.962646Z 01O   File "/srv/app/a.py", line 3, in f',
            b'  File "/srv/app/a.py", line 3, in f',
            "2024-05-22T12:43:46.962646Z",
            {"stream": "01O"},
        ),
        Sample(
            b"2024-05-22T12:43:46.962646Z 00E KeyError: 'x'",
            b"KeyError: 'x'",
            "2024-05-22T12:43:46.962646Z",
            {"stream": "00E"},
        ),
        Sample(b"2024-05-22T12:43:46.962646Z 00O", b"", "2024-05-22T12:43:46.962646Z", {"stream": "00O"}),
    ),
    near_misses=(b"2024-05-22T12:43:46.962646Z 200 OK", b"2024-05-22T12:43:46Z 01O x"),
    header=b"Z ",
)
