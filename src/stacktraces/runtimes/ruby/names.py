"""Ruby: blocks belong to their method, gems bear their version in the path."""

from __future__ import annotations

import functools
import re

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_WITHIN = regex(r"\A(?:(?:block(?: \(\d+ levels\))?|rescue|ensure) in )+")
_TEMPLATE = regex(r"(?<=_)(?:erb|haml|slim|builder|jbuilder|ruby)__+\d++_\d++\Z")
"""Rails makes a method of a template, with hashes in its name."""
_GEM = regex(r".*/gems/([\w-]{1,100}?)-(?:\d[\w.]{0,100}(?:-[\w-]{1,100})?|[0-9a-f]{7,40})/", re.DOTALL)
_STANDARD = regex(r".*/lib/ruby/(?:site_ruby/|vendor_ruby/)?(?:\d[\d.]*/)?", re.DOTALL)


def normalise(name: str) -> str:
    """The method's own name: since 3.4 its class stands before it, earlier it does not."""
    name = _WITHIN.sub("", name)
    if template := _TEMPLATE.search(name):
        return name[: template.start()] + template[0].partition("_")[0]
    return re.split(r"[#.](?=[^#.]+\Z)", name)[-1]


@functools.lru_cache(maxsize=4096)
def _place(file: str, root: str | None) -> tuple[str, Role, str]:
    path = clean(file)
    if gem := _GEM.match(path):
        return f"{gem.group(1)}/{path[gem.end() :]}", "library", "third-party code"
    if standard := _STANDARD.match(path):
        return path[standard.end() :], "platform", "standard library"
    return own_place(path, root), "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a Ruby frame."""
    name = normalise(function)
    if file.startswith("<internal:"):
        return Symbol(name, "", "glue", "Ruby's own loader or core")
    if not file:
        return Symbol(name, "", "library" if name else "unknown", "code without a file")
    if file.endswith(".java"):
        return Symbol(name, "", "platform", "code of JRuby")
    place, role, reason = _place(file, root)
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="ruby",
    suffixes=(".rb", ".rake", ".ru", ".erb"),
    marks=("<internal:",),
    normalise=normalise,
    symbol=symbol,
    overflows=frozenset({"SystemStackError"}),
    main=frozenset({"<main>", "<top (required)>"}),
    fold_platform=True,
)
