"""The plain name in a mangled C++ or Rust symbol: ``_ZN4shop3midIiEEvT_`` is ``shop::mid``.

Source: the Itanium C++ ABI, section "External Names (a.k.a. Mangling)". Rust's older mangling is the same
with a hash as the last component. Arguments and template arguments are passed over: name rules drop them.
"""

from __future__ import annotations

from .._regex import regex

_LONGEST = 2_000
_LENGTH = regex(r"\d{1,4}")
_HASH = regex(r"h[0-9a-f]{16}$")
_ESCAPES = {
    "$LT$": "<",
    "$GT$": ">",
    "$u20$": " ",
    "$RF$": "&",
    "$C$": ",",
    "$u7b$": "{",
    "$u7d$": "}",
    "..": "::",
}
_OPERATORS = {
    "nw": "new", "na": "new[]", "dl": "delete", "da": "delete[]", "cl": "()", "ix": "[]",
    "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "pl": "+", "mi": "-",
    "ml": "*", "dv": "/", "aS": "=", "pL": "+=", "ls": "<<", "rs": ">>", "pt": "->", "nt": "!",
}  # fmt: skip


def plain_symbol(name: str) -> str:
    """The qualified name that ``name`` stands for, without arguments; ``name`` where it is not mangled so."""
    if not name.startswith(("_Z", "__Z")) or len(name) > _LONGEST:
        return name
    at = name.index("_Z") + 2
    nested = name.startswith("N", at)
    parts = _components(name, at + 1 if nested else at, nested=nested)
    if parts and _HASH.match(parts[-1]) and len(parts) > 1:
        parts = [_without_escapes(part) for part in parts[:-1]]
    return "::".join(parts) or name


def _components(name: str, at: int, *, nested: bool) -> list[str]:
    parts: list[str] = []
    while at < len(name) and name[at] != "E":
        if found := _LENGTH.match(name, at):
            end = found.end() + int(found[0])
            parts.append(name[found.end() : end])
            at = end
        elif name[at] == "I":
            at = _behind_arguments(name, at + 1)
        elif name[at] in "CD" and parts and name[at + 1 : at + 2].isdigit():
            parts.append(("~" if name[at] == "D" else "") + parts[-1])
            at += 2
        elif name.startswith("St", at):
            parts.append("std")
            at += 2
        elif (operator := _OPERATORS.get(name[at : at + 2])) is not None:
            parts.append(f"operator{' ' if operator[0].isalpha() else ''}{operator}")
            at += 2
        elif name[at] in "KVrL":
            at += 1
        else:
            return []
        if not nested and parts and parts != ["std"]:
            break
    return parts


def _behind_arguments(name: str, at: int) -> int:
    """Where the template arguments end that start at ``at``."""
    depth = 1
    while at < len(name) and depth:
        if found := _LENGTH.match(name, at):
            at = found.end() + int(found[0])
            continue
        if name[at] == "L":
            at = max(name.find("E", at), at)
        elif name[at] in "INXJ":
            depth += 1
        elif name[at] == "E":
            depth -= 1
        at += 1
    return at


def _without_escapes(part: str) -> str:
    for escape, text in _ESCAPES.items():
        part = part.replace(escape, text)
    return part.removeprefix("_")
