"""Exceptions of the Java virtual machine as Clojure, Gradle, servers and test tools print them."""

from __future__ import annotations

import pytest

from tests.unit.java_traces import FRAME, chain, one, traces

SENTENCES = {
    "Execution error (ArithmeticException) at shop.core/price (shop.clj:2).": ("ArithmeticException", "shop.core/price", 2),
    "Execution error at user/eval1 (REPL:1).": ("Execution error", "user/eval1", 1),
    "Execution error - invalid arguments to shop.core/f at (shop.clj:7).": ("Execution error", None, 7),
    "Syntax error compiling at (shop.clj:2:10).": ("Syntax error", None, 2),
    "Syntax error (ClassNotFoundException) compiling new at (shop.clj:2:10).": ("ClassNotFoundException", None, 2),
    "Syntax error reading source at (shop.clj:9:1).": ("Syntax error", None, 9),
    "Syntax error macroexpanding clojure.core/let at (shop.clj:1:1).": ("Syntax error", None, 1),
    "Unexpected error (NullPointerException) macroexpanding f at (shop.clj:3:1).": ("NullPointerException", None, 3),
    "user=> Execution error (ArithmeticException) at user/eval1 (REPL:1).": ("ArithmeticException", "user/eval1", 1),
}  # fmt: skip


@pytest.mark.parametrize("line", SENTENCES)
def test_clojure_s_sentences(line: str) -> None:
    trace = one(f"{line}\nno price\n\nFull report at:\n/tmp/clojure-1.edn\nnext\n")
    (frame,) = trace.error.frames
    assert (trace.error.type, frame.function, frame.line) == SENTENCES[line]
    assert (trace.format, trace.error.message) == ("clojure", "no price")


@pytest.mark.parametrize("line", ["Syntax error near unexpected token", "Execution error", "#error {", "Unexpected error (x) here"])  # fmt: skip
def test_prose_is_no_clojure_error(line: str) -> None:
    assert traces(f"{line}\nno price\n") == []


def test_gradle_s_short_report() -> None:
    text = "shop.OrdersTest > inner > total() FAILED\n    a.X at OrdersTest.java:7\n        Caused by: a.Y at OrdersTest.java:5\n            Caused by: a.Z at Other.kt:9\n\n3 tests completed\n"  # fmt: skip
    trace = one(text)
    assert chain(trace.error) == ["a.X", "a.Y", "a.Z"]
    assert [each.function for each in trace.error.frames] == [None, "shop.OrdersTest.total"]
    assert [(each.module, each.line) for each in trace.error.frames] == [("shop.OrdersTest", 7), (None, None)]


@pytest.mark.parametrize("line", ["a > b FAILED", ":test FAILED", "T > total FAILED\n    no such place", "3 of 4 FAILED"])  # fmt: skip
def test_other_failures_are_not_gradle_s(line: str) -> None:
    assert traces(f"{line}\nnext\n") == []


def test_the_launcher_found_no_class() -> None:
    error = one("Error: Could not find or load main class shop.Main\nCaused by: java.lang.ClassNotFoundException: shop.Main\nnext\n").error  # fmt: skip
    assert chain(error) == ["Error", "java.lang.ClassNotFoundException"]
    assert error.message == "Could not find or load main class shop.Main"


def test_the_loggers_own_blank_line_is_passed() -> None:
    record = (
        "2026-03-01 12:00:00 ERROR [failed; nested exception is java.io.IOException: m] with root cause\n\n"
    )
    trace = one(f"{record}shop.Refused: m\n{FRAME}")
    assert (trace.error.type, trace.origin.offset) == ("shop.Refused", len(record))


def test_tomcat_indents_the_whole_trace() -> None:
    text = f"01-Mar-2026 12:00:00.123 SEVERE [main] o.a.c.X.y failed\n\ta.X: m\n\n\tmore\n\t{FRAME}\tCaused by: a.Y: n\n\t\t... 1 more\n01-Mar-2026 12:00:01.123 INFO [main] o.a.c.X.y done\n"  # fmt: skip
    error = one(text).error
    assert chain(error) == ["a.X", "a.Y"]
    assert error.message == "m\n\nmore"


def test_weblogic_cuts_a_stack() -> None:
    text = f"a.X: m\n{FRAME}\tTruncated. see log file for complete stacktrace\nCaused By: a.Y: n\n{FRAME}"
    assert chain(one(text).error) == ["a.X", "a.Y"]


def test_jenkins_prints_the_root_first() -> None:
    text = (
        f"java.io.IOException: root\n{FRAME}Caused: a.Y: n\n{FRAME}Caused: a.X: m\n{FRAME}Finished: FAILURE\n"
    )
    assert chain(one(text).error) == ["a.X", "a.Y", "java.io.IOException"]


def test_mockito_s_message_names_places() -> None:
    message = "\nWanted but not invoked:\nstore.price(\"plum\");\n-> at shop.OrdersTest.total(OrdersTest.java:12)\nActually, there were zero interactions with this mock.\n"  # fmt: skip
    error = one(f"org.mockito.exceptions.verification.WantedButNotInvoked: {message}\n{FRAME}").error
    assert (error.type or "").endswith("WantedButNotInvoked")
    assert len(error.frames) == 1
