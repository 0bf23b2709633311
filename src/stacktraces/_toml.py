"""TOML that somebody else wrote: rules, carriers, configurations, baselines."""

from __future__ import annotations

import os
import re
import tomllib
from typing import Any

from ._regex import regex
from .errors import RuleError

_LINE_OF_ERROR = regex(r"at line (\d+)")
_LONG_KEY = regex(r"(?:^|[{,\[])[ \t]*+(?:[\w\"'-]{1,99}+[ \t]*+\.[ \t]*+){64}", re.MULTILINE)


def read_text(path: str | os.PathLike[str], what: str, most: int) -> str:
    """The text of the user's file at ``path``, which holds ``what``, of ``most`` MiB at most.

    Raises ``RuleError`` with the file and the reason: it cannot be read, is too long, or is not UTF-8.
    """
    verb = "are" if what.endswith("s") else "is"
    try:
        with open(path, "rb") as file:
            data = file.read((most << 20) + 1)
        if len(data) > most << 20:
            raise RuleError(f"{os.fspath(path)}: the {what} {verb} longer than {most} MiB")
        return data.decode().removeprefix("\ufeff")
    except OSError as error:
        raise RuleError(f"{os.fspath(path)}: the {what} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise RuleError(f"{os.fspath(path)}:{line}: the {what} {verb} not UTF-8 text") from None


def parse(text: str, name: str) -> dict[str, Any]:
    """The document that ``text`` holds; ``name`` is what errors call it.

    Raises ``RuleError`` with the line and the reason.
    """
    try:
        return loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE_OF_ERROR.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise RuleError(f"{name}:{line}: not valid TOML: {error}") from None


def loads(text: str) -> dict[str, Any]:
    """The document that ``text`` holds. Raises ``tomllib.TOMLDecodeError`` whatever is wrong with it.

    ``tomllib`` recurses into nested values, needs the square of a dotted key's length in memory, and lets
    ``int`` refuse long numbers: all three are told as errors of the document here.
    """
    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise tomllib.TOMLDecodeError(f"A key has too many parts (at line {line}, column 1)")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("Values are nested too deeply") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        raise tomllib.TOMLDecodeError("A value is too long or out of range") from None
