"""What is damaged in a store of known issues, and its repair: as much is kept as can be read."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ..errors import StoreError
from .store import kind_of, sql_store


class Damage(msgspec.Struct, frozen=True):
    """Something in a store that is not as it has to be."""

    what: str
    """In words."""
    can_be_repaired: bool = True


def examine(target: str | os.PathLike[str]) -> list[Damage]:
    """What is wrong in the store at ``target``; nothing is changed.

    Raises ``StoreError`` where it is missing, was written by a newer stacktraces, or cannot be read at all.
    """
    if kind_of(target) == "baseline":
        from . import _document
        from .baseline import read_text

        sentences = _document.complaints(read_text(Path(target)), os.fspath(target))
        return [Damage(each, can_be_repaired=False) for each in sentences]
    store = sql_store(target, create=None)
    try:
        with store.connection(writes=False) as connection:
            from ._salvage import damages

            return damages(connection, store.name)
    finally:
        store.close()


def repair(target: str | os.PathLike[str]) -> list[Damage]:
    """Repair the store at ``target``, as far as it can be; gives back what is left of the damage.

    All or nothing is changed. A baseline is left alone: its text is people's. Raises ``StoreError`` as
    :func:`examine` does, and where the store cannot be written.
    """
    if kind_of(target) == "baseline":
        return examine(target)
    from ._salvage import damages, rebuild, salvage

    store = sql_store(target, create=None)
    try:
        with store.connection(writes=True) as connection:
            found = damages(connection, store.name)
            if not found or not all(each.can_be_repaired for each in found):
                return found
            rebuild(connection, salvage(connection)[0])
            left = damages(connection, store.name)
            if left:
                raise StoreError(f"{store.name} cannot be repaired: {left[0].what}. Nothing was changed.")
    finally:
        store.close()
    return []
