"""Exceptions of the Java virtual machine: headers, messages, causes, and where they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.cursor import Cursor
from stacktraces.parsing import iterate
from tests.golden import check, inputs
from tests.unit.java_traces import FRAME, RECORD, chain, one, traces


@pytest.mark.parametrize("path", [*inputs("clojure"), *inputs("gradle")], ids=lambda path: path.stem)
def test_captures_are_read_as_before(path: Path) -> None:
    check(path, list(iterate(path.read_bytes())))


HEADERS = {
    "java.lang.X: m": ("java.lang.X", "m"),
    "java.lang.X": ("java.lang.X", None),
    "java.lang.X: ": ("java.lang.X", ""),
    "java.lang.X:": ("java.lang.X", ""),
    "shop.Orders$Quiet: m": ("shop.Orders$Quiet", "m"),
    "shop.Orders$1: m": ("shop.Orders$1", "m"),
    "OrderError: m": ("OrderError", "m"),
    "Refused: m": ("Refused", "m"),
    "shop.Größe$Fehlt: zu groß": ("shop.Größe$Fehlt", "zu groß"),
    "<#1a2b3c4d> java.lang.X: m": ("java.lang.X", "m"),
    'Exception in thread "main" java.lang.X: m': ("java.lang.X", "m"),
    'Exception in thread "a "b" c" java.lang.X: the "d" e.F: g': ("java.lang.X", 'the "d" e.F: g'),
    'Exception in thread "main" Assertion failed: ': ("Assertion failed", ""),
    "org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 2; early": (
        "org.xml.sax.SAXParseException",
        "lineNumber: 1; columnNumber: 2; early",
    ),
    "org.apache.hadoop.ipc.RemoteException(java.io.IOException): no node": (
        "org.apache.hadoop.ipc.RemoteException(java.io.IOException)",
        "no node",
    ),
    "java.lang.X: a: b.C: d": ("java.lang.X", "a: b.C: d"),
}


@pytest.mark.parametrize("header", HEADERS)
def test_headers(header: str) -> None:
    error = one(header + "\n" + FRAME).error
    assert (error.type, error.message) == HEADERS[header]
    assert [each.function for each in error.frames] == ["shop.Orders.main"]


INLINE = {
    "2026-03-01 12:00:00 ERROR shop.Api - failed: java.io.IOException: m": ("java.io.IOException", "m"),
    "2026-03-01 12:00:00 ERROR shop.web.Api: failed: shop.Orders$Refused: m": ("shop.Orders$Refused", "m"),
    "[ERROR] [03/01/2026 12:00:00.000] [akka://shop/user/a] java.io.IOException": (
        "java.io.IOException",
        None,
    ),
    "ERROR Request failed; nested exception is java.io.IOException: m": ("java.io.IOException", "m"),
    "app: could not start: java.io.IOException: m": ("java.io.IOException", "m"),
}


@pytest.mark.parametrize("line", INLINE)
def test_a_header_at_the_end_of_a_log_line(line: str) -> None:
    trace = one(f"before\n{line}\n{FRAME}")
    assert (trace.error.type, trace.error.message) == INLINE[line]
    assert trace.origin.offset == len("before\n")


def test_a_header_behind_a_record_is_that_of_the_next_line() -> None:
    line = "2026-03-01 12:00:00 ERROR threw exception [failed; nested exception is java.io.IOException: m]"
    trace = one(f"{line} with root cause\njava.io.IOException: m\n{FRAME}")
    assert trace.origin.offset == len(line) + len(" with root cause\n")


MESSAGES = [
    "a\nb",
    "a\n\n  b",
    "a\nCaused by: nobody",
    "a\n    at least one item",
    "Unexpected character ('x')\n at [Source: (String)\"x\"; line: 1, column: 2]",
    "a\n\tat not.A.frame(Not.java:1)\nb",
    "a\n\tat not.A.frame(Not.java:1)\n\nCaused by: nobody\n\tat not.B.frame(Not.java:2)\nb",
    "remote:\njava.io.IOException: x\n\tat a.B.c(B.java:1)\nCaused by: d.E: f\n\tat g.H.i(H.java:2)\n\t... 1 more\n\nend",
    "\n\n  only indented",
    "a\npanic: b\n#0 c",
    "Multiple failures (2)\n\torg.x.AssertionFailedError: a\n\torg.x.AssertionFailedError: b",
]  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("before", ["", RECORD])
def test_messages_of_several_lines(message: str, before: str) -> None:
    error = one(f"{before}java.lang.X: {message}\n{FRAME}").error
    assert (error.type, error.message, len(error.frames)) == ("java.lang.X", message, 1)
    assert error.cause is None


def test_the_first_header_of_a_record_is_the_trace_s() -> None:
    error = one(f"{RECORD}java.lang.X: java.io.IOException: a\njava.lang.Error: b\n{FRAME}").error
    assert (error.type, error.message) == ("java.lang.X", "java.io.IOException: a\njava.lang.Error: b")


FRAMES = {
    "\tat java.base/java.lang.Thread.run(Thread.java:840)": ("java.lang.Thread.run", "Thread.java", 840),
    "\tat java.base@17.0.1/java.lang.Thread.run(Thread.java:840)": (
        "java.lang.Thread.run",
        "Thread.java",
        840,
    ),
    "\tat app//shop.A.b(A.java:1)": ("shop.A.b", "A.java", 1),
    "\tat platform/java.sql@17/java.sql.A.b(A.java:1)": ("java.sql.A.b", "A.java", 1),
    "\tat deployment.shop.war//shop.A.b(A.java:1)": ("shop.A.b", "A.java", 1),
    "\tat shop.A$$Lambda$1/0x00007f04.run(Unknown Source)": ("shop.A$$Lambda$1/0x00007f04.run", None, None),
    "\tat shop.A.b(Native Method)": ("shop.A.b", None, None),
    "\tat shop.A$$SpringCGLIB$$0.b(<generated>)": ("shop.A$$SpringCGLIB$$0.b", None, None),
    "\tat shop.A.b(A.scala)": ("shop.A.b", "A.scala", None),
    "\tat shop.A.b(SourceFile:12)": ("shop.A.b", "SourceFile", 12),
    "\tat a.b.c(r8-map-id-0a1b2c:12)": ("a.b.c", "r8-map-id-0a1b2c", 12),
    "\tat user$eval1.invoke(NO_SOURCE_FILE:1)": ("user$eval1.invoke", "NO_SOURCE_FILE", 1),
    "\tat build_1.run(/srv/app/build.gradle:12)": ("build_1.run", "/srv/app/build.gradle", 12),
    "\tat shop.A.b(A.java:1) ~[app.jar!/:1.2]": ("shop.A.b", "A.java", 1),
    "\tat shop.A.b(A.java:1) [classes/:na]": ("shop.A.b", "A.java", 1),
    "\tat shop.A.b(A.java:1) ~[?:?]": ("shop.A.b", "A.java", 1),
    "\tat shop.A.b(A.java:1) [3 skipped]": ("shop.A.b", "A.java", 1),
    "\tat shop.A.b (A.java:1)": ("shop.A.b", "A.java", 1),
    "    at shop.A.b (A.java:1)": ("shop.A.b", "A.java", 1),
    "\tat shop.Größe.prüfe(Größe.java:71)": ("shop.Größe.prüfe", "Größe.java", 71),
    "\tat shop.T.total of an (empty) order(T.kt:3)": ("shop.T.total of an (empty) order", "T.kt", 3),
    "\tat shop.A.<init>(A.java:1)": ("shop.A.<init>", "A.java", 1),
    "\tat map @ shop.Main$.run(Main.scala:5)": ("shop.Main$.run", "Main.scala", 5),
    "\tat WorkflowScript.run(WorkflowScript:3)": ("WorkflowScript.run", "WorkflowScript", 3),
    "\tat ___cps.transform___(Native Method)": ("___cps.transform___", None, None),
}


@pytest.mark.parametrize("line", FRAMES)
def test_frames(line: str) -> None:
    (frame, _) = one(f"java.lang.X: m\n{line}\n{FRAME}").error.frames
    assert (frame.function, frame.file, frame.line) == FRAMES[line]


@pytest.mark.parametrize(
    "line",
    [
        "\tat noon (UTC)",
        "    at Store.price (/srv/app/store.js:12:9)",
        "    at Object.<anonymous> (native)",
        "   at Shop.Orders.Price(String sku) in /src/Orders.cs:line 12",
        "    at Shop.Orders.Deep(System.Int32)",
        "\tat shop.Orders",
        "\tat shop.Orders.main(",
    ],
)
def test_other_lines_are_no_frames(line: str) -> None:
    assert [each for each in traces(f"java.lang.X: m\n{line}\n") if each.format == "java"] == []


def test_causes_have_the_frames_that_were_left_out() -> None:
    text = "a.X: m\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n\tat a.B.e(B.java:3)\nCaused by: a.Y: n\n\t... 2 more\nCaused by: a.Z\n\tat a.F.g(F.java:4)\n\t... 1 more\n"  # fmt: skip
    first = one(text).error
    second, third = first.cause, first.cause.cause if first.cause else None
    assert second is not None
    assert third is not None
    assert [each.line for each in second.frames] == [2, 3]
    assert [each.line for each in third.frames] == [4, 3]


def test_more_frames_left_out_than_there_are() -> None:
    error = one(f"a.X: m\n{FRAME}Caused by: a.Y: n\n\t... 900000000 more\n").error
    assert error.cause is not None
    assert len(error.cause.frames) == 1


def test_the_root_first() -> None:
    text = "a.Z: root\n\tat a.F.g(F.java:4)\n\t... 1 common frames omitted\nWrapped by: a.Y: n\n\t... 2 common frames omitted\nWrapped by: a.X: m\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n\tat a.B.e(B.java:3)\n"  # fmt: skip
    error = one(text).error
    assert chain(error) == ["a.X", "a.Y", "a.Z"]
    assert error.cause is not None
    assert error.cause.cause is not None
    assert [each.line for each in error.cause.frames] == [2, 3]
    assert [each.line for each in error.cause.cause.frames] == [4, 3]


def test_an_exception_without_frames_has_a_cause() -> None:
    assert chain(one(f"{RECORD}a.X: m\nCaused by: java.io.IOException: n\n{FRAME}").error) == [
        "a.X",
        "java.io.IOException",
    ]


def test_a_circle_ends_the_chain() -> None:
    error = one(
        f"a.X: m\n{FRAME}Caused by: a.Y: n\n\t... 1 more\nCaused by: [CIRCULAR REFERENCE: a.X: m]\nnext\n"
    ).error
    assert chain(error) == ["a.X", "a.Y"]
    assert error.cause is not None
    assert error.cause.notes == ["[CIRCULAR REFERENCE: a.X: m]"]


def test_the_circle_of_older_versions() -> None:
    trace = one(f"a.X: m\n{FRAME}Caused by: a.Y: n\n\t... 1 more\n\t[CIRCULAR REFERENCE:a.X: m]\n{RECORD}")
    assert trace.error.cause is not None
    assert trace.error.cause.notes == ["[CIRCULAR REFERENCE:a.X: m]"]


def test_suppressed_exceptions_are_further_stacks() -> None:
    text = "a.X: m\n\tat a.B.c(B.java:1)\n\tSuppressed: a.S: s\n\t\tat a.D.e(D.java:2)\n\t\t... 1 more\n\tCaused by: a.T: t\n\t\t... 2 more\nCaused by: a.Y: n\n\t... 1 more\n"  # fmt: skip
    error = one(text).error
    assert chain(error) == ["a.X", "a.Y"]
    assert [each.title for each in error.related] == ["Suppressed: a.S: s", "Caused by: a.T: t"]
    assert [[frame.line for frame in each.frames] for each in error.related] == [[2, 1], [2, 1]]


REACTOR = """\
java.lang.IllegalStateException: no price
	at shop.Api.lambda$total$0(Api.java:10) ~[classes/:na]
	Suppressed: reactor.core.publisher.FluxOnAssembly$OnAssemblyException:\x20
Error has been observed at the following site(s):
	*__checkpoint ⇢ Handler shop.Api#total(String) [DispatcherHandler]
	*__checkpoint ⇢ HTTP GET "/total" [ExceptionHandlingWebHandler]
Original Stack Trace:
		at shop.Api.lambda$total$0(Api.java:10) ~[classes/:na]
		at reactor.core.publisher.FluxMap$MapSubscriber.onNext(FluxMap.java:106) ~[reactor-core-3.5.0.jar:3.5.0]
Caused by: java.io.IOException: why
	at shop.Api.load(Api.java:20) ~[classes/:na]
	... 3 common frames omitted
"""


def test_reactor_s_checkpoints_are_notes() -> None:
    error = one(RECORD + REACTOR + RECORD).error
    assert chain(error) == ["java.lang.IllegalStateException", "java.io.IOException"]
    (note,) = error.notes
    assert note.startswith("Error has been observed at the following site(s):\n\t*__checkpoint ⇢ Handler")
    assert note.endswith("[ExceptionHandlingWebHandler]")
    (related,) = error.related
    assert related.title == "Suppressed: reactor.core.publisher.FluxOnAssembly$OnAssemblyException"
    assert len(related.frames) == 2


def test_reactor_s_stack_is_the_error_s_where_it_has_none() -> None:
    text = REACTOR.replace("\tat shop.Api.lambda$total$0(Api.java:10) ~[classes/:na]\n\tSupp", "\tSupp", 1)
    assert one(RECORD + text).error.frames[0].function == "shop.Api.lambda$total$0"


ANDROID = """\
11-28 20:00:00.123  1234  1250 E AndroidRuntime: FATAL EXCEPTION: main
11-28 20:00:00.123  1234  1250 E AndroidRuntime: Process: com.shop.app, PID: 1234
11-28 20:00:00.123  1234  1250 E AndroidRuntime: java.lang.RuntimeException: Unable to start activity
11-28 20:00:00.123  1234  1250 E AndroidRuntime: \tat android.app.ActivityThread.main(ActivityThread.java:7356)
11-28 20:00:00.124  1234  1250 E AndroidRuntime: Caused by: java.lang.IllegalStateException: no price
11-28 20:00:00.124  1234  1250 E AndroidRuntime: \tat com.shop.app.MainActivity.onCreate(MainActivity.kt:23)
11-28 20:00:00.124  1234  1250 E AndroidRuntime: \t... 1 more
11-28 20:00:00.130  1234  1250 I Process : Sending signal. PID: 1234 SIG: 9
"""


@pytest.mark.parametrize("brief", [False, True])
def test_android_s_logcat(brief: bool) -> None:
    text = ANDROID
    if brief:
        text = text.replace("11-28 20:00:00.123  1234  1250 E AndroidRuntime: ", "E/AndroidRuntime( 1234): ")
        text = text.replace("11-28 20:00:00.124  1234  1250 E AndroidRuntime: ", "E/AndroidRuntime( 1234): ")
    trace = one(text)
    assert chain(trace.error) == ["java.lang.RuntimeException", "java.lang.IllegalStateException"]
    assert (trace.context.thread, trace.context.process, trace.context.pid) == (
        "main",
        "com.shop.app",
        "1234",
    )
    assert trace.origin.offset == 0
    assert trace.error.message == "Unable to start activity"


def test_gradle_s_cause_stands_on_the_next_line() -> None:
    text = "T > total FAILED\n    a.X: m\n        at a.B.c(B.java:1)\n\n        Caused by:\n        a.Y: n\n            at a.D.e(D.java:2)\n            ... 1 more\n\n1 test completed, 1 failed\n"  # fmt: skip
    assert chain(one(text).error) == ["a.X", "a.Y"]


def test_a_coroutine_s_boundary_is_no_end() -> None:
    for boundary in ("\tat _COROUTINE._BOUNDARY._(CoroutineDebugging.kt:46)", "\t(Coroutine boundary)", "\tat \b\b\b(Coroutine boundary.\b(\b)"):  # fmt: skip
        error = one(f"a.X: m\n{FRAME}{boundary}\n{FRAME}").error
        assert (error.message, error.frames[0].line, error.frames[-1].line) == ("m", 33, 33)
        assert len(error.frames) >= 2


@pytest.mark.parametrize("tail", ["next\n", "\n", "exit status 1\n", RECORD, "\nTests run: 3, Failures: 1\n"])
def test_what_follows_is_not_swallowed(tail: str) -> None:
    text = f"a.X: m\n{FRAME}Caused by: a.Y: n\n\t... 1 more\n"
    trace = one(text + tail)
    assert chain(trace.error) == ["a.X", "a.Y"]
    assert trace.error.cause is not None
    assert trace.error.cause.message == "n"


def test_two_right_behind_each_other() -> None:
    first, second = traces(f"java.lang.X: m\n{FRAME}java.lang.Y: n\n{FRAME}")
    assert (first.error.type, second.error.type) == ("java.lang.X", "java.lang.Y")


def test_behind_a_python_traceback() -> None:
    python = 'Traceback (most recent call last):\n  File "a.py", line 3, in main\n    f()\nValueError: boom\n'
    for header in ('Exception in thread "main" java.lang.IllegalStateException: m', "java.io.IOException: m"):
        first, second = traces(f"{python}{header}\n{FRAME}{python}")[:2]
        assert (first.runtime, first.error.message, second.runtime) == ("python", "boom", "java")
        assert len(traces(f"{python}{header}\n{FRAME}{python}")) == 3


def test_a_python_message_that_announces_java_holds_it() -> None:
    python = f'Traceback (most recent call last):\n  File "a.py", line 3, in main\n    f()\nRuntimeError: java said:\njava.io.IOException: m\n{FRAME}'  # fmt: skip
    (trace,) = traces(python)
    assert trace.error.type == "RuntimeError"


def test_nobody_caught_it_and_it_has_no_frames() -> None:
    text = f'Exception in thread "main" shop.Quiet: m\nexit\njava.io.IOException: n\n{FRAME}'
    first, second = traces(text)
    assert (first.error.type, first.error.message, second.error.type) == (
        "shop.Quiet",
        "m",
        "java.io.IOException",
    )


@pytest.mark.parametrize("header", ["java.lang.NullPointerException", "java.lang.NullPointerException: null", "java.lang.ArithmeticException: / by zero"])  # fmt: skip
def test_compiled_code_throws_without_frames(header: str) -> None:
    assert one(f"{RECORD}{header}\n{RECORD}").error.type == header.partition(":")[0]


@pytest.mark.parametrize(
    "text",
    [
        f"{RECORD}java.lang.NullPointerException is not shown\n{RECORD}",
        f"{RECORD}java.lang.NullPointerException: order 3 has no price\n{RECORD}",
        "seen: java.lang.NullPointerException\n",
        "some text\njava.lang.NullPointerException\n",
        "2026-03-01 12:00:00 INFO retry after java.lang.NullPointerException\n",
    ],
)
def test_a_type_in_prose_is_no_error(text: str) -> None:
    assert traces(text) == []


def test_a_dumped_stack_is_no_failure() -> None:
    text = (
        "java.lang.Exception: Stack trace\n\tat java.base/java.lang.Thread.dumpStack(Thread.java:1389)\n"
        + FRAME
    )
    assert (one(text).error.type, one(text).error.message) == (None, None)


def test_part_of_a_thread_dump_is_no_error() -> None:
    assert traces(f'"main" #1 prio=5\n   java.lang.Thread.State: RUNNABLE\n{FRAME}') == []
    assert traces(f'"main" Id=1 WAITING on java.lang.Object@1\n{FRAME}') == []


def test_frames_without_header_are_read_where_the_text_starts() -> None:
    assert one(FRAME * 2).error.type is None
    assert traces(f"hello\n{FRAME}{FRAME}") == []


@pytest.mark.parametrize("count", [1024, 5000])
def test_a_deep_stack(count: int) -> None:
    trace = one("java.lang.StackOverflowError\n" + FRAME * count)
    assert len(trace.error.frames) == 1024
    assert trace.uncertain == (
        [f"{count - 1024:,} frames in the middle of a stack were left out."] if count > 1024 else []
    )


def test_a_long_chain_keeps_its_root() -> None:
    links = "".join(f"Caused by: a.Y{n}: n\n{FRAME}" for n in range(300))
    error = one(f"a.X: m\n{FRAME}{links}").error
    types = chain(error)
    assert (len(types), types[-1]) == (101, "a.Y299")


HOSTILE = {
    "frames without header": FRAME,
    "headers": "java.lang.X: m\n",
    "causes": "Caused by: java.lang.X: m\n",
    "runs of frames": f"{FRAME}text\n",
    "closed runs": f"{FRAME}Caused by: a.Y: n\n\t... 1 more\ntext\n",
    "suppressed": f"\tSuppressed: a.S: s\n\t{FRAME}",
    "circles": "Caused by: [CIRCULAR REFERENCE: a.X: m]\n",
    "left out": "\t... 1000 more\n",
    "threads": 'Exception in thread "a',
    "dots": "a.",
    "lambdas": "$$Lambda$1/0x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_read_in_proportion_to_its_length(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    advance = Cursor.advance

    def count(cursor: Cursor) -> None:
        nonlocal steps
        steps += 1
        advance(cursor)

    monkeypatch.setattr(Cursor, "advance", count)
    text = "java.lang.X: m\n" + HOSTILE[name] * 2_000 + "\n" + FRAME
    traces(text)
    assert steps < 60 * text.count("\n") + 1_000
