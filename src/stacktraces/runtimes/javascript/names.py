"""JavaScript and TypeScript: bundles bear a hash in their name, dependencies a path of their own."""

from __future__ import annotations

import functools
import re

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_ALIAS = regex(r" \[as [^\]]*\]\Z")
_CALL = regex(r"\A(?:async |new |get |set |bound )+")
_DEPENDENCY = regex(r".*/node_modules/(?:\.pnpm/[^/]+/node_modules/)?|\Anode_modules/", re.DOTALL)
_ORIGIN = regex(r"\A(?:file|https?|webpack|webpack-internal)://[^/]*/+")
# main.3f2a1b9c.js, chunk-5XQ2JK3L.mjs
_BUNDLE = regex(r"[.-](?=[0-9A-Za-z]*\d)[0-9A-Za-z]{8,}(?=(?:\.min)?\.[cm]?js\Z)")
_SCHEDULING = frozenset({"processTicksAndRejections", "listOnTimeout", "processTimers", "runMicrotasks"})


def normalise(name: str) -> str:
    """A function without ``async``, ``new`` and the name it was called by."""
    return _CALL.sub("", _ALIAS.sub("", name))


@functools.lru_cache(maxsize=4096)
def _place(file: str, root: str | None) -> tuple[str, Role, str]:
    path = clean(file.partition("?")[0])
    dependency = _DEPENDENCY.match(path)
    if dependency is not None:
        return path[dependency.end() :], "library", "third-party code"
    path = _BUNDLE.sub("", _ORIGIN.sub("", path))
    return own_place(path, root), "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a JavaScript frame: names are often missing, so the file always counts."""
    name = normalise(function)
    if file.startswith(("node:", "internal/")) or file in ("<anonymous>", "native"):
        if name in _SCHEDULING or "Module._" in name or name.startswith(("Module.", "Function.")):
            return Symbol(name, file, "glue", "Node's loader or scheduler")
        return Symbol(name, file.removeprefix("node:"), "platform", "Node's own library")
    if not file:
        return Symbol(name, "", "library" if name else "unknown", "code without a file")
    place, role, reason = _place(file, root)
    return Symbol(name or "<anonymous>", place, role, reason)


NAMES = NameRules(
    name="javascript",
    suffixes=(".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte"),
    marks=("node:", "internal/", "webpack", "<anonymous>"),
    normalise=normalise,
    symbol=symbol,
    main=frozenset({"Object.<anonymous>"}),
    fold_platform=True,
)
