"""Exemplars that were stored before they named their runtime: under versions 1 and 2 of the fingerprints."""

from __future__ import annotations

import msgspec

from ..model import Error
from ..naming import NATIVE, all_name_rules, rules_of_file
from ..signatures.fingerprint import VERSION, fingerprint, version
from ..signatures.issue_rules import OF_RULES
from .exemplar import MAX_DEPTH
from .issue import Issue, Stack

_NAMES_RUNTIME = 3
"""The first version whose exemplars say which runtime printed them."""
_OF_ERRORS = "python"
"""The runtime of an error that has no frames: those versions read them of no other."""


def is_outdated(name: str) -> bool:
    """Whether ``name`` is a fingerprint of another version of the algorithm."""
    return version(name) not in (None, VERSION)


def exemplar_today(stack: Stack) -> Error | None:
    """The exemplar of ``stack``, with its runtime, inferred where none was stored."""
    error, stored_by = stack.error, version(stack.fingerprint)
    if error is None or error.runtime is not None or stored_by is None or stored_by >= _NAMES_RUNTIME:
        return error
    return _with_runtimes(error, None, MAX_DEPTH)


def fingerprint_today(stack: Stack) -> str:
    """The fingerprint that the exemplar of ``stack`` has now; the stored one where there is none."""
    error = exemplar_today(stack)
    if error is None or stack.fingerprint.startswith(OF_RULES):
        return stack.fingerprint
    return fingerprint(error, error.runtime)


def fingerprints_today(issue: Issue) -> set[str]:
    """The fingerprints of ``issue``, and those that its exemplars have now."""
    return {*issue.fingerprints, *(fingerprint_today(each) for each in issue.stacks)}


def _with_runtimes(error: Error, outer: str | None, depth: int) -> Error:
    """``error`` with the runtime that its frames tell, where that is not ``outer``, that of the whole."""
    runtime = _runtime_of(error) or outer or _OF_ERRORS
    first = outer or runtime
    inner = depth - 1
    return msgspec.structs.replace(
        error,
        runtime=runtime if runtime != outer else None,
        cause=_with_runtimes(error.cause, first, inner) if error.cause and inner else error.cause,
        children=[_with_runtimes(each, first, inner) if inner else each for each in error.children],
    )


def _runtime_of(error: Error) -> str | None:
    """The runtime of most of the frames, told by their files, else by what they call a script's top level."""
    if not error.frames:
        return NATIVE if (error.type or "").startswith("SIG") else None
    votes: dict[str, int] = {}
    for frame in error.frames:
        rules = rules_of_file(frame.file) if frame.file else None
        if rules is not None:
            votes[rules.name] = votes.get(rules.name, 0) + 1
    if votes:
        return max(votes, key=votes.__getitem__)
    functions = {frame.function for frame in error.frames}
    mains = (each.name for each in all_name_rules().values() if not functions.isdisjoint(each.main))
    return next(mains, NATIVE)
