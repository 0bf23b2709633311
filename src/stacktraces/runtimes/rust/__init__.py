"""Rust."""

from __future__ import annotations

from .. import NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


RUNTIME = Runtime(name="rust", title="Rust", names=names)
