"""Erlang and Elixir: exceptions, and the reports of processes that died."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, Grammar, NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def grammar() -> Grammar:
    from .grammar import GRAMMAR

    return GRAMMAR


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if not line.startswith(("** (", "=ERROR REPORT", "=CRASH REPORT", '{"init terminating ')):
        return False
    from .reader import starts_here

    return starts_here(line, following)


FORMAT = Format(
    name="erlang",
    title="Elixir or Erlang error",
    anchors=(
        b"** (",
        b"=ERROR REPORT====",
        b"=CRASH REPORT====",
        b"** Generic server ",
        b"** State machine ",
        b"exception error: ",
        b"exception exit: ",
        b"exception throw: ",
        b"init terminating in do_boot",
        b"Runtime terminating during boot (",
        b"     stacktrace:",
        # On one line
        b" terminated with reason: ",
        b" terminating. Reason: ",
        b"CRASH REPORT Process ",
        b"crasher: initial call: ",
        b" with exit value: ",
        b" with exit value:",
        b"stacktrace: [{",
        b" and stacktrace [{",
        # CouchDB, Gleam, EUnit, rebar3, Common Test, a node whose start failed
        b'[<<"',
        b".gleam:",
        b"**error:",
        b"**exit:",
        b"**throw:",
        b"Failure/Error: {",
        b" ==> {",
        b"Kernel pid terminated",
    ),
    read=read,
    grammar=grammar,
)

LINES = TraceLines(
    header=LineKind(
        rb"\*\* \([A-Z][\w.]{1,200}\) |=(?:ERROR|CRASH) REPORT==== |\{\"init terminating in do_boot\",",
        (b"** (", b"=ERROR REPORT==== ", b"=CRASH REPORT==== ", b"init terminating in do_boot"),
    ),
    frame=LineKind(
        rb" {4}\(\w{1,60}(?: \d[\w.+-]{0,40})?\) \S{1,500}?:\d{1,9}: "
        rb"|[ \t]{3,8}in (?:function|call from) {1,2}\S",
        (b"    (", b"   in function ", b"   in call from "),
    ),
    goes_on=rb"\*\* |=CRASH REPORT==== |Last message|State: |Client #PID<|Function: |init terminating in ",
    nested=rb"\*\* |\s",
)

RUNTIME = Runtime(
    name="erlang",
    title="Elixir, Erlang",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="Elixir 1.14, Erlang/OTP 25",
    reads="exceptions of scripts, processes, tasks and servers, with the reason of an exit as the cause; "
    "error and crash reports, which count once where they touch, also on one line (lager, CouchDB, EMQX, "
    "Ranch); escript, the shell, a failed start; tests of ExUnit, EUnit and Common Test that failed; panics "
    "of Gleam",
    not_read="reports of supervisors; reports that a logger wrote as JSON objects instead of text",
)
