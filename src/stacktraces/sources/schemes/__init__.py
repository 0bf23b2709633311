"""Sources by the schemes of their URLs: a small module for each, imported when it is used.

A module has a function ``sources_of(url)`` that gives objects with the interface of
:class:`stacktraces.sources.inputs.Readable` and raises ``InputError``. Another distribution adds one by an
entry point of the group ``stacktraces.sources``, whose name is the scheme. ``NAME+https`` is ``NAME`` over
HTTPS.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable

from ..._entry_points import entry_points
from ...errors import InputError
from ..inputs import Readable

_GROUP = "stacktraces.sources"
_MODULES = {
    "docker": "docker",
    "elasticsearch": "elasticsearch",
    "journal": "journal",
    "k8s": "kubernetes",
    "loki": "loki",
    "opensearch": "elasticsearch",
}


def sources_of(scheme: str, url: str) -> Iterable[Readable]:
    """The sources that ``url`` names. Raises ``InputError``."""
    return _finder(scheme, url)(url)


def _finder(scheme: str, url: str) -> Callable[[str], Iterable[Readable]]:
    name = scheme.partition("+")[0]
    if name in _MODULES:
        module = importlib.import_module(f".{_MODULES[name]}", __name__)
        finder: Callable[[str], Iterable[Readable]] = module.sources_of
        return finder
    for each in entry_points(_GROUP):
        if each.name in (scheme, name):
            try:
                given: Callable[[str], Iterable[Readable]] = each.load()
            except Exception as error:
                raise InputError(f"{url} cannot be read: its source failed to load ({error}).") from error
            return given
    from .files import sources_of as of_files

    return of_files


def known_schemes() -> list[str]:
    """The schemes that have a module here or elsewhere, beside those of fsspec."""
    return sorted({*_MODULES, *(each.name for each in entry_points(_GROUP))})
