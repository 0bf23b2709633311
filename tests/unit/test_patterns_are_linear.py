"""No pattern of the library takes more than linear time, whatever the line: told by its structure, not by a clock."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import stacktraces
from stacktraces._regex import _Uncompiled
from stacktraces.errors import MissingExtraError
from tests.backtracking import slow_text

_SEARCHING = frozenset(("search", "finditer", "findall", "split", "sub", "subn"))
_NOT_IMPORTED = (".__main__", ".env", "._native")
_DEEPEST = 6

REVIEWED = {
    "stacktraces.unwrapping.documents.html_page._TEXT": "ends with the text: after its last backslash, too",
    "stacktraces.unwrapping.quoted_traces._STRING": "the same",
}
"""Patterns that are linear for a reason that the structure does not tell."""


class Use(NamedTuple):
    """A pattern that a module holds."""

    name: str
    pattern: str | bytes
    flags: int
    searched: bool
    full: bool


def modules() -> Iterator[ModuleType]:
    """All of the package, but those of extras that are not installed."""
    for each in pkgutil.walk_packages(stacktraces.__path__, "stacktraces."):
        if not each.name.endswith(_NOT_IMPORTED):
            try:
                yield importlib.import_module(each.name)
            except (ImportError, MissingExtraError):
                continue


def held(value: object, path: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The patterns in ``value``, each with the way to it."""
    if isinstance(value, (_Uncompiled, re.Pattern)):
        yield path, value
    elif depth < _DEEPEST:
        for name, each in _parts(value):
            yield from held(each, path + name, depth + 1)


def _parts(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, dict):
        return (("[]", each) for each in (*value.keys(), *value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return (("[]", each) for each in value)
    if isinstance(value, type) or not type(value).__module__.startswith("stacktraces"):
        return ()
    fields = getattr(value, "__struct_fields__", None) or tuple(getattr(value, "__dict__", ()))
    return ((f".{name}", getattr(value, name, None)) for name in fields)


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))


def methods(module: ModuleType) -> tuple[dict[str, set[str]], bool]:
    """What each name of a module is asked for, and whether a pattern without a name there is searched."""
    found: dict[str, set[str]] = {}
    unnamed = False
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
            of_module = hasattr(module, node.value.id) or node.value.id == "self"
            unnamed = unnamed or (not of_module and node.attr in _SEARCHING - {"split"})
        elif isinstance(node, ast.Attribute):
            unnamed = unnamed or node.attr in _SEARCHING - {"split"}
    return found, unnamed


def uses() -> list[Use]:
    """Each pattern that a module holds, once, by the module that comes first."""
    found: dict[int, tuple[str, Any]] = {}
    asked: dict[int, set[str]] = {}
    for module in modules():
        names, unnamed = methods(module)
        for name, value in vars(module).items():
            if isinstance(value, ModuleType):
                continue
            for path, pattern in held(value, name):
                found.setdefault(id(pattern), (f"{module.__name__}.{path}", pattern))
                of_name = names.get(path, set()) if path == name else {"search"} if unnamed else set()
                asked.setdefault(id(pattern), set()).update(of_name)
    return [_use(name, pattern, asked[key]) for key, (name, pattern) in found.items()]


def _use(name: str, pattern: Any, asked: set[str]) -> Use:
    flags = pattern._flags if isinstance(pattern, _Uncompiled) else pattern.flags & ~re.UNICODE
    searched = bool(asked & _SEARCHING)
    return Use(
        name, pattern.pattern, flags, searched, "fullmatch" in asked and not searched and "match" not in asked
    )


def literals() -> Iterator[Use]:
    """Patterns that are written where they are used: ``re.sub("...", ...)``."""
    for module in modules():
        for node in ast.walk(_tree(module)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=attribute),
                    args=[ast.Constant(value=str() | bytes() as pattern), *_],
                ) if attribute != "escape":
                    yield Use(
                        f"{module.__name__}:{node.lineno}",
                        pattern,
                        0,
                        attribute in _SEARCHING,
                        attribute == "fullmatch",
                    )


def test_no_pattern_is_slower_than_linear() -> None:
    each_once = {use[1:]: use for use in (*uses(), *literals())}
    assert len(each_once) > 1_000
    slow = {
        use.name: f"{use.pattern!r} takes {found.start!r} + n * {found.pump!r}"
        for use in each_once.values()
        if (found := slow_text(use.pattern, use.flags, searched=use.searched, full=use.full))
    }
    assert {name: text for name, text in slow.items() if name not in REVIEWED} == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a*)*b",
        r"(a|aa)+$",
        r"a*a*b",
        r"(?>a*a*b)",
        r".*?x.*?y",
        r"(?:a(?=.*x))*b",
        r"\"(?:[^\"\\]+|\\.)*\"",
        r"(?:[a-z]+\.?)*x",
        r"\S.*?\s*;",
        r"\S.*?\s*\Z",
        r"a{0,5000}a*b",
        r"(?:.*/)?lib\d\S*;",
    ],
)
def test_a_slow_match_is_told(pattern: str) -> None:
    assert slow_text(pattern, searched=False)


@pytest.mark.parametrize(
    "pattern",
    [
        r"a*b",
        r"a*+b",
        r"\s+$",
        r"x.*y",
        r"(\w+) at (\d+)",
        r"(\w+)\s*:\s*(.*)$",
        r"(?m)^\s*x",
        r"\"(?:[^\"\\]++|\\.)*+\"",
    ],
)
def test_a_slow_search_is_told(pattern: str) -> None:
    assert slow_text(pattern, searched=True)
    assert not slow_text(pattern, searched=False)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<!a)a*b",
        r"\b\w+x",
        r"\d+",
        r"^.*x",
        r"(?m)^.*x",
        r"(?<!\s)\s*\Z",
        r"\.\\(?:\.\\)*+",
        r"\sat \S{1,200} in",
        r"\d++\.?(?:x|\Z|)",
    ],
)
def test_a_linear_search_is_let_be(pattern: str) -> None:
    assert slow_text(pattern, searched=True) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"a*+a*b",
        r"(?>a*)a*b",
        r".*?x(.*)",
        r"[^x]*x[^y]*y",
        r"(?:[a-z]+\.)*x",
        r"(?:ab)*+[a-z]*x",
        r"\S.*?(?<!\s)\s*;",
        r"\S.*?(?<!\s)\s*\Z",
        r"\S.*\s*\Z",
        r"(?>.*? - )(.*):$",
        r"(.+?) \(([^()]{0,80})\)$",
    ],
)
def test_a_linear_match_is_let_be(pattern: str) -> None:
    assert slow_text(pattern, searched=False) is None
