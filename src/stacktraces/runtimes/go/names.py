"""Go: numbered closures, generic arguments, major versions in import paths."""

from __future__ import annotations

import functools

from ..._regex import regex
from .._naming import NameRules, Symbol

_CLOSURE = regex(r"\.(?:func|gowrap|deferwrap)\d+(?:\.\d+)*")
_GENERIC = regex(r"\[[^\[\]]{0,400}\]")
_MAJOR = regex(r"/v\d+(?=[./])|\.v\d+(?=[./])")
_CRASH = regex(r"(?:runtime\.(?:gopanic|panic\w*|sigpanic|throw|fatal\w*|goPanic\w*|dopanic\w*)|panic)\Z")
_ENTRY = regex(r"runtime\.(?:goexit\w*|main|mstart\w*|rt0_go|systemstack\w*|mcall|asmcgocall)\Z")
_MODULE_CACHE = regex(r"/pkg/mod/|/vendor/")


@functools.lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """A function with its package, closures without their numbers: ``main.(*S).run.func1`` is
    ``main.(*S).run.{closure}``."""
    name = _GENERIC.sub("", name.removeprefix("created by ").partition(" in goroutine ")[0])
    return _MAJOR.sub("", _CLOSURE.sub(".{closure}", name))


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a Go frame; its name holds its package."""
    name = normalise(function)
    if not name:
        return Symbol("", "", "unknown", "nothing is known of it")
    if _CRASH.match(name):
        return Symbol(name, "", "crash", "reports the panic")
    if _ENTRY.match(name):
        return Symbol(name, "", "entry", "starts the program or a goroutine")
    # A package of the standard library has no domain in its path.
    package = name.rpartition("/")[0] or name.partition(".")[0]
    if package != "main" and "." not in package.partition("/")[0] and ("/src/" in file or not file):
        return Symbol(name, "", "platform", "standard library")
    if _MODULE_CACHE.search(file):
        return Symbol(name, "", "library", "third-party code")
    return Symbol(name, "", "own", "own code")


NAMES = NameRules(name="go", suffixes=(".go",), normalise=normalise, symbol=symbol)
