"""Threads of one process that are alike, together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from .model import Frame, Thread, ThreadGroup


def thread_id(thread: Thread) -> str:
    """What a group calls a thread: the tool's number for it, else the kernel's."""
    return thread.id or thread.os_id or ""


def group_threads(threads: Iterable[Thread]) -> list[ThreadGroup]:
    """Described ``threads`` with the same stack, state and motion together, in the order of their first one.

    Threads that have ended are in no group. A group has a name where all its threads have the same.
    """
    groups: dict[Hashable, ThreadGroup] = {}
    for thread in threads:
        if not thread.ended:
            _join(groups, thread)
    return list(groups.values())


def _join(groups: dict[Hashable, ThreadGroup], thread: Thread) -> None:
    key = (tuple(map(_call, thread.frames)), thread.state, thread.crashed, thread.motion)
    group = groups.get(key)
    if group is None:
        groups[key] = ThreadGroup(
            thread_ids=[thread_id(thread)],
            frames=thread.frames,
            name=thread.name,
            state=thread.state,
            idle=thread.idle,
            motion=thread.motion,
            crashed=thread.crashed,
        )
        return
    group.thread_ids.append(thread_id(thread))
    group.idle = group.idle and thread.idle
    if group.name != thread.name:
        group.name = None


def _call(frame: Frame) -> tuple[str | None, str | None]:
    return frame.function, frame.module if frame.function is None else None
