"""Documents of stacks as text, as the index of likeness in a database keeps them."""

from __future__ import annotations

from array import array

import msgspec

from ..signatures.document import StackDocument
from ._sound import UnsoundError


class _Stored(msgspec.Struct, omit_defaults=True):
    """A document as it is stored."""

    runtime: str | None = None
    frames: tuple[str, ...] = ()
    addresses: list[int] = []
    error_type: str | None = None
    causes: tuple[str, ...] = ()
    message: str | None = None
    raised: bool = False
    truncated: bool = True


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Stored).decode


def encode(document: StackDocument) -> str:
    """``document`` as JSON."""
    fields = {name: getattr(document, name) for name in document.__struct_fields__}
    return _encode(_Stored(**fields | {"addresses": document.addresses.tolist()})).decode()


def decode(text: str) -> StackDocument:
    """The document that is stored as ``text``. Raises ``UnsoundError``."""
    try:
        stored = _decode(text)
        fields = {name: getattr(stored, name) for name in stored.__struct_fields__}
        return StackDocument(**fields | {"addresses": array("I", stored.addresses)})
    except (msgspec.DecodeError, ValueError, OverflowError, RecursionError) as error:
        raise UnsoundError("its index of likeness holds what is no stack") from error
