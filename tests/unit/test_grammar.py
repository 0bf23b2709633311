"""Grammars of stacks: which declarations are refused, and what is constant in a trace and what varies."""

from __future__ import annotations

import re

import pytest

from stacktraces._linear import may_take
from stacktraces.runtimes import Format, Grammar
from stacktraces.runtimes._grammar import beginnings
from stacktraces.scanning.fast_path.skeletons import SkeletonMatcher

HEADS = ("panic: {message:rest}\n\ngoroutine {id:digits} [{state}]:", "goroutine {id:digits} [{state}]:")
BODY = ("{function}({arguments:text})", "\t{file}:{line} +0x{offset}", "\t{file}:{line}")
FIELDS = (("function", r"[^\s(]++(?:\(\*[^)\s]*+\)[^\s(]*+)*+"), ("file", r"[^:\n]++"), ("line", "[0-9]++"))
GO = Grammar(heads=HEADS, body=BODY, fields=FIELDS)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"heads": ()}, "has no head"),
        ({"heads": ("a {b",)}, "a brace that is not doubled"),
        ({"heads": ("a }",)}, "a brace that is not doubled"),
        ({"heads": ("a {}",)}, "a placeholder that is"),
        ({"heads": ("a {message:words}",)}, "a placeholder that is"),
        ({"heads": ("a {message!r:rest}",)}, "brace that is not doubled"),
        ({"heads": ("a {b}{c}",)}, "a placeholder follows {b} directly"),
        ({"heads": ("a {id:digits}{message:rest}",)}, "a placeholder follows {id} directly"),
        ({"heads": ("a {type:rest}",)}, "would hide what tells two errors apart"),
        ({"heads": ("a {function:text}(",)}, "would hide"),
        ({"heads": ("a {id:digits}0",)}, "can take the '0'"),
        ({"heads": ("a {address:hex}f",)}, "can take the 'f'"),
        ({"heads": ("a {message:rest}.",)}, "is not at the end"),
        ({"heads": ("a {message:text}",)}, "must be 'rest'"),
        ({"heads": ("a {message:text}\nb",)}, "must be 'rest'"),
        ({"heads": ("a {message:text}ü",)}, "beyond ASCII"),
        ({"heads": ("a\r",)}, "carriage return"),
        ({"heads": ("a",), "body": ("b\nc",)}, "line end"),
        ({"heads": ("a",), "tails": ("b\n",)}, "line end"),
        ({"heads": ("a {b}",), "fields": (("c", "x"),)}, "No template has the constant field 'c'"),
        ({"heads": ("a {id:digits}",), "fields": (("id", "x"),)}, "No template has"),
        ({"heads": ("a {b}",), "fields": (("b", "(?:x+)+"),)}, "may be slow"),
        ({"heads": ("a {b}",), "fields": (("b", "[^x]*+"),)}, "can match a line end"),
        ({"heads": ("a {b}",), "fields": (("b", r"x\s"),)}, "can match a line end"),
        ({"heads": ("a {b}",), "fields": (("b", "(x)"),)}, "capturing group"),
        ({"heads": ("a {b}",), "fields": (("b", "(?i)x"),)}, "flags"),
        ({"heads": ("a {b}",), "fields": (("b", "(x"),)}, "no regular expression"),
        ({"heads": ("a",), "doubts": (("", "x"),)}, "A doubt needs"),
        ({"heads": ("a",), "doubts": (("x", "a\nb"),)}, "A doubt needs"),
    ],
)
def test_a_declaration_that_cannot_be_right_is_refused(declared: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        Grammar(**declared)  # type: ignore[arg-type]
    assert re.fullmatch(r"[A-Z].*\.", str(refused.value))
    assert "\n" not in str(refused.value)


def test_braces_stand_for_themselves_when_doubled() -> None:
    matcher = SkeletonMatcher(_format(), Grammar(heads=("#{{main}} {message:rest}",)))
    found = matcher.match(b"#{main} x\nINFO: x\n", 0, 100)
    assert found is not None
    assert found.skeleton.constants == (b"#{main} ", b"\n")


@pytest.mark.parametrize(
    ("pattern", "takes"),
    [(rb"a\n", True), (rb"[^a]", True), (rb"(?:a|\s)*+", True), (b"(?>.)", False), (rb"[^\n](?=\n)", False)],
)
def test_whether_a_pattern_takes_a_line_end(pattern: bytes, takes: bool) -> None:
    assert may_take(pattern, 10) == takes


def _format() -> Format:
    return Format(name="made", title="Made up", anchors=(b"goroutine ",), read=lambda cursor: None)


def test_where_a_trace_begins() -> None:
    assert beginnings(GO, "goroutine ") == ((2, False, 0), (0, False, 0))
    assert beginnings(GO, "panic: ") == ((0, False, 0),)
    assert beginnings(GO, "Traceback") == ()
    java = Grammar(
        heads=(
            "{type}: {message:rest}",
            "Exception in {thread:text}: {type}\n",
            "{record}{type}: {message:rest}",
        ),
        body=("\tat {frame}",),
    )
    assert beginnings(java, "\tat ") == ((2, False, 0), (1, True, 0), (1, False, 0))


TRACE = b"""\
panic: bad order 17

goroutine 4 [running]:
shop/store.(*Store).Price(0xc000012, {0x6bd878?, 0x0?})
	/srv/shop/store.go:20 +0x34
main.main()
	/srv/shop/main.go:42
"""
NEXT = b"2026-11-28 12:00:00 next\n"


def test_what_varies_stands_in_holes() -> None:
    found = SkeletonMatcher(_format(), GO).match(b"x\n" + TRACE + NEXT, 2, 1000)
    assert found is not None
    assert (found.start, found.end) == (2, 2 + len(TRACE))
    assert found.skeleton.constants == (
        b"panic: ",
        b"\n\ngoroutine ",
        b" [running]:\nshop/store.(*Store).Price(",
        b")\n\t/srv/shop/store.go:20 +0x34\nmain.main(",
        b")\n\t/srv/shop/main.go:42\n",
    )
    assert [hole.name for hole in found.skeleton.holes] == ["message", "id", "arguments", "arguments"]
    assert b"".join((b"x\n" + TRACE)[first:last] for first, last in found.spans) == (
        b"bad order 1740xc000012, {0x6bd878?, 0x0?}"
    )


@pytest.mark.parametrize(
    "text",
    [
        TRACE,
        TRACE + b"more\n" + NEXT,
        TRACE[:-1] + b"\r\n" + NEXT,
        TRACE.replace(b"goroutine 4", b"goroutine x") + NEXT,
        TRACE.replace(b"\n\n", b"\nsecond line\n\n") + NEXT,
        b"shop.main()\n" * 5 + NEXT,
        TRACE + b"main.main()\n" * 500 + NEXT,
    ],
)
def test_what_is_not_certain_has_no_skeleton(text: bytes) -> None:
    assert SkeletonMatcher(_format(), GO).match(text, 0, len(text)) is None


def test_parts_of_a_chain_are_joined_by_links() -> None:
    grammar = Grammar(
        heads=("Stack:",), body=("  {frame}",), tails=("{type}: {message:rest}",), links=("\nwhile\n",)
    )
    part = b"Stack:\n  f\nE: x\n"
    matcher = SkeletonMatcher(_format(), grammar)
    for count in (1, 2, 3):
        text = b"\nwhile\n\n".join([part] * count) + NEXT
        found = matcher.match(text, 0, len(text))
        assert found is not None
        assert (found.end, len(found.spans)) == (len(text) - len(NEXT), count)
    for text in (part + b"\nwhile\n\n" + NEXT, b"Stack:\n  f\n" + NEXT, b"E: x\n" + NEXT):
        assert matcher.match(text, 0, len(text)) is None
