"""Stacks that Envoy logs when it crashes, and what else prints them with Abseil's symbols.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``Caught Segmentation fault, suspect faulting address 0x18``           passed
said     ``assert failure: !stopped_. Details: no stock``                       passed
passed   ``Backtrace (use tools/stack_decode.py to get line numbers):``         passed
passed   ``Envoy version: 0/1.27.0/Clean/RELEASE/BoringSSL``                    frame
frame    ``#1: Envoy::Http::Conn::onData() [0x55d6a1b2c3d4]``                   frame
frame    ``#2: [0x55d6a1b2c4e5]``                                               frame
=======  =====================================================================  ===============

Each line has the prefix of a log record: ``[2024-05-02 08:15:03.123][12][critical][backtrace] [file:96] ``.
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="envoy",
    frames=(
        regex(r"#(?P<id>\d{1,4}): (?:(?P<function>.+?) )?\[(?P<address>0x[0-9a-f]{4,16})\]$"),
        regex(r"#(?P<id>\d{1,4}): (?P<function>\S.*)$"),
    ),
    said=(
        regex(r"(?P<message>Caught (?P<signal>[A-Z][a-z/ ]{1,40}?)(?:, suspect faulting address \S+)?)$"),
        regex(r"(?P<type>assert failure|envoy bug failure): (?P<message>.*)$"),
    ),
    passed=regex(r"Backtrace \(use tools|Envoy version: "),
    lead=regex(
        r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\]\[\d{1,10}\]\[\w{1,10}\]\[[\w-]{1,40}\]"
        r" (?:\[[^\]\s]{1,200}:\d{1,6}\] )?"
    ),
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
