"""Haskell: the package that is printed behind a place tells whose code it is."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

# base, base-4.15.1.0, ghc-internal, containers-0.6.4.1, exceptions-0.10.9-f51c
_VERSION = regex(r"-\d[\d.]*+(?:-\w++)?\Z")
_PLATFORM = frozenset({"base", "ghc-internal", "ghc-prim", "ghc-bignum", "rts", "integer-gmp"})
_PLATFORM_MODULES = ("GHC.", "Data.Maybe", "Data.List", "Control.Exception", "Control.Monad")
_RAISE = frozenset(
    {
        *("error", "errorWithoutStackTrace", "undefined", "throw", "throwIO", "throwM", "assert", "ioError"),
        *("collectBacktraces", "toExceptionWithBacktrace", "ioException", "collectExceptionContext"),
    }
)
_LAMBDA = regex(r"\.\\(?:\.\\)*+")


def normalise(name: str) -> str:
    """The function, with lambdas in lambdas as one."""
    return _LAMBDA.sub(r".\\", name)


def package_of(module: str) -> str:
    """The package of ``containers-0.6.4.1:Data.Map.Internal``, without its version."""
    return _VERSION.sub("", module.partition(":")[0]) if ":" in module else ""


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by the package that is printed with it."""
    name = normalise(function)
    package, home = package_of(module), module.rpartition(":")[2]
    path = clean(file)
    place = home or own_place(path, root)
    if name in _RAISE:
        return Symbol(name, home, "crash", "raises the error")
    role: Role = "own"
    reason = "own code"
    if (
        package in _PLATFORM
        or path.startswith("libraries/base/")
        or (not package and home.startswith(_PLATFORM_MODULES))
    ):
        role, reason = "platform", "the standard library"
    elif path.startswith("libraries/") or (
        package and package != "main" and not path.startswith(("src/", "app/"))
    ):
        role, reason = "library", "third-party code"
    elif not name and not file:
        role, reason = "unknown", "no name"
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="haskell",
    suffixes=(".hs", ".lhs"),
    normalise=normalise,
    symbol=symbol,
    overflows=frozenset({"stack overflow", "StackOverflow"}),
    fold_platform=True,
)
