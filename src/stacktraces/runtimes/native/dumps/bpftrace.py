"""Stacks that bpftrace counted; see the module of counted stacks."""

from __future__ import annotations

from ... import Format
from ..counted_stacks import read_bpftrace as read

FORMAT = Format(
    name="bpftrace",
    title="stacks of bpftrace",
    anchors=(b"@[", b"@stacks[", b"@stack["),
    read=read,
)
