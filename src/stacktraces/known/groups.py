"""Groups of errors that no scan has grouped: a few pasted ones, or the crashed threads of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Error, Group
from ..signatures.fingerprint import fingerprint


def group_errors(errors: Iterable[Error], format_name: str) -> list[Group]:
    """``errors`` by fingerprint, in order of appearance; ``format_name`` is the format that read them."""
    groups: dict[str, Group] = {}
    for error in errors:
        name = fingerprint(error)
        group = groups.setdefault(name, Group(fingerprint=name, error=error, format=format_name))
        group.count += 1
    return list(groups.values())
