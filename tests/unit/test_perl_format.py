"""Perl: what the samples of the corpus cannot tell apart."""

from __future__ import annotations

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes import runtime_named
from stacktraces.runtimes.perl.names import normalise, symbol

CALLS = '\tShop::price(Shop=HASH(0x55ce), "a (b) called at x line 3") called at shop.pl line 5\n'
HEADER = "no sku plum at shop.pl line 4.\n"


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def places(trace: Trace) -> list[tuple[str | None, str | None, int | None]]:
    return [(each.function, each.file, each.line) for each in trace.error.frames]


def test_a_frame_has_the_place_inside_its_function() -> None:
    (trace,) = traces(HEADER + CALLS + "done\n")
    assert places(trace) == [("Shop::price", "shop.pl", 4), (None, "shop.pl", 5)]
    assert trace.error.frames[0].args == 'Shop=HASH(0x55ce), "a (b) called at x line 3"'


def test_two_errors_behind_each_other_are_two() -> None:
    found = traces(HEADER + CALLS + HEADER.replace("plum", "pear") + CALLS)
    assert [each.error.message for each in found] == ["no sku plum", "no sku pear"]


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ("\teval {...} called at shop.pl line 5", "eval {...}"),
        ("\teval 'price(\"x\")' called at shop.pl line 5", "eval 'price(\"x\")'"),
        ("\trequire Shop.pm called at shop.pl line 5", "require Shop.pm"),
        (
            "\tmain::__ANON__[/srv/x.psgi:12](1) called at shop.pl line 5 thread 2",
            "main::__ANON__[/srv/x.psgi:12]",
        ),
        ("Shop::price('x') called at shop.pl line 5", "Shop::price"),
    ],
)
def test_calls(line: str, function: str) -> None:
    (trace,) = traces(HEADER + line + "\n")
    assert places(trace) == [(function, "shop.pl", 4), (None, "shop.pl", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "no sku plum at shop.pl line 4.\n",
        "no sku plum at shop.pl line 4, <$f> line 1.\nnext\n",
        'Can\'t call method "x" on an undefined value at shop.pl line 4.\nnext\n',
        "[2026-11-28 12:00:00.1] [77] [error] [abc] no sku plum at shop.pl line 4.\nnext\n",
        "2026-11-28 12:00:00 ERROR no sku plum at shop.pl line 4.\nnext\n",
        "no sku plum at shop.pl line 4.\n\t...propagated at shop.pl line 9.\nnext\n",
        "no sku plum at shop.pl line 4.\nCompilation failed in require at x.pl line 9.\nnext\n",
    ],
)
def test_errors_without_a_stack_that_are_sure(text: str) -> None:
    (trace,) = traces(text)
    assert places(trace) == [(None, "shop.pl", 4)]


@pytest.mark.parametrize(
    "text",
    [
        "no sku plum at shop.pl line 4.\nnext\n",
        "no sku plum at shop.pl line 4, they said\n",
        "[2026-11-28 12:00:00.1] [77] [info] [abc] no sku plum at shop.pl line 4.\n",
        "2026-11-28 12:00:00 INFO no sku plum at shop.pl line 4.\n",
        "Use of uninitialized value $x at shop.pl line 4.\n",
        "we were called at home line 4\n",
        "\tShop::price(1) called at shop.pl line 5\n",
        "look at shop.pl line 4 please\n",
        "met at noon line 4.\n",
    ],
)
def test_what_only_looks_like_an_error_is_none(text: str) -> None:
    assert traces(text) == []


def test_a_record_that_leads_on_is_the_messages_start() -> None:
    (trace,) = traces(f"2026-11-28 12:00:00 ERROR first:\nsecond at shop.pl line 4.\n{CALLS}")
    assert trace.error.message == "first:\nsecond"
    for record in ("2026-11-28 12:00:00 INFO start", "2026-11-28 12:00:00 ERROR request failed"):
        (trace,) = traces(f"{record}\n{HEADER}{CALLS}")
        assert trace.error.message == "no sku plum"


def test_names_of_two_runs_are_one() -> None:
    assert normalise("main::__ANON__[/srv/x.psgi:12]") == "main::__ANON__"
    assert normalise("eval 'f(1)'") == normalise("eval 'f(2)'")
    assert symbol("f", "", "(eval 5)", None) == symbol("f", "", "(eval 7)", None)
    assert symbol("f", "", "/usr/share/perl5/Dancer/Handler.pm", None).place == "Dancer/Handler.pm"
    assert symbol("f", "", "/usr/share/perl/5.36/Carp.pm", None).role == "platform"
    assert symbol("f", "", "/srv/shop/lib/Shop.pm", None).role == "own"
    assert symbol("eval {...}", "", "/srv/shop/lib/Shop.pm", None).role == "glue"


def test_another_runtimes_message_ends_where_perl_starts() -> None:
    perl = runtime_named("perl")
    assert perl is not None
    assert perl.starts is not None
    assert perl.starts(HEADER.rstrip(), CALLS.rstrip())
    assert not perl.starts(HEADER.rstrip(), "next")


def test_many_frames_are_bounded() -> None:
    (trace,) = traces(HEADER + "\tmain::f(1) called at shop.pl line 5\n" * 3000)
    assert len(trace.error.frames) == 1001
    assert trace.uncertain == ["2000 frames of a long stack are not here."]
