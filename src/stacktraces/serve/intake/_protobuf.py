"""The wire format of protobuf, as its documentation has it ("Encoding"): no schema, a message at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...errors import InputError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
MOST_FIELDS = 100_000
"""Of one message."""


class Field(NamedTuple):
    """A field of a message: a number for varints and fixed ones, bytes for all else."""

    number: int
    value: int | bytes


def fields_of(message: bytes) -> Iterator[Field]:
    """The fields of ``message``, in order. Raises ``InputError`` where it is cut off or is none."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        kind = tag & 7
        if kind == _VARINT:
            value, position = _varint(message, position)
            yield Field(tag >> 3, value)
            continue
        if kind == _BYTES:
            length, position = _varint(message, position)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise InputError("What was sent is no protobuf.")
        end = position + length
        if end > len(message):
            raise InputError("What was sent is cut off: it is shorter than it says.")
        piece = message[position:end]
        yield Field(tag >> 3, piece if kind == _BYTES else int.from_bytes(piece, "little"))
        position = end


def check(message: bytes) -> None:
    """Raise ``InputError`` where ``message`` is none, or one of more fields than anybody sends."""
    for number, _ in enumerate(fields_of(message)):
        if number > MOST_FIELDS:
            raise InputError(f"What was sent has more than {MOST_FIELDS:,} fields; send fewer at a time.")


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(message[position : position + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    raise InputError("What was sent is no protobuf, or is cut off.")
