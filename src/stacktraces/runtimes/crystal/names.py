"""Crystal: functions are printed without their class, so that the file tells whose they are."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_STANDARD = regex(r".*/(?:lib/crystal/lib|share/crystal/src|crystal/src|lib/crystal)/")
_SHARD = regex(r"(?:.*/)?lib/[\w.-]{1,100}/src/")
_ARGUMENTS = regex(r"<[^<>]{0,300}>")
_MOST_NESTED = 8
_ENTRY = frozenset({"main", "_start", "__libc_start_main", "main_user_code"})
_CRASH = ("Exception::CallStack", "raise", "procProc", "~procProc")


def normalise(name: str) -> str:
    """The function, of a symbol without its instance, the types of its arguments and what it returns."""
    if not name.startswith(("*", "~")):
        return name
    name = name[1:].rpartition("@")[2]
    for _ in range(_MOST_NESTED):
        shorter = _ARGUMENTS.sub("", name)
        if shorter == name:
            break
        name = shorter
    head, colons, rest = name.rpartition("::")
    return head + colons + rest.partition(":")[0].partition("<")[0].rstrip("(")


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by its file; by its shared object where it has none."""
    name = normalise(function)
    if name in _ENTRY or name.startswith(("Crystal::main", "Fiber#run")):
        return Symbol(name, "", "entry", "starts the program")
    if name.startswith(_CRASH):
        return Symbol(name, "", "crash", "raises the error")
    path = clean(file)
    if not path.endswith((".cr", ".ecr")):
        if not name or ".so" in path or ".so" in module:
            return Symbol(name, "", "platform" if ".so" in path + module else "unknown", "native code")
        return Symbol(name, "", "own", "own code")
    role: Role = "own"
    place, reason = own_place(path, root), "own code"
    if standard := _STANDARD.match(path):
        role, place, reason = "platform", path[standard.end() :], "the standard library"
    elif shard := _SHARD.match(path):
        role, place, reason = "library", path[shard.end() :], "a shard"
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="crystal",
    suffixes=(".cr", ".ecr"),
    normalise=normalise,
    symbol=symbol,
    main=frozenset({"__crystal_main"}),
    compiled=True,
    fold_platform=True,
)
