"""Sources by the schemes of their URLs: a small module for each, found when it is used."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import InputError
from .inputs import Readable


def sources_of(scheme: str, url: str) -> Iterable[Readable]:
    """The sources that ``url`` names. Raises ``InputError``."""
    raise InputError(f"{url} cannot be read: no source has the scheme {scheme}.")
