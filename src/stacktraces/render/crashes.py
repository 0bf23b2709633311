"""What ended processes, by known issues: in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, get_args

import msgspec

from ..model import Crash, Error, Frame, Process, Verdict
from ._safe import one_line
from .plain import group_lines
from .report import Reporter

Ended: TypeAlias = tuple[str, Crash]
"""What to call a process, and what ended it."""
_MOST = 10
"""Processes that are named."""
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def crash_blocks(crashes: Iterable[Ended]) -> Iterator[tuple[Verdict, list[str]]]:
    """The verdict on each distinct error that ended processes and its lines, the most urgent in front."""
    distinct: dict[str, list[Ended]] = {}
    for each in crashes:
        distinct.setdefault(each[1].group.fingerprint, []).append(each)
    for found in sorted(distinct.values(), key=lambda found: _VERDICTS.index(found[0][1].judgement.verdict)):
        first = found[0][1]
        group = msgspec.structs.replace(first.group, count=sum(crash.group.count for _, crash in found))
        seen = ", ".join(_place(*each) for each in found[:_MOST])
        more = f" and {len(found) - _MOST:,} more" if len(found) > _MOST else ""
        yield first.judgement.verdict, list(group_lines(group, first.judgement, seen + more))


def crash_lines(crashes: Iterable[Ended]) -> Iterator[str]:
    """The same line by line, an empty one after each block."""
    for _, block in crash_blocks(crashes):
        yield from block
        yield ""


def _place(process: str, crash: Crash) -> str:
    if not crash.threads:
        return process
    named = ", ".join(crash.threads[:_MOST])
    more = f" and {len(crash.threads) - _MOST:,} more" if len(crash.threads) > _MOST else ""
    return f"thread{'s' * (len(crash.threads) > 1)} {named}{more} of {process}"


def crash_sentences(process: Process, named: str) -> Iterator[str]:
    """What ended ``process``, which is called ``named``: a sentence for each thread, none where nothing did.

    Each gives the signal, the thread, the function and its place as far as known.
    """
    crashed = [thread for thread in process.threads if thread.crashed or thread.error is not None]
    for thread in crashed[:_MOST]:
        who = f"thread {thread.id or thread.os_id or '?'}" + (f" ({thread.name})" if thread.name else "")
        where = f", {_where(thread.culprit)}" if thread.culprit is not None else ""
        yield one_line(f"Crash of {named}: {_what(thread.error or process.error)} in {who}{where}.")
    if len(crashed) > _MOST:
        yield one_line(f"Crash of {named}: {len(crashed) - _MOST:,} more threads crashed.")
    if not crashed and process.error is not None:
        yield one_line(f"Crash of {named}: {_what(process.error)}, in which thread is not told.")


def _what(error: Error | None) -> str:
    """``SIGSEGV (Segmentation fault)``."""
    if error is None or not (error.type or error.message):
        return "a fatal error"
    message = (error.message or "").partition("\n")[0]
    return f"{error.type} ({message})" if error.type and message else error.type or message


def _where(frame: Frame) -> str:
    """``in price_of at cartd.c:9``."""
    told = f"in {frame.function}" if frame.function else "in code without a symbol"
    if frame.file is not None:
        return f"{told} at {frame.file}" + (f":{frame.line}" if frame.line is not None else "")
    return f"{told} from {frame.module}" if frame.module is not None else told


def crash_objects(process: Process) -> dict[str, Any]:
    """As JSON: a list under ``crashes`` of groups with their threads, left out where it is empty."""
    reporter = Reporter()
    crashes = [
        {"thread_ids": each.threads, **msgspec.to_builtins(reporter.group(each.group, each.judgement))}
        for each in process.crashes
    ]
    return {"crashes": crashes} if crashes else {}
