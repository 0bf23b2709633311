"""Details of reading what Erlang and Elixir print."""

from __future__ import annotations

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes.erlang import starts_trace
from stacktraces.runtimes.erlang.names import normalise, symbol


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("anonymous fn/1 in Shop.Store.total/1", "Shop.Store.total/1"),
        (":gen_server.handle_msg/6", "gen_server:handle_msg/6"),
        ("shop:'-main/1-fun-1-'/0", "shop:main/1"),
        ("'Elixir.Shop.Store':price/2", "Shop.Store.price/2"),
        ("erlang:map_get/2", "map_get/2"),
    ],
)
def test_both_languages_name_a_function_alike(printed: str, expected: str) -> None:
    assert normalise(printed) == expected


def test_what_is_not_the_program_is_told_by_application_or_module() -> None:
    frames = [("gen:call/4", ""), ("Ecto.Repo.get/2", "ecto_sql"), ("Shop.go/1", "shop"), ("shop:go/1", "")]
    roles = [symbol(name, application, "", None).role for name, application in frames]
    assert roles == ["platform", "library", "own", "own"]


def test_arguments_are_counted() -> None:
    (found,) = traces('** (UndefinedFunctionError) no\n    Shop.Nope.run("a, b", {1, [2, 3]})\n')
    assert (found.error.frames[0].function, found.error.frames[0].args) == (
        "Shop.Nope.run/2",
        '"a, b", {1, [2, 3]}',
    )


def test_reports_of_two_errors_stay_two() -> None:
    one = "=ERROR REPORT==== 28-Nov-2026::20:00:18.4 ===\nError in process <0.79.0> with exit value:\n"
    text = f'{one}{{badarg,[{{a,f,1,[{{file,"a.erl"}},{{line,3}}]}}]}}\n\n' * 2
    assert [each.error.type for each in traces(text)] == ["badarg", "badarg"]


def test_a_report_without_an_error_is_none() -> None:
    assert traces("=ERROR REPORT==== 28-Nov-2026::20:00:18.4 ===\ndisk almost full\n\n") == []


def test_a_start_is_told_by_its_line_or_the_next() -> None:
    assert starts_trace("** (KeyError) key not found", "")
    assert not starts_trace("** (Note) see below", "    the list")
