"""The kinds of receivers; each module declares ``FORM``, and its name is what the database keeps."""

from __future__ import annotations

import functools
import importlib

from ...._folder import names_in
from ._form import Form, Parcel, Ways

__all__ = ["Form", "Parcel", "Ways", "find", "names"]


def names() -> list[str]:
    """Of all forms."""
    return names_in(__path__)


@functools.cache
def find(name: str) -> Form | None:
    """The form of that name."""
    if name not in names():
        return None
    form: Form = importlib.import_module(f"{__name__}.{name}").FORM
    return form
