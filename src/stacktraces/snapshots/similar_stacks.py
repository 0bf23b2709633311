"""Stacks that are alike, as one with a gap where they differ.

Two stacks are alike by the share of their calls that they have in common in the same order (the ratio of
Ratcliff and Metzener, "Pattern Matching: The Gestalt Approach", Dr. Dobb's Journal, 1988, as the standard
library's ``difflib`` computes it): twice the calls in common through both lengths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from ..model import Frame, Process, ThreadGroup
from .merging import Calls, Stack, call_name

ALIKE = 0.7
"""Stacks of which at least this share agrees are alike."""
GAP = "…"
_MOST_CALLS = 200
"""Of longer stacks only the innermost calls are compared."""


class _Family(msgspec.Struct):
    members: list[Stack]
    calls: list[str]
    """What all members have in common, with gaps."""
    counts: Counter[str]


def join_similar(stacks: Sequence[Stack]) -> list[Stack]:
    """``stacks`` with those that are alike as one: what is common to them, and ``GAP`` where they differ.

    Each joins the first family of which it is alike to what is common. Crashed threads and those that
    moved otherwise are never alike.
    """
    families: list[_Family] = []
    for stack in stacks:
        calls = stack.calls
        if len(calls) > _MOST_CALLS:
            calls = (*calls[:_MOST_CALLS], GAP)
        for family in families:
            if (common := _common(family, stack, calls)) is not None:
                family.members.append(stack)
                family.calls, family.counts = common, Counter(common)
                break
        else:
            families.append(_Family([stack], list(calls), Counter(calls)))
    joined = [each.members[0] if len(each.members) == 1 else _as_one(each) for each in families]
    return sorted(joined, key=lambda each: -each.threads)


def _common(family: _Family, stack: Stack, calls: Calls) -> list[str] | None:
    """What ``calls`` and the family have in common; ``None`` where they are not alike."""
    first = family.members[0].group
    if (first.crashed, first.motion) != (stack.group.crashed, stack.group.motion):
        return None
    needed = ALIKE * (len(family.calls) + len(calls)) / 2
    if (family.counts & Counter(calls)).total() < needed:
        return None
    matcher = SequenceMatcher(None, family.calls, calls, autojunk=False)
    blocks = matcher.get_matching_blocks()
    if sum(block.size for block in blocks) < needed:
        return None
    common: list[str] = []
    here = there = 0
    for block in blocks:
        if (block.a > here or block.b > there) and common[-1:] != [GAP]:
            common.append(GAP)
        for call in family.calls[block.a : block.a + block.size]:
            if call != GAP or common[-1:] != [GAP]:
                common.append(call)
        here, there = block.a + block.size, block.b + block.size
    return common


def _as_one(family: _Family) -> Stack:
    members = family.members
    frames = {call_name(frame): frame for frame in reversed(members[0].group.frames)}
    states = {each.group.state for each in members}
    names = {each.group.name for each in members}
    group = ThreadGroup(
        thread_ids=[name for each in members for name in each.group.thread_ids],
        frames=[frames.get(call) or Frame(function=call) for call in family.calls],
        name=names.pop() if len(names) == 1 else None,
        state=states.pop() if len(states) == 1 else None,
        idle=all(each.group.idle for each in members),
        motion=members[0].group.motion,
        crashed=members[0].group.crashed,
    )
    return Stack(
        calls=tuple(family.calls),
        group=group,
        threads=sum(each.threads for each in members),
        places=[place for each in members for place in each.places],
    )


def similar_groups(process: Process) -> Process:
    """``process`` with those of its groups joined whose stacks are alike."""
    stacks = [
        Stack(tuple(map(call_name, group.frames)), group, len(group.thread_ids), [(0, group.thread_ids)])
        for group in process.groups
    ]
    return msgspec.structs.replace(process, groups=[each.group for each in join_similar(stacks)])
