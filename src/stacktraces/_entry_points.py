"""Entry points of other distributions, asked of ``importlib.metadata`` only where there may be any."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def entry_points(group: str) -> Iterable[EntryPoint]:
    """What ``importlib.metadata.entry_points`` gives for ``group``; that module takes long to import."""
    if not _may_have(group.encode()):
        return ()
    from importlib import metadata

    return metadata.entry_points(group=group)


def _may_have(group: bytes) -> bool:
    """Whether the metadata of a distribution holds ``group``, or cannot be read as plain files."""
    if any(hasattr(finder, "find_distributions") and finder is not PathFinder for finder in sys.meta_path):
        return True
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except NotADirectoryError:
            return True  # An archive.
        except OSError:
            continue
        for name in names:
            if name.lower().endswith((".dist-info", "egg-info")) and _holds(folder, name, group):
                return True
    return False


def _holds(folder: str, name: str, group: bytes) -> bool:
    try:
        with open(os.path.join(folder, name, "entry_points.txt"), "rb") as file:
            return group in file.read()
    except OSError:
        return False
