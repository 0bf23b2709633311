"""PowerShell: functions are called as they are written; the file tells whose they are."""

from __future__ import annotations

import re

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_SCOPE = regex(r"(?:global|script|local|private):")
# .../Modules/Az.Accounts/2.12.1/Az.Accounts.psm1
_MODULE = regex(r".*/modules/(?P<name>[^/]{1,100})/(?:[\d.]{1,40}/)?(?P<rest>.*)\Z", re.IGNORECASE)
_COMMAND = regex(r"[A-Z][A-Za-z]{1,30}-[A-Z]\w{0,100}\Z")
MAIN = "<ScriptBlock>"


def normalise(name: str) -> str:
    """The function without its scope, and without the block of it that ran."""
    return _SCOPE.sub("", name).partition("<Begin>")[0].partition("<Process>")[0].partition("<End>")[0]


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by its file."""
    name = normalise(function)
    path = clean(file)
    role: Role = "own"
    place, reason = own_place(path, root), "own code"
    if found := _MODULE.match(path):
        role, place, reason = "library", f"{found['name']}/{found['rest']}", "a module"
    elif not file and _COMMAND.match(name):
        role, reason = "platform", "a command"
    elif not name and not file:
        role, reason = "unknown", "no name"
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="powershell",
    suffixes=(".ps1", ".psm1", ".psd1"),
    normalise=normalise,
    symbol=symbol,
    main=frozenset({MAIN}),
    fold_platform=True,
)
