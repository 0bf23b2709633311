"""Details of reading what OCaml prints."""

from __future__ import annotations

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes.ocaml import starts_trace
from stacktraces.runtimes.ocaml.names import normalise, symbol

RAISED = 'Raised at Shop.f in file "shop.ml", line 4, characters 1-2\n'


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def test_local_functions_lose_the_number_that_the_compiler_gave_them() -> None:
    assert normalise("Shop.total.helper_271") == "Shop.total.helper"
    assert normalise("Shop.total.(fun)") == "Shop.total.(fun)"


def test_the_module_tells_whose_function_it_is() -> None:
    names = ("Stdlib__List.map", "Lwt_main.run", "Shop.f")
    assert [symbol(each, "", "", None).role for each in names] == ["platform", "library", "own"]


def test_a_message_may_have_several_lines() -> None:
    (found,) = traces(f'Fatal error: exception Failure("a\n\nb")\n{RAISED}next\n')
    assert (found.error.message, len(found.error.frames)) == ('"a\n\nb"', 1)


def test_two_behind_each_other_stay_two() -> None:
    found = traces(f"Fatal error: exception Not_found\n{RAISED}" * 2 + "exit status 2\n")
    assert [len(each.error.frames) for each in found] == [1, 1]


def test_a_start_is_told_by_its_line() -> None:
    assert starts_trace("Fatal error: exception Not_found", "")
    assert not starts_trace("Fatal error: no memory", "")
