"""Dart: the URI of a file tells whose it is."""

from __future__ import annotations

from .._naming import NameRules, Symbol
from .._paths import own_place

_FRAMEWORK = ("flutter/", "flutter_test/", "sky_engine/")


def normalise(name: str) -> str:
    """The function, with closures of closures as one."""
    while name.endswith(".<anonymous closure>.<anonymous closure>"):
        name = name.removesuffix(".<anonymous closure>")
    return name


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by the scheme of its file's URI."""
    name = normalise(function)
    scheme, mark, path = file.partition(":")
    if scheme == "dart":
        return Symbol(name, file, "platform", "Dart's own library")
    if scheme == "package":
        if path.startswith(_FRAMEWORK):
            return Symbol(name, path, "platform", "the Flutter framework")
        return Symbol(name, path, "own", "code of a package")
    if mark or file:
        return Symbol(name, own_place(path or file, root), "own", "own code")
    return Symbol(name, "", "unknown", "no file")


NAMES = NameRules(
    name="dart",
    suffixes=(".dart",),
    marks=("dart:", "package:"),
    normalise=normalise,
    symbol=symbol,
    overflows=frozenset({"StackOverflowError", "Stack Overflow"}),
    fold_platform=True,
)
