"""Where the members of a compressed file start: a file of several can be read from any of them on.

A gzip member ends with the size of its text, a zstd frame begins with it where the writer knew it. Members
are looked for by the bytes that one starts with; such bytes may also stand within packed data. So this is a
guess, and whoever unpacks compares: each start that is passed must be one, with as much text before it.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from .decompressors import zstandard
from .kinds import Packing

_CHUNK = 1 << 20
_BEFORE, _HEADER = 4, 18
"""Bytes before and from a start that are looked at: a trailer's size, the longest header of a zstd frame."""
_APART = 4 << 20
"""Starts that are kept have so much text between them, at least."""
_GZIP, _ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_GZIP_FLAGS, _GZIP_EXTRA, _GZIP_SYSTEM = 0x1F, (0, 2, 4), (*range(14), 255)
"""What RFC 1952 defines for the bytes 3, 8 and 9 of a header."""
_MOST_PACKED = 1040
_MOST_PACKED_ZSTD = 60_000
"""So many times smaller than its text is a member, at most."""
_OVERHEAD = 64 << 10
"""Bytes that a member may have beside its packed text: a header with a name, a skippable frame."""


class MembersDiffer(Exception):
    """A member does not start where it was said to, or no text can be unpacked up to there."""


class Members(msgspec.Struct, frozen=True):
    """Where some of the members of a file start, probably."""

    size: int
    """Bytes of the text."""
    starts: tuple[tuple[int, int], ...]
    """Offsets in the file and in the text, the first (0, 0)."""

    def before(self, offset: int) -> int:
        """The number of the last start with text between it and ``offset``; 0 for what starts the text."""
        return max(bisect.bisect_left(self.starts, offset, key=lambda each: each[1]) - 1, 0)

    def around(self, start: int, end: int) -> Members:
        """The first start, and those that reading the text from ``start`` to ``end`` needs."""
        first, last = self.before(start), self.before(end) + 2
        return Members(self.size, tuple({self.starts[0]: 0} | dict.fromkeys(self.starts[first:last], 0)))


class Stored(Protocol):
    """A stream as it is stored."""

    def read(self, size: int, /) -> bytes: ...


def members_of(stream: Stored, packing: Packing, probe: int) -> Members | None:
    """The members of ``stream``, which is read from its start to its end.

    ``None`` where there is but one, where they do not tell their sizes, and for other methods than gzip and
    zstd. No more is read where a second one does not start in ``probe`` bytes.
    """
    match packing:
        case "gzip":
            found = _gzip_members(_headers(stream, _GZIP, _begins_gzip, probe))
        case "zstd":
            found = _zstd_frames(_headers(stream, _ZSTD, _begins_zstd, probe))
        case _:
            return None
    starts, at, text = [(0, 0)], 0, 0
    for packed, size in found:
        at, text = at + packed, text + size
        if text - starts[-1][1] >= _APART:
            starts.append((at, text))
    if starts[-1][0] == at:
        starts.pop()
    return Members(text, tuple(starts)) if len(starts) > 1 else None


def _headers(
    stream: Stored, sign: bytes, begins: Callable[[bytes], bool], probe: int
) -> Iterator[tuple[int, bytes, bytes]]:
    """Where a member may begin with ``sign``, with the bytes before and from it on; last the end.

    Ends early where there is only one in ``probe`` bytes.
    """
    window, base, searched, count = b"", 0, 0, 0
    while True:
        chunk = stream.read(_CHUNK)
        window += chunk
        limit = max(len(window) - _HEADER, 0) if chunk else len(window)
        while (at := window.find(sign, searched, limit + len(sign) - 1)) >= 0:
            header = window[at : at + _HEADER]
            if begins(header):
                count += 1
                yield base + at, window[max(at - _BEFORE, 0) : at], header
            searched = at + 1
        if not chunk:
            yield base + len(window), window[-_BEFORE:], b""
            return
        if base + len(window) >= probe and count < 2:
            return
        keep = max(limit - _BEFORE, 0)
        window, base, searched = window[keep:], base + keep, max(searched, limit) - keep


def _gzip_members(found: Iterator[tuple[int, bytes, bytes]]) -> list[tuple[int, int]]:
    """The bytes of each member, packed and unpacked; none where they do not add up to the file."""
    members, begun, whole = [], 0, False
    for offset, before, header in found:
        if offset == 0:
            continue
        packed, size = offset - begun, int.from_bytes(before, "little")
        if packed - _OVERHEAD <= size <= packed * _MOST_PACKED:
            members.append((packed, size))
            begun, whole = offset, not header
    return members if whole else []


def _begins_gzip(header: bytes) -> bool:
    return (
        len(header) == _HEADER
        and header[3] <= _GZIP_FLAGS
        and header[8] in _GZIP_EXTRA
        and header[9] in _GZIP_SYSTEM
    )


def _zstd_frames(found: Iterator[tuple[int, bytes, bytes]]) -> list[tuple[int, int]]:
    """The same of frames; none where one does not tell its size."""
    frames: list[tuple[int, int]] = []
    """Where each starts, and the size of its text."""
    end = 0
    for offset, _, header in found:
        if frames and not frames[-1][1] <= (offset - frames[-1][0]) * _MOST_PACKED_ZSTD:
            frames.pop()
        end = offset
        if header:
            size = _size_told(header)
            if size is None:
                return []
            frames.append((offset, size))
    if not frames:
        return []
    # What stands before the first frame and behind others, skippable frames, goes with the one before it.
    borders = [0, *(each for each, _ in frames[1:]), end]
    return [
        (after - before, size) for before, after, (_, size) in zip(borders, borders[1:], frames, strict=False)
    ]


def _begins_zstd(header: bytes) -> bool:
    zstd = zstandard()
    try:
        zstd.get_frame_info(header)
    except (zstd.ZstdError, ValueError):
        return False
    return True


def _size_told(header: bytes) -> int | None:
    size: int | None = zstandard().get_frame_info(header).decompressed_size
    return size
