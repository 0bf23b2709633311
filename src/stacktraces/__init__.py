"""Find, parse, group and label stack traces from live processes, core files and logs.

>>> import stacktraces
>>> traceback, = stacktraces.parse('''Traceback (most recent call last):
...   File "/srv/app.py", line 3, in total
...     return sum(prices)
... TypeError: unsupported operand''')
>>> traceback.error.type, traceback.error.frames[0].function, traceback.error.frames[0].line
('TypeError', 'total', 3)

Everything named in ``__all__`` keeps its meaning within a major version; it is imported when it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .errors import StacktracesError
    from .model import (
        Context,
        Error,
        Frame,
        Group,
        Lock,
        Origin,
        Process,
        Snapshot,
        Thread,
        ThreadGroup,
        Trace,
    )
    from .parsing import parse
    from .snapshots.describing import describe

__all__ = [
    "Context",
    "Error",
    "Frame",
    "Group",
    "Lock",
    "Origin",
    "Process",
    "Snapshot",
    "StacktracesError",
    "Thread",
    "ThreadGroup",
    "Trace",
    "__version__",
    "describe",
    "parse",
]

_HOMES = {"describe": "snapshots.describing", "parse": "parsing", "StacktracesError": "errors"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES.get(name, 'model')}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
