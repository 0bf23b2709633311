"""``docker build --progress plain``: ``#12 1.234 text``, the step's number and the seconds since it began."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "buildkit",
    "docker build",
    "transport",
    rb"#(?P<process>\d{1,5}) \d{1,6}\.\d{1,3}(?: |(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b'#12 1.234   File "/srv/app/a.py", line 3, in f',
            b'  File "/srv/app/a.py", line 3, in f',
            fields={"process": "12"},
        ),
        Sample(b"#7 0.31 KeyError: 'x'", b"KeyError: 'x'", fields={"process": "7"}),
        Sample(b"#7 0.310", b"", fields={"process": "7"}),
    ),
    near_misses=(b"#12 DONE 0.1s", b"#12 [4/4] RUN python x.py", b"#0 0x00007f in f ()", b"#1 1.2.3 x"),
    header=b"#",
)
