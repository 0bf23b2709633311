"""Ruby: what the samples of the corpus cannot tell apart."""

from __future__ import annotations

from itertools import pairwise

import pytest

from stacktraces.model import Error, Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes import runtime_named
from stacktraces.runtimes.ruby.names import normalise, symbol

FRAMES = "\tfrom orders.rb:17:in '<main>'\n"


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def chain(error: Error) -> list[str | None]:
    found = []
    link: Error | None = error
    while link is not None:
        found.append(link.type)
        link = link.cause
    return found


def test_two_errors_behind_each_other_are_two() -> None:
    text = (
        "orders.rb:5:in 'price': no plum (KeyError)\n\tfrom orders.rb:17:in '<main>'\n"
        "orders.rb:6:in 'cost': no pear (IndexError)\n\tfrom orders.rb:18:in '<main>'\n"
    )
    assert [each.error.type for each in traces(text)] == ["KeyError", "IndexError"]


def test_the_same_error_of_two_runs_counts_twice() -> None:
    text = "orders.rb:5:in 'price': no plum (KeyError)\n" + FRAMES
    assert len(traces(text + text)) == 2


def test_what_a_thread_prints_and_its_joiner_again_counts_once() -> None:
    error = "x.rb:1:in 'block in <main>': boom (RuntimeError)\n"
    thread = "#<Thread:0x00007f@worker x.rb:1 run> terminated with exception (report_on_exception is true):\n"
    (trace,) = traces(thread + error + error)
    assert trace.context.thread == "worker"
    assert len(traces(thread + error + thread + error)) == 2


def test_a_cause_is_told_by_the_method_that_rescued() -> None:
    text = (
        "x.rb:9:in 'Shop.place': failed (OrderError)\n\tfrom x.rb:20:in '<main>'\n"
        "x.rb:3:in 'Shop.price': no plum (KeyError)\n\tfrom x.rb:7:in 'Shop.place'\n\tfrom x.rb:20:in '<main>'\n"
    )
    (trace,) = traces(text)
    assert chain(trace.error) == ["OrderError", "KeyError"]


def test_lines_behind_a_trace_are_not_its_own() -> None:
    text = "x.rb:5:in 'price': no plum (KeyError)\n" + FRAMES + "joined\nexit status 1\n"
    (trace,) = traces(text)
    assert trace.error.message == "no plum"
    (trace,) = traces("x.rb:5:in '<main>': no plum (KeyError)\nexit status 1\n")
    assert trace.error.message == "no plum"


def test_frames_in_a_message_are_not_the_errors() -> None:
    text = "x.rb:5:in 'price': bad (KeyError)\n\tfrom y.rb:1:in 'z'\nend\n" + FRAMES
    (trace,) = traces(text)
    assert trace.error.message == "bad\n\tfrom y.rb:1:in 'z'\nend"
    assert [each.line for each in trace.error.frames] == [5, 17]


@pytest.mark.parametrize(
    "text",
    [
        "x.rb:3:in `foo': warning: method redefined\n",
        "x.rb:3:in `foo'\n",
        "2026-11-28 INFO at x.rb:3:in `foo'\n",
        "2026-11-28 INFO slow query\n2026-11-28 INFO other\n",
        "[BUG] 123 fix typo\n",
        "that (SyntaxError) was ours\n",
    ],
)
def test_what_only_looks_like_an_error_is_none(text: str) -> None:
    assert traces(text) == []


@pytest.mark.parametrize(
    ("header", "type_", "message"),
    [
        ("ERROR [x] KeyError: no plum", "KeyError", "no plum"),
        ("ERROR [x] Shop::Failed: it\nwent wrong", "Shop::Failed", "it\nwent wrong"),
        ("E, [2026-11-28T19:49:16.519172 #4377] ERROR -- : a\n\nb (KeyError)", "KeyError", "a\n\nb"),
        ("2026-11-28 12:00:05 +0000 app: #<KeyError: no plum>", "KeyError", "no plum"),
        ("KeyError (no plum):\n", "KeyError", "no plum"),
        ("2026-11-28 12:00:05 ERROR request failed", None, "2026-11-28 12:00:05 ERROR request failed"),
    ],
)
def test_the_header_of_a_logged_error(header: str, type_: str | None, message: str) -> None:
    (trace,) = traces(f"{header}\napp/a.rb:3:in 'x'\napp/b.rb:4:in 'y'\nother\n")
    assert (trace.error.type, trace.error.message) == (type_, message)
    assert [each.file for each in trace.error.frames] == ["app/a.rb", "app/b.rb"]


def test_names_of_two_versions_are_one() -> None:
    for old, new in pairwise(["block in place", "block (2 levels) in Shop.place", "rescue in place"]):
        assert normalise(old) == normalise(new) == "place"
    assert normalise("_app_views_orders_show_html_erb___123_456") == "_app_views_orders_show_html_erb"
    gem = symbol("call", "", "/usr/local/bundle/gems/rack-3.0.1/lib/rack.rb", None)
    assert gem == symbol("call", "", "/x/bundler/gems/rack-0a1b2c3d4e5f/lib/rack.rb", None)
    assert symbol("require", "", "/usr/lib/ruby/vendor_ruby/rubygems.rb", None).role == "platform"


def test_another_runtimes_message_ends_where_ruby_starts() -> None:
    ruby = runtime_named("ruby")
    assert ruby is not None
    assert ruby.starts is not None
    assert ruby.starts("x.rb:1:in 'f': boom (KeyError)", "")
    assert not ruby.starts("x.rb:1:in 'f': warning: old", "")


def test_many_frames_are_bounded() -> None:
    text = "x.rb:1:in 'f': boom (KeyError)\n" + "\tfrom x.rb:1:in 'f'\n" * 5000
    (trace,) = traces(text)
    assert len(trace.error.frames) == 1000
    assert trace.uncertain == ["4001 frames of a long stack are not here."]
