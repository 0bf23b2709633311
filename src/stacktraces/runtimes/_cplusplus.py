"""A demangled C++ (or plain C) name without arguments, template arguments and return type."""

from __future__ import annotations

import re

from .._regex import regex

_ANONYMOUS = regex(r"\(anonymous namespace\)|<unnamed>|\{anonymous\}|_GLOBAL__N_1|`anonymous namespace'")
# {lambda(int)#1}, 'lambda'(int), 'lambda0'(), $_0, <lambda_1a2b>, <lambda(int)>
_LAMBDA = regex(r"'lambda\d*'|\$_\d+|<lambda_[0-9a-f]+>|\{unnamed type#\d+\}")
# ABI tags, and the inline namespaces of the C++ libraries.
_ABI = regex(r"\[abi:\w+\]|\b(?:__cxx11|__1|__ndk1|__debug|_V2)::")
# What follows `operator` and is no bracket of arguments or templates.
_OPERATOR = regex(r"operator\s*(\(\)|\[\]|<=>|<<=|>>=|->\*|->|<<|>>|<=|>=|<|>|,|[-+*/%^&|!=~]=?|&&|\|\|)")
_OPEN = {"(": ")", "<": ">", "{": "}", "[": "]"}
_BRACKET = regex(r"[(<{\[)>}\]]")


def without_brackets(text: str) -> str:
    """``text`` without what stands in round and angle brackets; a lambda's braces become ``{lambda}``.

    One pass, no recursion: an unbalanced name loses its tail, not our time.
    """
    pieces: list[str] = []
    depth = position = 0
    opened = ""
    for found in _BRACKET.finditer(text):
        mark = found.group()
        if depth == 0:
            if mark not in _OPEN:
                continue
            pieces.append(text[position : found.start()])
            opened, depth = mark, 1
            inside = found.end()
        elif mark == opened:
            depth += 1
        elif mark == _OPEN[opened]:
            if mark == ">" and text[found.start() - 1] == "-":
                continue
            depth -= 1
            if depth == 0:
                position = found.end()
                if opened == "{" or (opened == "<" and text.startswith("lambda", inside)):
                    pieces.append(
                        "{lambda}" if text.startswith("lambda", inside) else text[inside - 1 : position]
                    )
    if depth == 0:
        pieces.append(text[position:])
    return "".join(pieces)


def plain_name(name: str) -> str:
    """``void ns::f<int>(int) const`` is ``ns::f``; ``T<int>::operator()(int)`` is ``T::operator()``."""
    if not _BRACKET.search(name) and " " not in name and "$_" not in name and "'" not in name:
        return name
    if name.startswith(("-[", "+[")):
        return name  # an Objective-C method
    name = _ABI.sub("", _ANONYMOUS.sub("anonymous", name))
    name = _LAMBDA.sub("{lambda}", name)
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append("operator" + found.group(1))
        return f"operator\x00{len(held) - 1}\x00"

    if "operator" in name:
        name = _OPERATOR.sub(hold, name)
    name = without_brackets(name)
    name = re.sub(r"(?<!\s)\s+(?:const|volatile|&&?|noexcept|\[clone.{0,400})(?=\s|\Z|::)", "", name).strip()
    if " " in name:
        # A return type stands before the name; `operator new` and conversions hold a space themselves.
        at = name.find("operator")
        head = name[:at] if at >= 0 else name
        tail = name[at:] if at >= 0 else ""
        name = head[head.rfind(" ") + 1 :] + tail
    if held:
        name = re.sub(r"operator\x00(\d+)\x00", lambda found: held[int(found.group(1))], name)
    return name.strip("*& ")
