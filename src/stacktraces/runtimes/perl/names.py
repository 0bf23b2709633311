"""Perl: functions bear their package, evaluated texts and closures have numbers and places in their names."""

from __future__ import annotations

import functools
import re

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_ANONYMOUS = regex(r"(?<=__ANON__)\[[^\[\]]*\]")
_TEXT = regex(r"eval ['\"].*", re.DOTALL)
_EVALUATED = regex(r"\(eval \d+\)(?:\[(?P<file>[^\]:]*).*)?", re.DOTALL)
_CORE = regex(
    r".*(?:/share/perl/\d[\d.]*/|/lib/(?:[\w-]+/)?perl/\d[\d.]*/|/lib/(?:[\w-]+/)?perl-base/|/lib/(?:perl5/)?5\.\d[\d.]*/)",
    re.DOTALL,
)
_LIBRARY = regex(
    r".*(?:/usr/local/(?:share|lib/[\w-]+)/perl/\d[\d.]*/|/(?:share|lib)/(?:[\w-]+/)?perl5/(?:(?:site|vendor)_perl/)?"
    r"(?:\d[\d.]*/)?(?:[\w]+-linux[\w-]*/)?|/(?:site|vendor)_perl/(?:\d[\d.]*/)?(?:[\w]+-linux[\w-]*/)?)",
    re.DOTALL,
)
_BLOCKS = ("eval", "require ", "BEGIN")


def normalise(name: str) -> str:
    """The name without the place of a closure, and without evaluated text."""
    return _ANONYMOUS.sub("", _TEXT.sub("eval", name))


@functools.lru_cache(maxsize=4096)
def _place(file: str, root: str | None) -> tuple[str, Role, str]:
    if evaluated := _EVALUATED.match(file):
        return (own_place(evaluated["file"], root) if evaluated["file"] else "(eval)"), "own", "own code"
    path = clean(file)
    if library := _LIBRARY.match(path):
        return path[library.end() :], "library", "third-party code"
    if core := _CORE.match(path):
        return path[core.end() :], "platform", "standard library"
    return own_place(path, root), "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a Perl frame."""
    name = normalise(function)
    if not file:
        return Symbol(name, "", "library" if name else "unknown", "code without a file")
    place, role, reason = _place(file, root)
    if role == "own" and name.startswith(_BLOCKS):
        return Symbol(name, place, "glue", "a block, not a function")
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="perl",
    suffixes=(".pl", ".pm", ".cgi", ".psgi"),
    marks=("(eval ",),
    normalise=normalise,
    symbol=symbol,
    fold_platform=True,
)
