"""Lua: what the samples of the corpus cannot tell apart."""

from __future__ import annotations

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes import runtime_named
from stacktraces.runtimes.lua.names import normalise, symbol

STACK = "stack traceback:\n\t[C]: in function 'error'\n\tshop.lua:9: in main chunk\n\t[C]: in ?\n"


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def test_two_errors_behind_each_other_are_two() -> None:
    text = f"lua5.4: shop.lua:9: one\n{STACK}lua5.4: shop.lua:9: two\n{STACK}done\n"
    assert [each.error.message for each in traces(text)] == ["one", "two"]


def test_a_stack_in_a_message_is_not_the_errors() -> None:
    fake = "stack traceback:\n\tx.lua:3: in function 'f'\nend\n"
    (trace,) = traces(f"lua5.4: shop.lua:9: bad\n{fake}{STACK}")
    assert trace.error.message == f"bad\n{fake}".rstrip()
    assert [each.file for each in trace.error.frames] == ["[C]", "shop.lua", "[C]"]


@pytest.mark.parametrize(
    ("line", "function", "file", "number"),
    [
        ("\tshop.lua:3: in method 'price'", "price", "shop.lua", 3),
        ("\tshop.lua:3: in method 'shop:price'", "shop:price", "shop.lua", 3),
        ("\tshop.lua:4: in upvalue 'total'", "total", "shop.lua", 4),
        ("\tshop.lua:8: in function <shop.lua:8>", "function <shop.lua:8>", "shop.lua", 8),
        ("\tshop.lua: in function 'f'", "f", "shop.lua", None),
        (
            '\t[string "error("in: 3: chunk")"]:1: in main chunk',
            "main chunk",
            '[string "error("in: 3: chunk")"]',
            1,
        ),
        ("\t[builtin#21]: at 0x5559", None, "[builtin#21]", None),
        ("\tC:/app/shop.lua:3: in field 'f'", "f", "C:/app/shop.lua", 3),
        ("\t[C]: in for iterator 'for iterator'", "for iterator", "[C]", None),
    ],
)
def test_frames(line: str, function: str | None, file: str, number: int | None) -> None:
    (trace,) = traces(f"lua: x\nstack traceback:\n{line}\n")
    (frame,) = trace.error.frames
    assert (frame.function, frame.file, frame.line) == (function, file, number)


@pytest.mark.parametrize(
    "text",
    [
        "stack traceback:\nnothing\n",
        "he was near 'the door'\n",
        "(error object is round)\n",
        "x: stack traceback:\n",
    ],
)
def test_what_only_looks_like_an_error_is_none(text: str) -> None:
    assert traces(text) == []


def test_a_log_on_one_line() -> None:
    text = (
        "2026-11-28 12:00:00 ERROR shop.lua:3: boom stack traceback: [C]: in function 'error' "
        "shop.lua:3: in function <shop.lua:1> [C]: in ?\n"
    )
    (trace,) = traces(text)
    assert trace.error.message == "boom"
    assert [each.function for each in trace.error.frames] == ["error", "function <shop.lua:1>", None]


def test_names_of_two_versions_are_one() -> None:
    assert normalise("table.sort") == normalise("sort")
    assert normalise("function <a/shop.lua:8>") == normalise("function <shop.lua:9>")
    assert symbol("error", "", "[C]", None).role == "crash"
    assert symbol("f", "", "/usr/local/share/lua/5.1/resty/worker/events.lua", None).role == "library"
    assert symbol("f", "", "...share/shop/price.lua", None).place == "price.lua"


def test_another_runtimes_message_ends_where_lua_starts() -> None:
    lua = runtime_named("lua")
    assert lua is not None
    assert lua.starts is not None
    assert lua.starts("lua: x.lua:1: boom", "stack traceback:")
    assert not lua.starts("lua: x.lua:1: boom", "")


def test_many_frames_are_bounded() -> None:
    text = "lua: x.lua:1: boom\nstack traceback:\n" + "\tx.lua:1: in function 'f'\n" * 3000
    (trace,) = traces(text)
    assert len(trace.error.frames) == 1000
    assert trace.uncertain == ["2000 frames of a long stack are not here."]
