"""Fluentd's outputs to a file and to stdout: a time, a tag and the record as JSON.

``out_file`` puts tabs between them, ``out_stdout`` a blank, and a colon behind the tag. The record is for another
carrier to tell: Docker's driver sends ``container_id``, ``container_name``, ``source`` and ``log``.
"""

from . import Sample
from ._prefix import TIME, prefix_carrier

CARRIER = prefix_carrier(
    "fluentd",
    "Fluentd",
    "transport",
    rb"(?P<time>" + TIME + rb")(?:\t(?P<_tag>[^\s{}]{1,400})\t|[ ](?P<_name>[^\s{}]{1,400}): )(?=\{\")",
    (
        Sample(
            b'2026-03-01 12:00:00.123456789 +0000 docker.4f2a: {"container_name":"/web","log":"KeyError: 1"}',
            b'{"container_name":"/web","log":"KeyError: 1"}',
            "2026-03-01 12:00:00.123456789 +0000",
        ),
        Sample(
            b'2026-03-01T12:00:00+00:00\tdocker.4f2a\t{"container_name":"/web","log":"KeyError: 1"}',
            b'{"container_name":"/web","log":"KeyError: 1"}',
            "2026-03-01T12:00:00+00:00",
        ),
    ),
    near_misses=(b'2026-03-01 12:00:00 app {"log":"x"}', b"2026-03-01T12:00:00+00:00\tdocker\tx"),
    header=b'{"',
    ships_records=True,
)
