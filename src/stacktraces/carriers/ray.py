"""Ray's driver prints what its workers print: ``(charge pid=18724) text``, coloured unless told otherwise.

``(charge pid=18724, ip=192.0.2.7) text`` comes from another machine. The driver's own lines stand bare.
A line that several workers print is printed once more, and says how often behind it.
"""

from .._regex import regex
from . import Sample
from ._prefix import prefix_carrier

REPEATED_MARK = b" [repeated "
REPEATED = regex(
    rb"(?:\x1b\[[0-9;]{1,12}m)? \[repeated \d{1,9}x across cluster\]"
    rb"(?: \(Ray deduplicates logs [^)\n]{0,400}\))?(?:\x1b\[0m)?\s*$"
)
"""How often a line was printed, behind it."""

CARRIER = prefix_carrier(
    "ray",
    "Ray",
    "application",
    rb"(?:\x1b\[[0-9;]{1,12}m)?\((?:(?P<task>[\w.<>:-]{1,200}) )?pid=(?P<pid>\d{1,10})(?:, ip=(?P<host>[\w.:-]{1,80}))?\)"
    rb"(?:\x1b\[0m)?(?: |(?=\r?(?:\n|\Z)))",
    (
        Sample(
            b"\x1b[36m(charge pid=18724)\x1b[0m Traceback (most recent call last):",
            b"Traceback (most recent call last):",
            fields={"task": "charge", "pid": "18724"},
        ),
        Sample(
            b"(Till.charge pid=18764, ip=192.0.2.7)     return CATALOG[name]",
            b"    return CATALOG[name]",
            fields={"task": "Till.charge", "pid": "18764", "host": "192.0.2.7"},
        ),
        Sample(b"(pid=1234) KeyError: 'fig'", b"KeyError: 'fig'", fields={"pid": "1234"}),
    ),
    near_misses=(b"(charge) x", b"(pid 18724) x", b"charge pid=18724 x", b"(charge pid=18724)x"),
    bare_continuation=True,
)
