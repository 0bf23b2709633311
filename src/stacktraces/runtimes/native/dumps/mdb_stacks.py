"""The command ::stacks of mdb on illumos and Solaris: the kernel's threads."""

from __future__ import annotations

from ... import Format
from ..counted_stacks import read_mdb as read

FORMAT = Format(
    name="mdb_stacks",
    title="mdb ::stacks",
    anchors=(b" SOBJ ",),
    read=read,
)
