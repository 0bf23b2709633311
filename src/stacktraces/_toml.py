"""TOML that somebody else wrote: rules, carriers, baselines."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from ._regex import regex

_LONG_KEY = regex(r"(?:^|[{,\[])[ \t]*+(?:[\w\"'-]{1,99}+[ \t]*+\.[ \t]*+){64}", re.MULTILINE)


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
