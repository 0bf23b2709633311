"""The modules of a folder: what stands in one is found, so that no list of them has to be kept."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator
from importlib.machinery import all_suffixes
from types import ModuleType


def modules_in(package: str, path: Iterable[str]) -> Iterator[ModuleType]:
    """The modules of ``package``, imported, by name; ``path`` is its ``__path__``.

    Those whose name starts with an underscore are left out.
    """
    return (importlib.import_module(f"{package}.{name}") for name in names_in(path))


def names_in(path: Iterable[str]) -> list[str]:
    """The names of those modules. ``pkgutil`` gives the same and takes longer to import than this to run."""
    found: set[str] = set()
    for folder in path:
        try:
            found.update(_names(folder))
        except NotADirectoryError:
            import pkgutil

            found.update(module.name for module in pkgutil.iter_modules([folder]))
    return sorted(name for name in found if not name.startswith("_"))


def _names(folder: str) -> Iterator[str]:
    suffixes = tuple(all_suffixes())
    for name in os.listdir(folder):
        stem, dot, _ = name.partition(".")
        if name.endswith(suffixes) if dot else os.path.isfile(os.path.join(folder, name, "__init__.py")):
            yield stem
