"""Results on the way between processes: most groups only add to counts, and need not be unpacked for that."""

from __future__ import annotations

import msgspec

from ..model import Group
from .result import Result

_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[Group] = msgspec.msgpack.Decoder(Group)


class PackedResult(msgspec.Struct, array_like=True):
    """A result whose groups are packed, with what most of them add to a sum beside them: an item for each."""

    rest: Result = msgspec.field(default_factory=Result)
    """All but its groups."""
    groups: list[bytes] = []
    fingerprints: list[str] = []
    counts: list[int] = []
    firsts: list[int | None] = []
    """``first_seen_ns``; ``None`` also where a group adds more than is told here."""
    lasts: list[int | None] = []
    starts: list[int | None] = []
    """``timeline_start``, with ``widths`` and ``timelines``."""
    widths: list[int | None] = []
    timelines: list[list[int]] = []

    def unpacked(self) -> Result:
        """The result as it was before."""
        return msgspec.structs.replace(self.rest, groups=list(map(unpacked, self.groups)))


def packed(result: Result) -> PackedResult:
    """``result``, its groups packed."""
    groups = result.groups
    return PackedResult(
        msgspec.structs.replace(result, groups=[]),
        [_ENCODER.encode(each) for each in groups],
        [each.fingerprint for each in groups],
        [each.count for each in groups],
        [None if each.contexts else each.first_seen_ns for each in groups],
        [each.last_seen_ns for each in groups],
        [each.timeline_start for each in groups],
        [each.timeline_width for each in groups],
        [each.timeline for each in groups],
    )


def unpacked(group: bytes) -> Group:
    """One of the groups of a packed result."""
    return _DECODER.decode(group)
