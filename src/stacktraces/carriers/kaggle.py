"""The log of a notebook that Kaggle ran: ``12.3s<tab>5<tab>text``, the seconds since it began and the line's number."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "kaggle",
    "Kaggle's log",
    "transport",
    rb"\d{1,6}\.\d{1,2}s\t\d{1,7}(?:\t|(?=\r?(?:\n|\Z)))",
    (
        Sample(b'12.3s\t5\t  File "/srv/app/a.py", line 3, in f', b'  File "/srv/app/a.py", line 3, in f'),
        Sample(b"1042.7s\t318\tKeyError: 'x'", b"KeyError: 'x'"),
        Sample(b"1042.7s\t319", b""),
    ),
    near_misses=(b"12.3s 5 KeyError: 'x'", b"12.3s\tmain", b"12\t5\tx"),
    header=b"s\t",
)
