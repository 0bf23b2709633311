"""Swift: a function's name is demangled; the module that is printed with it tells whose it is."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_MARKS = regex(
    r"(?:(?:specialized|generic specialization <.{0,300}?> of|merged|outlined|@objc|@nonobjc|implicit"
    r"|partial apply for|partial apply forwarder for|reabstraction thunk helper from"
    r"|\(\d++\) (?:await resume|suspend resume) partial function for) )++"
)
_NUMBERED = regex(r"\b(?P<what>closure|key path getter|defer|init) #\d++")
_CONTEXT = regex(r"\(unknown context at \$[0-9a-f]++\)\.?")
_PACKAGE = regex(r".*/checkouts/(?P<rest>[^/]{1,100}/.*)\Z")
_RAISE = (
    "_assertionFailure",
    "_fatalErrorMessage",
    "swift_unexpectedError",
    "swift_errorInMain",
    "_swift_runtime_on_report",
)
_SYSTEM = regex(
    r"(?:lib(?:swift\w*|c|pthread|dispatch|Foundation\w*|objc|system_\w+|BlocksRuntime|stdc\+\+)\b|Foundation|UIKit|SwiftUI|dyld|ld-)"
)
_GENERATED = "<compiler-generated>"


def normalise(name: str) -> str:
    """The function without what a compiler puts before it, and without the numbers of closures."""
    name = _MARKS.sub("", _CONTEXT.sub("", name))
    return _NUMBERED.sub(r"\g<what>", name)


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by its module and its file."""
    name = normalise(function)
    path = clean(file)
    if name.startswith((*_RAISE, "Swift runtime failure")):
        return Symbol(name, "", "crash", "raises the error")
    role: Role = "own"
    place, reason = own_place(path, root), "own code"
    if package := _PACKAGE.match(path):
        role, place, reason = "library", package["rest"], "a package"
    elif _SYSTEM.match(module.rpartition("/")[2]) or path.startswith("Swift/"):
        role, place, reason = "platform", module, "comes with Swift or the system"
    elif path.endswith(_GENERATED):
        role, place, reason = "glue", "", "made by the compiler"
    elif name in ("main", "_start", "static Main.$main()", "static App.$main()"):
        role, reason = "entry", "starts the program"
    elif not name and not file:
        role, reason = "unknown", "no name"
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="swift",
    suffixes=(".swift",),
    normalise=normalise,
    symbol=symbol,
    compiled=True,
    fold_platform=True,
)
