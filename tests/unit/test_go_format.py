"""Go's reports: what the corpus files do not show in one glance."""

from __future__ import annotations

import pytest

from stacktraces.model import Error, Trace
from stacktraces.naming import normalise
from stacktraces.parsing import iterate, occurrences
from stacktraces.runtimes.go.names import NAMES
from stacktraces.signatures.culprit import culprit
from stacktraces.signatures.fingerprint import fingerprint
from tests.golden import CORPUS

STACK = "goroutine 1 [running]:\nmain.total(0x1)\n\t/srv/app/main.go:12 +0x1d\nmain.main()\n\t/srv/app/main.go:20 +0x2e\n"


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def only(text: str) -> Trace:
    (found,) = traces(text)
    return found


def error_in(name: str) -> Error:
    found = [
        each for each in iterate((CORPUS / "go" / f"{name}.txt").read_bytes()) if isinstance(each, Trace)
    ]
    return found[0].error


def messages(error: Error | None) -> list[str | None]:
    found = []
    while error is not None:
        found.append(error.message)
        error = error.cause
    return found


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("panic: boom", ["boom"]),
        ("panic: ", [""]),
        ("panic:", [""]),
        ("panic: boom [recovered]\n\tpanic: boom", ["boom"]),
        ("panic: boom [recovered, repanicked]", ["boom"]),
        ("panic: first [recovered]\n\tpanic: second", ["second", "first"]),
        ("panic: first\n\tpanic: second\n\tpanic: third", ["third", "second", "first"]),
        ("panic: two\n\tlines [recovered]\n\tpanic: more\n\tlines", ["more\nlines", "two\nlines"]),
        ("panic: two\nlines\n\tindented", ["two\nlines\n\tindented"]),
        ("panic: test timed out\nrunning tests:\n\tTestX (1s)\n", ["test timed out\nrunning tests:\n\tTestX (1s)\n"]),
        ("panic: a\n\nblank", ["a\n\nblank"]),
        ("panic: a\ngoroutine 7 [running]:\nno frame", ["a\ngoroutine 7 [running]:\nno frame"]),
        ("fatal error: stack overflow", ["stack overflow"]),
    ],
)  # fmt: skip
def test_headers(header: str, expected: list[str]) -> None:
    assert messages(only(f"{header}\n\n{STACK}").error) == expected


def test_a_log_without_blank_lines() -> None:
    text = (
        f"panic: boom\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x6657ee]\n{STACK}"
        + STACK.replace("goroutine 1 [running]", "goroutine 2 [select, 5 minutes]")
    )
    error = only(text).error
    assert error.message == "boom"
    assert error.notes == ["SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x6657ee"]
    assert [each.title for each in error.related] == ["goroutine 2 [select, 5 minutes]"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2026/11/28 19:46:29 http: panic serving 127.0.0.1:4: boom: x", "boom: x"),
        ("2026/11/28 19:46:29 http: panic serving [::1]:47656: boom", "boom"),
        ("2026/11/28 19:46:29 server.go:12: http2: panic serving 10.0.0.1:9: boom", "boom"),
        ("E0101 12:00:00.000000       1 runtime.go:77] Observed a panic: boom", "boom"),
        ("ERROR recovered from panic: boom", "boom"),
        ("2026-11-28T22:06:28.354Z\tERROR\tapp/main.go:34\tPANIC: boom\t{}", "boom"),
        ('{"level":"error","msg":"recovered","panic":"boom \\"x\\"","stack":', 'boom "x"'),
        ('level=error msg="panic" err="boom" stack=', "boom"),
        ("2026/11/28 19:46:29 request failed", None),
    ],
)
def test_a_recovered_panic_in_a_log(line: str, message: str | None) -> None:
    recovered = STACK.replace("main.total(", "main.recovering(0x1)\n\t/srv/app/main.go:5 +0x1\npanic({0x1?, 0x2?})\n\t"
        "/usr/local/go/src/runtime/panic.go:859 +0x125\nmain.total(")  # fmt: skip
    trace = only(f"{line}\n{recovered}next line\n")
    assert (trace.error.type, trace.error.message) == ("panic", message)
    assert [each.function for each in trace.error.frames] == ["panic", "main.total", "main.main"]
    assert trace.error.related[0].frames[0].function == "main.recovering"
    found = culprit(trace.error, "go")
    assert found is not None
    assert found.function == "main.total"


def test_a_stack_that_is_no_error_has_no_type() -> None:
    trace = only("2026/11/28 19:46:29 stuck\n" + STACK)
    assert trace.error.type is None
    assert trace.context.thread == "goroutine 1"


def test_what_stands_behind_a_trace_is_not_of_it() -> None:
    behind = f"panic: boom\n\n{STACK}exit status 2\nFAIL\tshop\t0.02s\n"
    (found,) = occurrences(behind.encode())
    assert found.raw == f"panic: boom\n\n{STACK}"


def test_two_dumps_right_behind_each_other_are_two() -> None:
    assert len(traces(STACK + STACK)) == 2
    assert len(traces(f"panic: a\n\n{STACK}panic: b\n\n{STACK}")) == 2


def test_a_panic_that_is_logged_and_raised_again_counts_once() -> None:
    logged = "2026/11/28 22:06:28 panic: boom\n" + STACK.replace(
        "main.total(", "panic({0x1?})\n\t/x/panic.go:1 +0x1\nmain.total("
    )
    again = f"panic: boom [recovered, repanicked]\n\n{STACK}"
    trace = only(logged + again)
    assert trace.origin.offset == 0
    assert len(traces(logged + again.replace("boom", "another"))) == 2
    assert len(traces(logged + again.replace("goroutine 1", "goroutine 2"))) == 2


@pytest.mark.parametrize(
    "text",
    [
        "panic: at the disco plays tonight\n",
        "fatal error: no such file\n",
        "panic: x\n2026-11-28 12:00:00 INFO next\n\n" + STACK.partition("\n")[2],
        "goroutine 1 [running]:\nwords\n",
        "SIGQUIT: quit\nno counter\n",
        "main.main\nno place\n",
        "==================\nWARNING: DATA RACE\nwords\n",
    ],
)
def test_no_trace(text: str) -> None:
    assert [each for each in traces(text) if each.error.type] == []


@pytest.mark.parametrize(
    "text", ["panic: boom\nexit status 2\n", "fatal error: concurrent map writes\nnext\n"]
)
def test_a_program_that_prints_no_stack(text: str) -> None:
    assert only(text).error.frames == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("main.f(0x1, {0x2?, ...}, _)\n\t/a b/x.go:3 +0x1d fp=0x1 sp=0x2 pc=0x30", ("main.f", "/a b/x.go", 3, 0x1D, 0x30)),
        ("main.F[...](...)\n\tC:/a/x.go:3", ("main.F[...]", "C:/a/x.go", 3, None, None)),
        ("main.(*T).m-fm()\n\t<autogenerated>:1 +0x26", ("main.(*T).m-fm", "<autogenerated>", 1, 0x26, None)),
        ("a%2eb/c.F()\n    /srv/x.go:3", ("a%2eb/c.F", "/srv/x.go", 3, None, None)),
        ("non-Go function\n\tpc=0x4850d0", (None, None, None, None, 0x4850D0)),
    ],
)  # fmt: skip
def test_frames(line: str, expected: tuple[object, ...]) -> None:
    frame = only(f"panic: x\n\ngoroutine 1 [running]:\n{line}\n").error.frames[0]
    assert (frame.function, frame.file, frame.line, frame.offset, frame.address) == expected


def test_long_stacks_and_many_goroutines_are_bounded() -> None:
    frame = "main.f(0x1)\n\t/srv/x.go:1 +0x1\n"
    many = "".join(f"\ngoroutine {number} [sleep]:\n{frame}" for number in range(2, 200))
    trace = only(f"panic: x\n\ngoroutine 1 [running]:\n{frame * 1500}...additional frames elided...\n{many}")
    assert len(trace.error.frames) == 1000
    assert len(trace.error.related) == 64
    assert len(trace.uncertain) == 3


@pytest.mark.parametrize(
    "name", ["nil", "overflow", "nest", "deep", "test", "http", "race", "throwmap", "recover"]
)
def test_two_versions_have_one_fingerprint(name: str) -> None:
    assert fingerprint(error_in(f"1.19-{name}"), "go") == fingerprint(error_in(f"1.27-{name}"), "go")


def test_wrapped_errors_are_a_chain() -> None:
    found = traces((CORPUS / "go" / "1.19-zap.txt").read_text())
    assert messages(found[0].error) == ["place order", "no stock of plum"]
    # The stacks that follow are of other events.
    assert [messages(each.error) for each in found[2:4]] == [
        ["request failed: no stock of pear"],
        ["request failed: checkout: place order: no stock of plum"],
    ]


def test_errors_with_equal_stacks_are_no_chain() -> None:
    stack = "main.load\n\t/srv/app/main.go:11\nmain.main\n\t/srv/app/main.go:20\n"
    assert [messages(each.error) for each in traces(f"one\n{stack}two\n{stack}")] == [["one"], ["two"]]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("main.f.func1.gowrap2", "main.f.{closure}"),
        ("main.f.deferwrap1", "main.f.{closure}"),
        ("main.f-range1", "main.f.{closure}"),
        ("main.F[go.shape.struct { A []int }]", "main.F"),
        ("github.com/x/y/v3/z.(*T).M", "github.com/x/y/z.(*T).M"),
        ("gopkg.in/yaml.v3.Unmarshal", "gopkg.in/yaml.Unmarshal"),
    ],
)
def test_names(printed: str, expected: str) -> None:
    assert normalise(printed, "go") == expected
    assert normalise(expected, "go") == expected


@pytest.mark.parametrize(
    ("function", "file", "role"),
    [
        ("main.main", "/srv/app/main.go", "own"),
        ("shop/store.Get", "/src/shop/store/store.go", "own"),
        ("example.com/m.f", "example.com/m/f.go", "own"),
        ("net/http.(*conn).serve", "/usr/lib/go-1.19/src/net/http/server.go", "platform"),
        ("net/http.(*conn).serve", "net/http/server.go", "platform"),
        (
            "vendor/golang.org/x/net/http2.f",
            "/usr/local/go/src/vendor/golang.org/x/net/http2/x.go",
            "platform",
        ),
        ("mapassign_faststr", "/usr/lib/go-1.19/src/runtime/map_faststr.go", "platform"),
        ("github.com/x/y.F", "/root/go/pkg/mod/github.com/x/y@v1.2.3/y.go", "library"),
        ("github.com/x/y.F", "github.com/x/y@v1.2.3/y.go", "library"),
        ("golang.org/x/sync/errgroup.(*Group).Go.func1", "/x/errgroup.go", "library"),
        ("panic", "/usr/local/go/src/runtime/panic.go", "crash"),
        ("runtime.goexit", "/usr/local/go/src/runtime/asm_amd64.s", "entry"),
        ("main._Cfunc_crash", "_cgo_gotypes.go", "glue"),
        ("main.(*bad).Error", "<autogenerated>", "glue"),
    ],
)
def test_roles(function: str, file: str, role: str) -> None:
    assert NAMES.symbol(function, "", file, None).role == role
