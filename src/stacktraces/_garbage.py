"""Looking for garbage more seldom, where much is kept and no cycles are made."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_ALLOCATIONS = 1_000_000
"""Objects between two looks."""


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Within it, what is kept is looked at less often: each look takes the longer the more there is."""
    usual = gc.get_threshold()
    gc.set_threshold(max(_ALLOCATIONS, usual[0]), *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
