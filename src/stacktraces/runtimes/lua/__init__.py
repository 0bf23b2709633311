"""Lua: the reference interpreter, LuaJIT, and what OpenResty and Kong log."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    return following.strip() == "stack traceback:" and bool(line.strip())


FORMAT = Format(
    name="lua",
    title="Lua error",
    anchors=(
        b"stack traceback:",
        b"(error object is ",
        b" near '",
        b" near <eof>",
        # LÖVE, World of Warcraft, Roblox, Redis
        b": in function '",
        b": in function `",
        b'[string "@',
        b"Stack Begin",
        b"user_script:",
    ),
    read=read,
)

LINES = TraceLines(
    header=LineKind(rb"\s{0,8}stack traceback:", (b"stack traceback:",)),
    frame=LineKind(rb"\t\[C\]: (?:in|at|\?)", (b"\t[C]: ",)),
    goes_on=rb"coroutine \d{1,4}:|stack traceback:",
)

RUNTIME = Runtime(
    name="lua",
    title="Lua",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="Lua 5.1 to 5.4, LuaJIT 2.1",
    reads="errors that ended a program, texts of `debug.traceback`, what OpenResty and Kong log of all "
    "coroutines, syntax errors, error objects that are no strings; what Neovim, LÖVE, Roblox, Minetest, "
    "Factorio, Redis and addons of World of Warcraft print",
    not_read="errors that other host programs print without a stack",
)
