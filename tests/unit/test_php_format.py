"""PHP: what the samples of the corpus cannot tell apart."""

from __future__ import annotations

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes import runtime_named
from stacktraces.runtimes.php.names import error as error_type
from stacktraces.runtimes.php.names import normalise, symbol

STACK = "Stack trace:\n#0 /srv/a.php(9): f('x')\n#1 {main}\n"
HEADER = "Uncaught KeyError: no plum in /srv/a.php:6\n"
THROWN = "  thrown in /srv/a.php on line 6\n"
LOGGED = f"PHP Fatal error:  {HEADER}{STACK}{THROWN}"
SHOWN = f"\nFatal error: {HEADER}{STACK}{THROWN}"


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def places(trace: Trace) -> list[tuple[str | None, str | None, int | None]]:
    return [(each.function, each.file, each.line) for each in trace.error.frames]


def test_a_frame_has_the_place_inside_its_function() -> None:
    (trace,) = traces(LOGGED)
    assert places(trace) == [("f", "/srv/a.php", 6), ("{main}", "/srv/a.php", 9)]
    assert trace.error.frames[0].args == "'x'"


def test_what_is_logged_and_displayed_counts_once() -> None:
    assert len(traces(LOGGED + SHOWN)) == 1
    assert len(traces(SHOWN + LOGGED)) == 1
    assert len(traces(LOGGED + LOGGED)) == 2
    assert len(traces(LOGGED + SHOWN.replace("plum", "pear"))) == 2
    warning = "Warning:  Undefined variable $x in /srv/a.php on line 26\n"
    assert len(traces(f"PHP {warning}\n{warning.replace('  ', ' ')}")) == 1


def test_a_stack_in_a_message_is_not_the_errors() -> None:
    fake = "Uncaught KeyError: bad in /srv/b.php:3\nStack trace:\n#0 {main}\n in /srv/a.php:6\n"
    (trace,) = traces(f"PHP Fatal error:  {fake}{STACK}{THROWN}")
    assert trace.error.message == "bad in /srv/b.php:3\nStack trace:\n#0 {main}\n"
    assert places(trace)[0] == ("f", "/srv/a.php", 6)


@pytest.mark.parametrize(
    "args", ["'a)\nb', 'c'", "'(x'", "Object(Closure), 'it's'", "'#1 {main}'", "'\n', '\n'", "Array, 1.5"]
)
def test_arguments_may_hold_anything(args: str) -> None:
    text = f"PHP Fatal error:  {HEADER}Stack trace:\n#0 /srv/a.php(9): A\\B->f({args})\n#1 {{main}}\n{THROWN}"
    (trace,) = traces(text)
    assert [each.function for each in trace.error.frames] == ["A\\B->f", "{main}"]
    assert trace.error.frames[0].args == args


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ("#0 /srv/a.php(9): {closure:A\\B::m():20}(1)", "{closure:A\\B::m():20}"),
        ("#0 /srv/a.php(9): {closure:/srv/x (1).php:20}(1)", "{closure:/srv/x (1).php:20}"),
        ("#0 /srv/a.php(29) : eval()'d code(1): A\\f()", "A\\f"),
        ("#0 [internal function]: A->f()", "A->f"),
        (
            "#0 /srv/a.php(9): class@anonymous\0/srv/a.php:38$0->run()",
            "class@anonymous\0/srv/a.php:38$0->run",
        ),
    ],
)
def test_names_of_functions(line: str, function: str) -> None:
    (trace,) = traces(f"PHP Fatal error:  {HEADER}Stack trace:\n{line}\n#1 {{main}}\n{THROWN}")
    assert trace.error.frames[0].function == function


def test_the_type_of_an_anonymous_class_has_no_place() -> None:
    text = LOGGED.replace("KeyError", "class@anonymous\0/srv/a.php:38$0")
    (trace,) = traces(text)
    assert trace.error.type == "class@anonymous\0/srv/a.php:38$0"
    assert trace.error.message == "no plum"
    assert error_type(trace.error.type, "") == "class@anonymous"


@pytest.mark.parametrize(
    "text",
    [
        "Warning: you are number 3 in the queue on line 4\n",
        "2026-11-28 INFO Fatal error: none in sight on line 3\n",
        "Stack trace:\nnothing here\n",
        "#0 line\n#1 {main}\n",
        "the [object] (Object) was on line 5\n",
        "PHP Warning: look out\n",
        "user wrote: Warning: x in /srv/a.php on line 3\n",
    ],
)
def test_what_only_looks_like_an_error_is_none(text: str) -> None:
    assert traces(text) == []


def test_errors_without_a_stack_have_their_place() -> None:
    (trace,) = traces("[28-Nov-2026 19:50:26 UTC] PHP Parse error:  bad in /srv/a.php on line 26\n")
    assert (trace.error.type, trace.error.message) == ("Parse error", "bad")
    assert places(trace) == [(None, "/srv/a.php", 26)]


def test_lines_behind_a_trace_are_not_its_own() -> None:
    found = traces(LOGGED + "exit status 255\n" + LOGGED)
    assert len(found) == 2
    text = f"KeyError: no plum in /srv/a.php:6\n{STACK}joined\n{LOGGED}"
    assert [each.error.type for each in traces(text)] == ["KeyError", "KeyError"]


def test_names_of_two_builds_are_one() -> None:
    assert normalise("Shop\\{closure}") == normalise("{closure:/srv/a.php:20}") == "{closure}"
    assert (
        normalise("{closure:A::m():20}")
        == normalise("{closure:A::m():21}")
        != normalise("{closure:A::n():20}")
    )
    assert normalise("class@anonymous\0/srv/a.php:38$0->run") == "class@anonymous->run"
    assert symbol("f", "", "/srv/app/vendor/a/b/src/x.php", None).role == "library"
    view = "/srv/storage/framework/views/{}.php"
    assert symbol("f", "", view.format("0a" * 20), None) == symbol("f", "", view.format("1b" * 20), None)


def test_another_runtimes_message_ends_where_php_starts() -> None:
    php = runtime_named("php")
    assert php is not None
    assert php.starts is not None
    assert php.starts("PHP Fatal error:  Uncaught E: m in /a.php:3", "")
    assert not php.starts("Warning: m in /a.php on line 3", "")


def test_many_frames_are_bounded() -> None:
    calls = "".join(f"#{number} /srv/a.php(9): f()\n" for number in range(3000))
    text = f"PHP Fatal error:  {HEADER}Stack trace:\n{calls}#3000 {{main}}\n{THROWN}"
    (trace,) = traces(text)
    assert len(trace.error.frames) == 1000
    assert trace.uncertain == ["2001 frames of a long stack are not here."]
