"""Errors of JavaScript: what the corpus files do not show in one glance."""

from __future__ import annotations

import pytest

from stacktraces.cursor import Cursor
from stacktraces.model import Error, Frame, Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes import runtime_named, starts_trace
from stacktraces.runtimes.javascript.at_signs import match_at_frame
from stacktraces.runtimes.javascript.frames import match_frame
from stacktraces.runtimes.javascript.headers import Header, find_header, find_weak_header
from stacktraces.runtimes.javascript.names import NAMES
from stacktraces.runtimes.javascript.reader import read

FRAMES = "    at price (/srv/shop/cart.js:3:9)\n    at total (/srv/shop/cart.js:8:3)\n"
UNCAUGHT = "/srv/shop/cart.js:3\n    throw new Error(text);\n    ^\n\n"


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def only(text: str) -> Trace:
    (found,) = traces(text)
    return found


def named(text: str) -> list[tuple[str | None, str | None, int]]:
    return [(each.error.type, each.error.message, len(each.error.frames)) for each in traces(text)]


def chain(error: Error | None) -> list[str | None]:
    found = []
    while error is not None:
        found.append(error.message)
        error = error.cause
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("    at f (/a/b.js:1:2)", ("f", "/a/b.js", 1, 2)),
        ("    at async f (file:///a/b.mjs:1:2)", ("async f", "file:///a/b.mjs", 1, 2)),
        ("    at async file:///a/b.mjs:1:2", (None, "file:///a/b.mjs", 1, 2)),
        ("    at new T (/a/b.js:1:2),", ("new T", "/a/b.js", 1, 2)),
        ("    at get x [as x] (/a/b.js:1:2) {", ("get x [as x]", "/a/b.js", 1, 2)),
        ("    at a b (c) (/a/(g)/p (1).js:1:2)", ("a b (c)", "/a/(g)/p (1).js", 1, 2)),
        ("    at f (/a)b/c.js:1:2)", ("f", "/a)b/c.js", 1, 2)),
        (r"    at f (C:\shop\a b.js:1:2)", ("f", r"C:\shop\a b.js", 1, 2)),
        ("    at my script.js:1:7", (None, "my script.js", 1, 7)),
        ("    at [worker eval]:1:7", (None, "[worker eval]", 1, 7)),
        ("    at JSON.parse (<anonymous>)", ("JSON.parse", None, None, None)),
        ("    at Error (native)", ("Error", None, None, None)),
        ("    at async Promise.all (index 0)", ("async Promise.all", None, None, None)),
        ("    at tick (native:7:39)", ("tick", "native", 7, 39)),
        ("    at eval (<anonymous>:1:7)", ("eval", "<anonymous>", 1, 7)),
        (
            "    at q (eval at f (/a.js:8:3), <anonymous>:1:9)",
            ("q", "eval at f (/a.js:8:3), <anonymous>", 1, 9),
        ),
        ("    at f (address at index.android.bundle:1:9)", ("f", "index.android.bundle", 1, 9)),
        ("    at f (x.js:3)", ("f", "x.js", 3, None)),
        ("\tat f (x.js:3:1)", ("f", "x.js", 3, 1)),
    ],
)
def test_frames(line: str, expected: tuple[object, ...]) -> None:
    found = match_frame(line)
    assert found is not None
    frame = found.frame()
    assert (frame.function, frame.file, frame.line, frame.column) == expected


def test_a_frame_of_webassembly_has_an_address() -> None:
    found = match_frame("    at wasm://wasm/3f2a:wasm-function[5]:0x1f")
    assert found is not None
    assert found.frame() == Frame(function="wasm-function[5]", file="wasm://wasm/3f2a", address=0x1F)


@pytest.mark.parametrize(
    "line",
    [
        "    at shop.Orders.price(Orders.java:12)",
        "    at shop.Orders.price (Orders.java:12)",
        "    at shop.Orders.run(Native Method)",
        "    at Shop.Orders.Price(String sku) in /src/Orders.cs:line 12",
        "    at Shop.Orders.Main (System.String[] args) [0x00008] in /src/Orders.cs:5",
        "             at ./src/main.rs:10:5",
        "             at /rustc/90b3/library/core/src/panicking.rs:72:14",
        "    at least one item wanted",
        "    at 12:30:15",
        "    at noon (local time)",
        "at f (/a/b.js:1:2)",
    ],
)
def test_lines_that_are_no_frames_of_javascript(line: str) -> None:
    assert match_frame(line) is None


@pytest.mark.parametrize(
    ("line", "type_", "message"),
    [
        ("TypeError: boom", "TypeError", "boom"),
        ("Error", "Error", None),
        ("Error: ", "Error", ""),
        ("AssertionError [ERR_ASSERTION]: m", "AssertionError", "m"),
        ("Error [OrderError]: m", "OrderError", "m"),
        ("Unnamed [Error]: m", None, None),
        ("DOMException [AbortError]: m", "AbortError", "m"),
        ("failed: OrderError: order 7", "OrderError", "order 7"),
        ("2026-03-01 12:00:00 ERROR [ErrorHandler] shop.OrderError: m", "shop.OrderError", "m"),
        ("  [cause]: <ref *1> Error: m", "Error", "m"),
        ("(node:7) UnhandledPromiseRejectionWarning: RangeError: m", "RangeError", "m"),
        ("Uncaught (in promise) TypeError: m", "TypeError", "m"),
        ("Exception: OrderError: m", "OrderError", "m"),
        ('{"stack":"TypeError: m"}', None, None),
        ("lastError: nothing", None, None),
        ("it failed with TypeError", None, None),
        ("https://shop.example/Error: gone", None, None),
    ],
)
def test_headers(line: str, type_: str | None, message: str | None) -> None:
    found = find_header(line)
    assert (found.type if found else None, found.message if found else None) == (type_, message)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PaymentDeclined: refused", ("PaymentDeclined", "refused")),
        ("Unnamed [Error]: m", ("Unnamed", "m")),
        ("error: relation does not exist", ("error", "relation does not exist")),
        ("ERROR: PaymentDeclined: refused", ("PaymentDeclined", "refused")),
        ("12:00:00 ERROR request 7 failed: PaymentDeclined: no", ("PaymentDeclined", "no")),
    ],
)
def test_right_above_the_frames_any_name_is_a_type(line: str, expected: tuple[str, str]) -> None:
    found = find_weak_header(line)
    assert found is not None
    assert (found.type, found.message) == expected
    assert named(line + "\n" + FRAMES) == [(*expected, 2)]


def test_a_message_goes_up_to_the_last_frames_of_a_report() -> None:
    message = "bad\n    at fake (x.js:1:2)\n\nTypeError: not mine\n    at fake (x.js:1:2)\nCaused by: nobody"
    trace = only(f"{UNCAUGHT}Error: {message}\n{FRAMES}\nNode.js v20.20.2\nlistening\n")
    assert trace.error.message == message
    assert [frame.line for frame in trace.error.frames] == [3, 8]
    assert trace.error.frames[0].source == "throw new Error(text);"
    assert trace.uncertain


def test_without_the_version_the_frames_at_the_excerpts_place_are_the_errors() -> None:
    text = f"{UNCAUGHT}Error: bad\n    at fake (x.js:1:2)\n\nmore\n{FRAMES}\n2026-03-01 12:00:00 INFO up\n"
    assert only(text).error.message == "bad\n    at fake (x.js:1:2)\n\nmore"


@pytest.mark.parametrize(
    "held",
    [
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nValueError: x',
        "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/main.go:3 +0x1d\nexit status 2",
        'Exception in thread "main" java.lang.Error: x\n\tat a.B.c(B.java:1)\nCaused by: a.D: y\n\t... 1 more',
        "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010\n    #0 0x1 in f a.c:1",
    ],
)
def test_a_message_of_a_report_holds_any_runtimes_trace(held: str) -> None:
    trace = only(f"{UNCAUGHT}Error: child failed:\n{held}\n{FRAMES}\nNode.js v20.20.2\n")
    assert trace.runtime == "javascript"
    assert trace.error.message == f"child failed:\n{held}"


def test_two_right_behind_each_other_are_two() -> None:
    for header in ("TypeError: x", "PaymentDeclined: x", "Error", "failed: OrderError: x"):
        assert len(traces(f"{header}\n{FRAMES}" * 2)) == 2
    assert len(traces(f"{UNCAUGHT}Error: x\n{FRAMES}\nNode.js v20.20.2\n" * 2)) == 2


@pytest.mark.parametrize("after", ["exit status 2", "2026-03-01 12:00:00 INFO up", "", "GET / 200", "}"])
def test_what_follows_is_not_swallowed(after: str) -> None:
    text = f"TypeError: x\n{FRAMES}"
    cursor = Cursor(f"{text}{after}\nlast\n".encode(), 20)
    assert read(cursor) is not None
    assert cursor.offset == len(text)


def test_a_record_above_frames_is_the_traces_message_unless_a_header_stands_between() -> None:
    record = "2026-03-01 12:00:00 ERROR request failed\n"
    trace = only(f"{record}TypeError: x\n{FRAMES}")
    assert (trace.error.message, trace.origin.offset) == ("x", len(record))
    alone = only(record + FRAMES)
    assert (alone.error.type, alone.error.message, alone.origin.offset) == (None, "request failed", 0)


def test_the_type_of_a_record_is_its_own_unless_it_is_told_in_passing() -> None:
    lines = f"TypeError: boom\n{FRAMES}"
    assert named(f"2026-03-01 12:00:00 WARN retry after TimeoutError: slow\n{lines}") == [
        ("TypeError", "boom", 2)
    ]
    assert named(f"2026-03-01 12:00:00 WARN Error: failed:\n{lines}") == [
        ("Error", "failed:\nTypeError: boom", 2)
    ]
    assert named(f"2026-03-01 12:00:00 WARN TypeError: boom\n{lines}") == [("TypeError", "boom", 2)]


def test_the_name_of_a_class_right_above_the_frames_is_the_type() -> None:
    text = f"Error: connect failed, retry\nlistening\nPaymentDeclined: refused\n{FRAMES}"
    assert named(text) == [("PaymentDeclined", "refused", 2)]
    assert named(f"Error: failed\nReason: refused\n{FRAMES}") == [("Error", "failed\nReason: refused", 2)]


def test_one_frame_without_a_header_is_no_trace() -> None:
    assert traces("    at price (/srv/shop/cart.js:3:9)\n") == []
    assert named(FRAMES) == [(None, None, 2)]


def test_a_text_that_is_one_event_starts_with_the_header() -> None:
    cursor = Cursor(f"Error: a\nTypeError: b\n{FRAMES}".encode(), 30)
    cursor.whole = True
    trace = read(cursor)
    assert trace is not None
    assert (trace.error.type, trace.error.message) == ("Error", "a\nTypeError: b")


def test_lines_left_out_are_filled_in_from_the_cause() -> None:
    text = (
        "Error: outer\n    at f (a.js:1:1)\n    at g (a.js:2:2)\n    ... 2 lines matching cause stack trace ...\n"
        "    at j (a.js:5:5) {\n  [cause]: Error: inner\n      at x (a.js:9:9)\n      at g (a.js:2:2)\n"
        "      at h (a.js:3:3)\n      at i (a.js:4:4)\n      at j (a.js:5:5)\n}\n"
    )
    trace = only(text)
    assert [frame.function for frame in trace.error.frames] == ["f", "g", "h", "i", "j"]
    assert trace.uncertain == []
    assert only(text.replace("... 2 lines", "... 3 lines")).uncertain


def test_properties_end_where_the_text_goes_on_at_the_margin() -> None:
    text = f"TypeError: x\n{FRAMES[:-1]} {{\n  code: 'E',\n  list: [\n    1\n  ]\nlistening\n"
    cursor = Cursor(text.encode(), 20)
    assert read(cursor) is not None
    assert cursor.line == "listening"


def test_a_cause_in_brackets_has_no_frames() -> None:
    head = f"Error: x\n{FRAMES[:-1]} {{\n  [cause]: "
    assert chain(only(head + "[TypeError: y]\n}\n").error) == ["x", "y"]
    assert only(head + "[AggregateError] { [errors]: [ [Error] ] }\n}\n").error.cause == Error(
        type="AggregateError"
    )
    assert only(head + "[Circular *1]\n}\n").error.cause is None
    assert only(head + "'text'\n}\n").error.cause is None


def test_causes_are_read_to_some_depth() -> None:
    text = "".join(
        "  " * depth
        + ("[cause]: " if depth else "")
        + f"Error: {depth}\n"
        + "  " * depth
        + "    at f (a.js:1:2) {\n"
        for depth in range(200)
    )
    found = chain(only(text).error)
    assert found[:3] == ["0", "1", "2"]
    assert 30 < len(found) < 100


def test_long_stacks_and_messages_are_bounded() -> None:
    frames = "".join(f"    at f{index} (a.js:{index + 1}:1)\n" for index in range(5000))
    trace = only("Error: x\n" + frames)
    assert [trace.error.frames[index].line for index in (0, 499, 500, 999)] == [1, 500, 4501, 5000]
    assert trace.uncertain == ["4,000 frames in the middle of a stack were left out."]
    long = only("Error: " + "x" * 100_000 + "\n" + FRAMES)
    assert len(long.error.message or "") == 1 << 16
    assert len(long.uncertain) == 1


def test_a_second_stack_of_an_error_is_related() -> None:
    trace = only(
        f"Error: x\n{FRAMES}Emitted 'error' event on Socket instance at:\n    at emit (node:events:1:2)\n"
    )
    assert [(each.title, len(each.frames)) for each in trace.error.related] == [
        ("Emitted 'error' event on Socket instance at:", 1)
    ]


def test_a_command_that_failed_has_the_childs_error_as_its_cause() -> None:
    child = f"{UNCAUGHT}TypeError: inner\n{FRAMES}\nNode.js v20.20.2\n"
    own = "    at genericNodeError (node:internal/errors:984:15)\n    at run (/srv/shop/run.js:1:2)\n"
    trace = only(f"Error: Command failed: node cart.js\n{child}\n{own}listening\n")
    assert [frame.function for frame in trace.error.frames] == ["genericNodeError", "run"]
    assert chain(trace.error)[1:] == ["inner"]


def test_deno_without_frames_takes_no_others() -> None:
    text = f"error: Uncaught (in promise) TypeError: vm\nlistening\n\nRangeError: y\n{FRAMES}"
    assert named(text) == [("TypeError", "vm", 0), ("RangeError", "y", 2)]


def test_causes_of_bun_are_of_the_same_call() -> None:
    one = "1 | f()\n    ^\nTypeError: x\n      at f (/a.js:1:2)\n      at g (/a.js:9:9)\n\n"
    other = one.replace("TypeError: x", "error: y").replace("at f", "at h")
    assert [chain(each.error) for each in traces(one + other)] == [["x", "y"]]
    assert [chain(each.error) for each in traces(one + other.replace(":9:9", ":8:8"))] == [["x"], ["y"]]
    assert [chain(each.error) for each in traces(one + one)] == [["x"], ["x"]]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("price@http://localhost/shop.js:2:23", ("price", "http://localhost/shop.js", 2, 23)),
        ("@http://localhost/shop.js:8:5", (None, "http://localhost/shop.js", 8, 5)),
        ("a/<@https://cdn.example/x@1.2/y.js:1:2", ("a/<", "https://cdn.example/x@1.2/y.js", 1, 2)),
        ("q@http://h/x.js line 10 > eval:1:15", ("q", "http://h/x.js line 10 > eval", 1, 15)),
        (
            "run([object Object])@http://localhost/x.js:27",
            ("run([object Object])", "http://localhost/x.js", 27, None),
        ),
        ("forEach@[native code]", ("forEach", None, None, None)),
        ("global code@http://h/x.js:8:5", ("global code", "http://h/x.js", 8, 5)),
        ("t@1:4231", ("t", None, 1, 4231)),
    ],
)
def test_frames_with_at_signs(line: str, expected: tuple[object, ...]) -> None:
    frame = match_at_frame(line)
    assert frame is not None
    assert (frame.function, frame.file, frame.line, frame.column) == expected


@pytest.mark.parametrize(
    "line",
    ["mail to jane@shop.example", "git clone me@https://host:443", "@here look", "a b@c:1", "user@host:22:"],
)
def test_addresses_are_no_frames(line: str) -> None:
    assert match_at_frame(line) is None


@pytest.mark.parametrize(
    ("function", "file", "role", "token"),
    [
        ("price", "/srv/shop/cart.js", "own", "cart.js:price"),
        ("price", "/srv/shop/main.3f2a1b9c.js", "own", "main.js:price"),
        ("price", "https://shop.example/assets/index-BqX3kd9Z.js?v=1", "own", "assets/index.js:price"),
        ("price", "webpack-internal:///./src/cart.js", "own", "cart.js:price"),
        ("price", "webpack://app/./src/cart.js?1a2b", "own", "cart.js:price"),
        ("price", "blob:https://shop.example/1-2", "own", "blob:price"),
        ("q", "eval at f (/srv/shop/cart.js:8:3), <anonymous>", "own", "eval in cart.js:q"),
        ("_callee$1", "/srv/shop/cart.js", "own", "cart.js:_callee"),
        (
            "go",
            "/srv/node_modules/.pnpm/express@4.18.2/node_modules/express/lib/a.js",
            "library",
            "express/lib/a.js:go",
        ),
        ("go", "https://cdn.example/npm/lodash@4.17.21/lodash.js", "library", "npm/lodash/lodash.js:go"),
        (
            "go",
            "https://cdn.example/ajax/libs/jquery/3.6.0/jquery.js",
            "library",
            "ajax/libs/jquery/jquery.js:go",
        ),
        ("Server.listen", "node:net", "platform", "net:Server.listen"),
        ("Socket.emit", "events.js", "platform", "events:Socket.emit"),
        (
            "Module._compile",
            "node:internal/modules/cjs/loader",
            "glue",
            "internal/modules/cjs/loader:Module._compile",
        ),
        (
            "Module._compile",
            "internal/modules/cjs/loader.js",
            "glue",
            "internal/modules/cjs/loader:Module._compile",
        ),
        ("listOnTimeout", "node:internal/timers", "glue", "internal/timers:listOnTimeout"),
        ("invoke", "ext:core/01_core.js", "glue", "ext:core/01_core:invoke"),
        ("Array.map", "", "platform", "Array.map"),
        ("async Promise.all", "", "glue", "Promise.all"),
        ("__awaiter", "/srv/shop/cart.js", "glue", "cart.js:__awaiter"),
        ("handler", "/var/task/index.js", "own", "index.js:handler"),
        ("Runtime.run", "/var/runtime/index.mjs", "glue", "index.mjs:Runtime.run"),
    ],
)
def test_roles_and_tokens(function: str, file: str, role: str, token: str) -> None:
    symbol = NAMES.symbol(function, "", file, None)
    assert (symbol.role, symbol.token) == (role, token)


@pytest.mark.parametrize(
    ("line", "following", "expected"),
    [
        ("TypeError: x", FRAMES, True),
        ("TypeError: x", "more text", False),
        ("/srv/shop/cart.js:3", "throw x", True),
        ("error: Uncaught (in promise) TypeError: x", "", True),
        ("    at eval (eval at evaluate (:1:2), <anonymous>:1:1)", "    at f (<anonymous>:1:1)", False),
        ("http://localhost:3000", "", False),
    ],
)
def test_other_runtimes_are_told_where_a_trace_starts(line: str, following: str, expected: bool) -> None:
    assert starts_trace(line, following.partition("\n")[0], but="python") is expected


def test_what_a_browser_reports_stays_in_the_message_of_the_python_that_drives_it() -> None:
    text = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    page.evaluate(x)\n'
        "playwright._impl._errors.Error: Page.evaluate: TypeError: x is null\n"
        "    at eval (eval at evaluate (:303:30), <anonymous>:1:1)\n    at UtilityScript.evaluate (<anonymous>:305:18)\n"
    )
    assert [each.runtime for each in traces(text)] == ["python"]


def test_the_runtime_is_declared() -> None:
    runtime = runtime_named("javascript")
    assert runtime is not None
    assert [each.name for each in runtime.formats] == ["javascript", "ava"]


def test_phps_uncaught_errors_are_not_denos() -> None:
    text = (
        "PHP Fatal error: Uncaught RuntimeException: in main in /srv/app/orders.php:21\nStack trace:\n#0 {main}\n"
        "  thrown in /srv/app/orders.php on line 21\n"
    )
    assert [each for each in traces(text) if each.runtime == "javascript"] == []


def test_a_type_that_stands_before_itself_many_times_is_read() -> None:
    assert find_header("Exception: " * 3 + "TypeError: no plum") == Header("TypeError", "no plum")
    error = only("Exception: " * 1_400 + "no plum\n" + FRAMES).error
    assert [each.function for each in error.frames] == ["price", "total"]
