"""What runtimes declare of their traces' lines: linear patterns, and literals that such lines hold."""

from __future__ import annotations

import pytest

from stacktraces._linear import why_not_linear
from stacktraces.runtimes import Runtime, all_runtimes, known_trace_lines
from stacktraces.trace_lines import KnownTraceLines, LineKind, TraceLines, trace_lines_from
from stacktraces.unwrapping.quoted_traces import quoted_trace

RUNTIMES = [each for each in all_runtimes().values() if each.lines is not None]


@pytest.mark.parametrize("runtime", RUNTIMES, ids=lambda each: each.name)
def test_patterns_run_in_linear_time(runtime: Runtime) -> None:
    lines = runtime.lines
    assert lines is not None
    kinds = [kind for kind in (lines.header, lines.frame, lines.preamble) if kind is not None]
    patterns = [each.pattern for each in kinds]
    patterns += [
        each for each in (lines.after_preamble, lines.nested, lines.goes_on, lines.error) if each is not None
    ]
    assert {each: reason for each in patterns if (reason := why_not_linear(each))} == {}
    assert all(len(literal) >= 2 and b"\n" not in literal for each in kinds for literal in each.literals)


@pytest.mark.parametrize(
    ("line", "runtime"),
    [
        (b"Traceback (most recent call last):", "python"),
        (b'  File "/srv/app.py", line 3, in f', "python"),
        (b"goroutine 1 [running]:", "go"),
        (b"\t/srv/main.go:12 +0x1d", "go"),
        (b"\tat com.example.Shop.price(Shop.java:12)", "java"),
        (b"    at price (/srv/shop.js:3:9)", "javascript"),
        (b"    at async Promise.all (index 0)", "javascript"),
        (b'\tmain::price("plum") called at shop.pl line 3', "perl"),
        (b"orders.rb:13:in `rescue in place'", "ruby"),
        (b"ScriptStackTrace      : at Get-Price, /srv/shop/orders.ps1: line 7", "powershell"),
        (b"==12==    at 0x10AA05: main (san.cc:31)", "native"),
    ],
)
def test_a_trace_starts_with_a_header_or_a_frame(line: bytes, runtime: str) -> None:
    (lines,) = (each.lines for each in RUNTIMES if each.name == runtime)
    assert lines is not None
    known = KnownTraceLines([lines])
    assert known.is_start(line)
    assert any(literal in line for literal in known.start_literals)


@pytest.mark.parametrize("line", [b"", b"at noon", b"    at least three", b"File a, line 3", b"panicked"])
def test_prose_is_no_start(line: bytes) -> None:
    assert not known_trace_lines().is_start(line)


def test_a_runtime_without_a_declaration_is_known_by_its_anchors() -> None:
    known = KnownTraceLines([trace_lines_from((b"stack traceback:",))])
    assert known.is_start(b"stack traceback:")
    assert quoted_trace(rb'"x\nstack traceback:\n\t[C]: in ?"', known) == (
        0,
        b"x\nstack traceback:\n\t[C]: in ?",
    )
    assert not KnownTraceLines([trace_lines_from(())]).is_start(b"")


@pytest.mark.parametrize("times", range(1, 4))
def test_a_frame_is_found_however_often_it_is_escaped(times: int) -> None:
    known = KnownTraceLines([TraceLines(frame=LineKind(rb'\tat "', (b'\tat "',)))])
    text = 'Failed\n\tat "x"\n'
    line = text
    for _ in range(times):
        line = (
            '"'
            + line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
            + '"'
        )
    assert known.may_be_quoted_in(b"plain\n%s\n" % line.encode())
    assert not known.may_be_quoted_in(text.encode())
    assert quoted_trace(line.encode(), known) == (0, text.encode())
