"""Issues that may be the same as another one, and why."""

from __future__ import annotations

import msgspec

from ..known import Issue, StoreMatcher
from ..known.matching import query_of
from ..model import Frame
from .store import SiteStore

_MOST = 5
_LEAST_ALIKE = 0.2
"""The share of both stacks' weight that agrees."""
_COMMON = 3
"""Frames in common that are named."""


class Similar(msgspec.Struct, frozen=True):
    """An issue that is like another one."""

    id: str
    title: str
    alike: float
    """The share of both stacks' weight that agrees, from 0 to 1."""
    reasons: list[str]
    """What agrees, in words."""


def similar_to(store: SiteStore, issue: Issue, project: str | None = None) -> list[Similar]:
    """Other issues, seen in ``project`` or anywhere, that ``issue`` may be the same as, the likest first."""
    stack = next((each for each in issue.stacks if each.error is not None), None)
    if stack is None or stack.error is None:
        return []
    query = query_of(stack.error, stack.error.runtime, stack.fingerprint)
    found = StoreMatcher(store.known).search(query).decision.candidates
    likely = [each for each in found if each.issue != issue.id and each.evidence.alignment >= _LEAST_ALIKE]
    seen = store.activity([each.issue for each in likely], project)
    shown = []
    for each in [each for each in likely if each.issue in seen][:_MOST]:
        heading = store.known.heading(each.issue)
        if heading is not None:
            facts = {
                "same type": each.evidence.error_type,
                "same causes": each.evidence.causes,
                "same message": each.evidence.message,
            }
            reasons = [f"stacks agree by {each.evidence.alignment:.0%}"]
            reasons += [name for name, holds in facts.items() if holds]
            known = {frame.function for frame in _frames(store, each.issue)}
            common = [frame.function for frame in stack.error.frames if frame.function in known]
            if common:
                reasons.append("frames in common: " + ", ".join(str(name) for name in common[:_COMMON]))
            shown.append(Similar(heading.id, heading.title, each.evidence.alignment, reasons))
    return shown


def _frames(store: SiteStore, issue_id: str) -> list[Frame]:
    """Those of all stacks of an issue."""
    other = store.known.issue(issue_id)
    return [frame for each in other.exemplars for frame in each.frames] if other is not None else []
