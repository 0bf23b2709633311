"""Details of reading what .NET prints."""

from __future__ import annotations

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes.dotnet import starts_trace
from stacktraces.runtimes.dotnet.names import normalise, symbol


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Shop.Orders.<Place>d__3.MoveNext", "Shop.Orders.Place"),
        ("Shop.Orders.<>c.<Main>b__0_1", "Shop.Orders.Main.lambda"),
        ("Shop.Orders.<>c__DisplayClass5_0.<<Place>b__0>d.MoveNext", "Shop.Orders.Place.lambda"),
        ("Shop.Orders.<Save>g__Write|4_0", "Shop.Orders.Save.Write"),
        ("Program.<<Main>$>g__Run|0_0", "Program.Main.Run"),
        ("Shop.Store`1+<Iter>c__Iterator0[T].MoveNext", "Shop.Store`1.Iter"),
        ("Shop.Store`1.<Iter>c__Iterator0.MoveNext", "Shop.Store`1.Iter"),
        ("Dictionary`2[TKey,List`1[T]].get_Item", "Dictionary`2.get_Item"),
        ("Shop.Program.clo@12-1.Invoke", "Shop.Program.clo.Invoke"),
        ("lambda_method12", "lambda_method"),
        ("Castle.Proxies.StoreProxy_1.Get", "Castle.Proxies.StoreProxy.Get"),
    ],
)
def test_what_compilers_generate_is_named_after_its_method(printed: str, expected: str) -> None:
    assert normalise(printed) == expected


def test_the_runtime_and_libraries_are_not_own_code() -> None:
    roles = [
        symbol(each, "", "", None).role for each in ("System.Int32.Parse", "Serilog.Log.Write", "Shop.Go")
    ]
    assert roles == ["platform", "library", "own"]


@pytest.mark.parametrize(
    "frame",
    [
        "    at Object.f (/srv/a.js:1:2)",
        "    at shop.Orders.main(Orders.java:33)",
        "    at java.lang.Thread.sleep(Native Method)",
        "    at Kotlin.run(Run.kt)",
        "   at the end (of the day)",
    ],
)
def test_frames_of_others_are_left_to_them(frame: str) -> None:
    assert not [each for each in traces(f"System.Exception: m\n{frame}\n") if each.runtime == "dotnet"]


def test_two_exceptions_behind_each_other_stay_two_and_what_follows_is_left() -> None:
    one = "Unhandled exception. System.Exception: m\n   at Shop.Program.Main(String[] a)\n"
    found = traces(one + one + "exit status 2\n")
    assert [each.error.message for each in found] == ["m", "m"]
    assert all(len(each.error.frames) == 1 for each in found)


def test_what_mono_prints_twice_is_one() -> None:
    text = "System.Exception: m\n  at Shop.Program.Main () [0x00001] in <12ab>:0 \n"
    found = traces(f"\nUnhandled Exception:\n{text}[ERROR] FATAL UNHANDLED EXCEPTION: {text}")
    assert len(found) == 1
    assert found[0].error.frames[0].file is None


def test_members_of_members_keep_their_place() -> None:
    text = (
        "System.AggregateException: all (a) (b)\n ---> System.Exception: a\n   --- End of inner exception stack trace ---\n"
        "   at Shop.P.Main()\n ---> (Inner Exception #1) System.AggregateException: some (c)\n"
        " ---> System.Exception: c\n   --- End of inner exception stack trace ---\n   at Shop.P.F()\n"
        " ---> (Inner Exception #1) System.Exception: d\n   at Shop.P.G()<---\n<---\n\n"
        " ---> (Inner Exception #2) System.Exception: e<---\n\nnext\n"
    )
    (found,) = traces(text)
    some, last = found.error.children
    assert [each.message for each in some.children] == ["d"]
    assert (last.message, last.frames) == ("e", [])


def test_a_message_may_hold_what_looks_like_a_frame_of_another_kind() -> None:
    text = "Unhandled exception. System.Exception: m\n    at least three\n\n   at Shop.Program.Main()\nnext\n"
    (found,) = traces(text)
    assert found.error.message == "m\n    at least three"


def test_a_start_is_told_by_its_own_line_or_the_next() -> None:
    assert starts_trace("Unhandled exception. System.Exception: m", "")
    assert starts_trace("Shop.OrderException: m", "   at Shop.Program.Main(String[] a)")
    assert not starts_trace("Shop.OrderException: m", "no frame")
