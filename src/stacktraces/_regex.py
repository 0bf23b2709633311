"""Regular expressions that are compiled when they are first used: one run meets few of the many there are."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "split", "sub", "subn")


class _Uncompiled:
    """Stands for a compiled pattern; has its methods as attributes of its own after the first use of one."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, for patterns that stand in the code: a wrong one shows when it is used."""
    return cast("re.Pattern[AnyStr]", _Uncompiled(pattern, flags))
