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
    from .errors import (
        InputError,
        MissingExtraError,
        RuleError,
        StacktracesError,
        StoreError,
        UnknownFormatError,
        UsageError,
    )
    from .known import Issue, Labelled
    from .library.awaiting import AsyncSource, scan_async
    from .library.clusters import cluster, scan_tasks, tasks
    from .library.errors import Likeness, explain, fingerprint, similarity
    from .library.known_issues import KnownIssues
    from .library.logs import Found, ScanOptions, occurrences, scan
    from .library.texts import parse
    from .model import (
        Context,
        Error,
        Frame,
        Group,
        GroupRule,
        Judgement,
        KnownIssue,
        Lock,
        Origin,
        Process,
        Snapshot,
        Thread,
        ThreadGroup,
        Trace,
        ValueCounts,
    )
    from .results.result import Range, Result, Stats, Unreadable
    from .scanning.parallel.workers import Task
    from .signatures.fingerprint import Explanation
    from .signatures.issue_rule_files import load_issue_rules
    from .signatures.issue_rules import IssueRules
    from .snapshots.describing import describe
    from .sources.cursors import CursorFile
    from .sources.inputs import Source
    from .sources.interruption import Interruption

__all__ = [
    "AsyncSource",
    "Context",
    "CursorFile",
    "Error",
    "Explanation",
    "Found",
    "Frame",
    "Group",
    "GroupRule",
    "InputError",
    "Interruption",
    "Issue",
    "IssueRules",
    "Judgement",
    "KnownIssue",
    "KnownIssues",
    "Labelled",
    "Likeness",
    "Lock",
    "MissingExtraError",
    "Origin",
    "Process",
    "Range",
    "Result",
    "RuleError",
    "ScanOptions",
    "Snapshot",
    "Source",
    "StacktracesError",
    "Stats",
    "StoreError",
    "Task",
    "Thread",
    "ThreadGroup",
    "Trace",
    "UnknownFormatError",
    "Unreadable",
    "UsageError",
    "ValueCounts",
    "__version__",
    "cluster",
    "describe",
    "explain",
    "fingerprint",
    "load_issue_rules",
    "occurrences",
    "parse",
    "scan",
    "scan_async",
    "scan_tasks",
    "similarity",
    "tasks",
]

_HOMES = {
    "InputError": "errors",
    "MissingExtraError": "errors",
    "RuleError": "errors",
    "StacktracesError": "errors",
    "StoreError": "errors",
    "UnknownFormatError": "errors",
    "UsageError": "errors",
    "Issue": "known",
    "Labelled": "known",
    "AsyncSource": "library.awaiting",
    "cluster": "library.clusters",
    "scan_tasks": "library.clusters",
    "tasks": "library.clusters",
    "scan_async": "library.awaiting",
    "Likeness": "library.errors",
    "explain": "library.errors",
    "fingerprint": "library.errors",
    "similarity": "library.errors",
    "KnownIssues": "library.known_issues",
    "Found": "library.logs",
    "ScanOptions": "library.logs",
    "occurrences": "library.logs",
    "scan": "library.logs",
    "parse": "library.texts",
    "Range": "results.result",
    "Result": "results.result",
    "Stats": "results.result",
    "Unreadable": "results.result",
    "Explanation": "signatures.fingerprint",
    "IssueRules": "signatures.issue_rules",
    "load_issue_rules": "signatures.issue_rule_files",
    "describe": "snapshots.describing",
    "CursorFile": "sources.cursors",
    "Source": "sources.inputs",
    "Task": "scanning.parallel.workers",
    "Interruption": "sources.interruption",
}
"""The modules in which names stand; those that are not here stand in ``model``."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES.get(name, 'model')}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
