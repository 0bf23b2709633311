"""What pt-pmp prints: each stack on a line, with how many threads have it."""

from __future__ import annotations

from ... import Format
from ..counted_stacks import read_pt_pmp as read

FORMAT = Format(
    name="pt_pmp",
    title="output of pt-pmp",
    anchors=(b",start_thread", b",clone", b",main", b"_wait,", b"poll,", b"select,"),
    read=read,
    precedence=-5,
)
