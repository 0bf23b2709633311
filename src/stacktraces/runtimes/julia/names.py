"""Julia: the module that is printed before a place tells whose a frame is."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

# ~/.julia/packages/DataFrames/58MUJ/src/x.jl
_PACKAGE = regex(r".*/packages/(?P<name>[^/]{1,100})/[^/]{1,40}/(?P<rest>.*)\Z")
_STANDARD = regex(r".*/(?:share/julia/(?:stdlib/v[\d.]+|base)|stdlib/v[\d.]+)/(?P<rest>.*)\Z")
_GENERATED = regex(r"#\d++(?:#\d++)*+#?")
_VAR = regex(r'var"(?P<name>[^"]{0,500})"')
_KEYWORDS = regex(r"#(?P<name>[^#\d][^#]*)#\d++\Z")
_PLATFORM = ("Base", "Core", "Distributed", "Threads", "Test", "Pkg", "REPL", "Logging", "Serialization")
_RAISE = frozenset(
    {
        "error",
        "throw",
        "throw_boundserror",
        "rethrow",
        "throw_inexacterror",
        "throw_eachindex_mismatch_indices",
    }
)
_ENTRY = frozenset(
    {"_start", "exec_options", "include", "_include", "include_string", "eval", "top-level scope", "main"}
)


def normalise(name: str) -> str:
    """The function without the types of what it is called on, and without the numbers of closures."""
    name = _VAR.sub(r"\g<name>", name)
    if name.startswith("(::"):
        # (::Shop.var"#3#4"{Int64}): a closure, or an object that is called.
        name = name[3:].partition("{")[0].rstrip(")")
        name = name.rpartition(".")[2]
    if keywords := _KEYWORDS.match(name):
        return keywords["name"]
    return _GENERATED.sub("#", name)


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by its module and its file."""
    name = normalise(function)
    path = clean(file)
    if name in _RAISE:
        return Symbol(name, "", "crash", "raises the error")
    role: Role = "own"
    place, reason = own_place(path, root), "own code"
    if package := _PACKAGE.match(path):
        role, place, reason = "library", f"{package['name']}/{package['rest']}", "a package"
    elif standard := _STANDARD.match(path):
        role, place, reason = "platform", standard["rest"], "comes with Julia"
    elif module.partition(".")[0] in _PLATFORM or (
        not module and file.startswith("./") and name != "top-level scope"
    ):
        # Julia prints the files of its own library as if they stood here.
        role, place, reason = "platform", path, "comes with Julia"
    if name in _ENTRY and role == "platform":
        return Symbol(name, place, "entry", "starts the program")
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="julia",
    suffixes=(".jl",),
    marks=("REPL[",),
    normalise=normalise,
    symbol=symbol,
    overflows=frozenset({"StackOverflowError"}),
    main=frozenset({"top-level scope"}),
    fold_platform=True,
)
