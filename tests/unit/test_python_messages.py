"""Where a message ends, what stands before a trace, and shapes no interpreter could be made to print here."""

from __future__ import annotations

import pytest

from stacktraces.log_records.records import learn, starts_record
from stacktraces.model import Error, Trace
from stacktraces.parsing import iterate, parse
from stacktraces.runtimes import all_formats
from stacktraces.runtimes._closing_words import closing_words
from stacktraces.runtimes.python.chains import LINKS_KEPT
from stacktraces.runtimes.python.frames import FRAMES_KEPT
from stacktraces.runtimes.python.messages import MAY_BE_LONGER

(FORMAT,) = (each for each in all_formats() if each.name == "python")

HEADER = "Traceback (most recent call last):\n"
WORKER = '  File "/srv/worker.py", line 9, in run\n    work()\n'
FRAME = '  File "/srv/app.py", line 3, in save\n    self.commit()\n'
CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
STAMP = "2026-03-01 12:00:00,123 shop ERROR "


def read(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode(), (FORMAT,)) if isinstance(each, Trace)]


def one(text: str) -> Trace:
    (trace,) = read(text)
    return trace


def chain(error: Error | None) -> list[str | None]:
    found = []
    while error is not None:
        found.append(error.type)
        error = error.cause
    return found


INTEGRITY = """django.db.utils.IntegrityError: duplicate key value violates unique constraint "shop_pkey"
DETAIL:  Key (id)=(1) already exists."""
SQLALCHEMY = """sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) duplicate key value
DETAIL:  Key (id)=(1) already exists.

[SQL: INSERT INTO shop (id) VALUES (%(id)s)]
[parameters: {'id': 1}]
(Background on this error at: https://sqlalche.me/e/20/gkpj)"""
PYDANTIC = """pydantic_core._pydantic_core.ValidationError: 2 validation errors for Order
total
  Field required [type=missing, input_value={}, input_type=dict]
name
  Input should be a valid string [type=string_type, input_value=1, input_type=int]"""
YAML = """yaml.scanner.ScannerError: mapping values are not allowed here
  in "<unicode string>", line 1, column 5:
    a: b: c
        ^"""
GRPC = """grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:
\tstatus = StatusCode.UNAVAILABLE
\tdetails = "failed to connect"
>"""
REAL = {"django": INTEGRITY, "sqlalchemy": SQLALCHEMY, "pydantic": PYDANTIC, "yaml": YAML, "grpc": GRPC}
ALL_MARKED = {"django", "sqlalchemy", "yaml", "grpc"}
AFTER = {
    "end": "",
    "record": STAMP + "next\n",
    "blank-record": "\n" + STAMP + "next\n",
    "chain": CONTEXT + HEADER + FRAME + "KeyError: 1\n",
}


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("library", REAL)
def test_messages_of_several_lines(library: str, after: str) -> None:
    text = STAMP + "failed\n" + HEADER + FRAME + REAL[library] + "\n" + AFTER[after]
    trace = one(text)
    error = trace.error.cause if after == "chain" else trace.error
    assert error is not None
    assert f"{error.type}: {error.message}" == REAL[library]
    assert bool(trace.uncertain) == (after != "chain" and library not in ALL_MARKED)


@pytest.mark.parametrize("library", sorted(ALL_MARKED))
def test_marked_lines_are_taken_where_no_end_is_near(library: str) -> None:
    noise = "".join(f"step {number}\n" for number in range(500))
    trace = one("starting\n" + HEADER + FRAME + REAL[library] + "\n" + noise)
    assert f"{trace.error.type}: {trace.error.message}" == REAL[library]


def test_other_lines_are_left_where_no_end_is_near() -> None:
    noise = "".join(f"step {number}\n" for number in range(500))
    trace = one("starting\n" + HEADER + FRAME + "ValueError: bad\n" + noise)
    assert trace.error.message == "bad"
    assert trace.uncertain == ["The message may be longer than read: nothing marks its end."]


NEXT_RECORDS = [
    "2026-03-01 12:00:00,123 shop INFO done",
    "2026-03-01T12:00:00Z done",
    "[2026-03-01 12:00:00 +0200] [34387] [INFO] done",
    "[01/Mar/2026 12:00:00] INFO done",
    "Mar  1 12:00:00 host app[12]: done",
    "[Sun Mar 01 12:00:00.5 2026] [wsgi:error] done",
    "12:00:00 done",
    "<11>Mar  1 12:00:00 host app: done",
    "INFO:root:done",
    "INFO done",
    "INFO:     Started server process [7]",
    "[info     ] done",
    "I0301 12:00:00.123 7 app.cc:4] done",
    '{"message": "done"}',
    '127.0.0.1 - - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200',
    "level=info msg=done",
    "[pid: 10656|app: 0|req: 1/1] 127.0.0.1 () {24 vars in 248 bytes} [x] GET /",
    "========== 1 failed ==========",
    ">>> ",
    "In [4]: next",
    "Exception in thread worker-3:",
    "Exception ignored in: <function D.__del__ at 0x7f00>",
    "Task exception was never retrieved",
    "Process ForkPoolWorker-2:",
    "Original exception was:",
]


@pytest.mark.parametrize("following", NEXT_RECORDS)
def test_an_ordinary_line_is_not_swallowed(following: str) -> None:
    trace = one(HEADER + FRAME + "ValueError: bad\n" + following + "\nmore\n")
    assert (trace.error.message, trace.uncertain) == ("bad", [])


@pytest.mark.parametrize(
    ("before", "following"),
    [
        ("[worker-3] handling 44", "[worker-12] handling 45"),
        ("worker3> start", "worker12> stop"),
        ("shop: failed", "shop: next"),
    ],
)
def test_the_line_before_tells_what_records_look_like(before: str, following: str) -> None:
    trace = one(f"{before}\n" + HEADER + FRAME + f"ValueError: bad\n{following}\nmore\n")
    assert (trace.error.message, trace.uncertain) == ("bad", [])


def test_a_plain_word_before_teaches_no_shape() -> None:
    record = learn("failed to save")
    assert record is not None
    assert not starts_record("DETAIL:  Key", record)
    assert starts_record("failed to load", record)
    assert learn("") is None
    assert learn("  indented") is None
    assert learn(None) is None


def test_notes_are_told_apart_where_they_can_be() -> None:
    assert one(HEADER + FRAME + "KeyError: 'x'\nnote one\nnote two\n").error.notes == ["note one", "note two"]
    assert one(HEADER + FRAME + "shop.Empty\nnote\n").error.notes == ["note"]
    assert one(HEADER + FRAME + "shop.Empty\nnote\n").error.message is None
    assert one(HEADER + FRAME + "ValueError: x\nnote\n").error.message == "x\nnote"


def test_a_text_that_is_the_trace_alone_ends_where_its_message_does() -> None:
    text = HEADER + FRAME + "ValueError: bad\n\nworse\n"
    assert one(text).error.message == "bad\n\nworse"
    assert one("\n\n" + text + "\n").error.message == "bad\n\nworse"
    assert one("$ python app.py\n" + text).error.message == "bad"
    assert [trace.error.message for trace in read(text + text)] == ["bad", "bad"]


def test_two_traces_in_a_row_are_two() -> None:
    text = (HEADER + FRAME + "ValueError: bad\n") * 3
    assert [trace.error.message for trace in read(text)] == ["bad"] * 3
    assert [trace.origin.offset for trace in read(text)] == [0, len(text) // 3, 2 * len(text) // 3]


@pytest.mark.parametrize("final", ["ValueError: invalid literal:", "KeyboardInterrupt", "ValueError: x"])
def test_the_same_program_that_fails_again_is_another_trace(final: str) -> None:
    text = HEADER + FRAME + final + "\n"
    assert len(read(text * 3)) == 3
    assert len(read(text + text.replace("    self.commit()\n", ""))) == 2


FAKES = {
    "after a colon": f"worker failed:\n{HEADER}{WORKER}KeyError: 1",
    "named": f"worker 3 failed\nOriginal {HEADER}{FRAME}KeyError: 1",
    "without source": f'bad\n{HEADER}  File "fake.py", line 1, in fake\nFakeError: nope',
    "without frames": f"bad\n{HEADER}nothing",
    "indented": f"bad\n  {HEADER}  {FRAME.strip()}\n  KeyError: 1",
}


@pytest.mark.parametrize("kind", FAKES)
def test_a_message_that_holds_a_traceback_is_one_trace(kind: str) -> None:
    trace = one(HEADER + FRAME + "RuntimeError: " + FAKES[kind] + "\n")
    assert trace.error.type == "RuntimeError"
    assert trace.error.message == FAKES[kind]
    assert "The message holds what looks like a traceback; it was taken for text." in trace.uncertain


PREAMBLES = {
    "Exception in thread worker-3 (run):\n": ("worker-3 (run)", None, None),
    "Exception ignored in: <function D.__del__ at 0x7f00>\n": (None, None, None),
    "Exception ignored while calling deallocator <function D.__del__ at 0x7f00>:\n": (None, None, None),
    "Process ForkPoolWorker-2:\n": (None, None, "ForkPoolWorker-2"),
    "Task exception was never retrieved\nfuture: <Task finished name='poller' coro=<f() done> exception=E()>\n": (
        None,
        "poller",
        None,
    ),
    "Exception in callback f()\nhandle: <Handle f() at a.py:3>\n": (None, None, None),
    "Task exception was never retrieved\nfuture: <Task finished name='Task-1' coro=<f()>>\n"
    'source_traceback: Object created at (most recent call last):\n  File "a.py", line 1, in f\n    g()\n': (
        None,
        "Task-1",
        None,
    ),
    "Error in sys.excepthook:\n": (None, None, None),
    "Unhandled error in Deferred:\n": (None, None, None),
}


@pytest.mark.parametrize("preamble", PREAMBLES)
def test_what_stands_before_a_trace_belongs_to_it(preamble: str) -> None:
    trace = one("ready\n" + preamble + HEADER + FRAME + "ValueError: bad\n")
    assert trace.preamble == preamble.splitlines()
    assert trace.origin.offset == len("ready\n")
    assert (trace.context.thread, trace.context.task, trace.context.process) == PREAMBLES[preamble]


def test_a_stamped_line_before_a_trace_is_not_its_preamble() -> None:
    trace = one(
        STAMP
        + "Task exception was never retrieved\nfuture: <Task finished name='p'>\n"
        + HEADER
        + FRAME
        + "E: x\n"
    )
    assert trace.preamble == ["future: <Task finished name='p'>"]
    assert trace.context.task == "p"


def test_an_ignored_exception_without_a_traceback() -> None:
    trace = one(
        "Exception ignored in: <_io.TextIOWrapper name='<stdout>'>\nBrokenPipeError: [Errno 32] Broken pipe\n"
    )
    assert (trace.error.type, trace.error.frames) == ("BrokenPipeError", [])
    assert len(trace.preamble) == 1


@pytest.mark.parametrize("name", ["multiprocessing.pool.", "concurrent.futures.process._", "billiard.einfo."])
def test_a_remote_traceback_is_the_cause(name: str) -> None:
    remote = f'{name}RemoteTraceback: \n"""\n{HEADER}{FRAME}KeyError: 1{CAUSE}{HEADER}{FRAME}ValueError: two\nlines\n"""\n'
    trace = one("ready\n" + remote + CAUSE + HEADER + FRAME + "ValueError: two\nlines\n\n" + STAMP + "next\n")
    assert chain(trace.error) == ["ValueError", "ValueError", "KeyError"]
    assert trace.error.cause_kind == "cause"
    assert trace.error.cause is not None
    assert trace.error.cause.message == "two\nlines"
    assert trace.origin.offset == len("ready\n")


def test_a_header_after_a_logs_own_text() -> None:
    trace = one(
        f"E 04-27 13:23:32 impl.py:414] PythonException: {HEADER}{FRAME}ValueError: bad\n{STAMP}next\n"
    )
    assert (trace.error.type, trace.error.message) == ("ValueError", "bad")
    trace = one(
        f"Mar 1 app[7]: {HEADER}"
        + (" " * 14 + FRAME).replace("\n    ", "\n" + " " * 18)
        + " " * 14
        + "KeyError: 1\n"
    )
    assert (trace.error.type, trace.error.message) == ("KeyError", "1")
    assert trace.error.frames[0].source == "self.commit()"


def test_errors_without_a_traceback_in_a_chain() -> None:
    assert chain(one("KeyError: 1\n" + CAUSE + HEADER + FRAME + "E: x\n").error) == ["E", "KeyError"]
    trace = one("KeyError: 1\n" + CONTEXT + "ValueError: 2\n" + CAUSE + "shop.Error\n")
    assert chain(trace.error) == ["shop.Error", "ValueError", "KeyError"]
    syntax = '  File "bad.py", line 1\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n'
    trace = one(syntax + CONTEXT + HEADER + FRAME + "E: x\n")
    assert chain(trace.error) == ["E", "SyntaxError"]
    assert one(syntax).error.frames[0].line == 1


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        (HEADER, None),
        (HEADER + FRAME[:30], None),
        (HEADER + FRAME, 1),
        (HEADER + FRAME + STAMP + "next\n", 1),
    ],
)
def test_a_trace_that_was_cut(text: str, frames: int | None) -> None:
    found = read(text)
    assert len(found) == (0 if frames is None else 1)
    for trace in found:
        assert (trace.error.type, len(trace.error.frames)) == (None, frames)
        assert trace.uncertain == ["The text ends before the exception's type."]


def test_a_log_level_is_no_exception() -> None:
    assert one(HEADER + FRAME + "ERROR: next record\n").error.type is None


def test_a_chain_of_any_depth() -> None:
    link = HEADER + FRAME + "E{}: x\n"
    text = CONTEXT.join(link.format(number) for number in range(5_000))
    trace = one(text)
    kept = chain(trace.error)
    assert (kept[0], kept[-1], len(kept)) == ("E4999", "E0", LINKS_KEPT)
    assert trace.uncertain == [f"{5_000 - LINKS_KEPT} errors in the middle of the chain were left out."]


def test_frames_of_any_number() -> None:
    frames = "".join(f'  File "a.py", line {number}, in f\n' for number in range(1, 30_001))
    trace = one(HEADER + frames + "E: x\n")
    assert len(trace.error.frames) == FRAMES_KEPT
    assert (trace.error.frames[0].line, trace.error.frames[-1].line) == (30_000, 1)
    assert trace.uncertain == [f"{30_000 - FRAMES_KEPT:,} frames in the middle of a stack were left out."]


def test_a_repeat_of_any_number() -> None:
    repeated = "  [Previous line repeated 99999999999999999999 more times]\n"
    trace = one(HEADER + FRAME + repeated + "E: x\n")
    assert len(trace.error.frames) == FRAMES_KEPT
    assert len(one(HEADER + FRAME + repeated.replace("9" * 20, "7") + "E: x\n").error.frames) == 8
    assert one(HEADER + FRAME + "  [Previous line repeated 1 more time]\nE: x\n").error.type == "E"


def test_a_message_of_any_length() -> None:
    trace = one(HEADER + FRAME + "E: x\n" + "  more\n" * 100_000)
    assert trace.error.message is not None
    assert 60_000 < len(trace.error.message) < 70_000
    assert "The message was cut: it is longer than 65,536 characters." in trace.uncertain


def test_a_group_of_any_depth() -> None:
    depth = 300
    text = "  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: g (1 sub-exception)\n"
    for level in range(1, depth):
        pad = "  " * level
        text += f"{pad}+-+---------------- 1 ----------------\n{pad}  | ExceptionGroup: g (1 sub-exception)\n"
    trace = one(text + "  " * depth + "+------------------------------------\n")
    level, error = 0, trace.error
    while error.children:
        level, error = level + 1, error.children[0]
    assert level == 20
    assert any("nested deeper" in sentence for sentence in trace.uncertain)


def test_a_group_that_is_not_closed_ends_where_its_margin_does() -> None:
    text = "  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: g (1 sub-exception)\n"
    text += "  +-+---------------- 1 ----------------\n    | ValueError: x\n"
    trace = one(text + STAMP + "next\n")
    assert [child.type for child in trace.error.children] == ["ValueError"]
    assert trace.uncertain == ["The text ends inside an exception group."]


def test_the_name_of_a_type_may_hold_what_names_seldom_hold() -> None:
    for name in ("make.<locals>.Inner", "ray.exceptions.RayTaskError(ValueError)", "größe.Fehler", "_E"):
        assert one(HEADER + FRAME + f"{name}: x\n").error.type == name


def test_parse_takes_stacks_that_hold_no_anchor() -> None:
    (trace,) = parse(FRAME + "ValueError: bad\n", formats=(FORMAT,))
    assert isinstance(trace, Trace)
    assert (trace.error.type, trace.error.frames[0].function) == ("ValueError", "save")


def test_twisted_marks_a_failure_without_frames() -> None:
    trace = one(
        STAMP + "x\n" + HEADER + "Failure: twisted.internet.error.ConnectionDone: closed.\n" + STAMP + "y\n"
    )
    assert (trace.error.type, trace.error.message) == ("twisted.internet.error.ConnectionDone", "closed.")
    assert trace.error.frames == []


def test_ray_prints_the_remote_error_in_the_message() -> None:
    remote = '  File "/srv/task.py", line 5, in {}\n    return work()\n'
    text = (
        HEADER
        + FRAME
        + "ray.exceptions.RayTaskError(ZeroDivisionError): ray::outer() (pid=6120, ip=10.0.35.208)\n"
        + remote.format("outer")
        + "ray.exceptions.RayTaskError(ZeroDivisionError): ray::inner() (pid=6121, ip=10.0.35.208)\n"
        + remote.format("inner")
        + "ZeroDivisionError: division by zero\n"
    )
    trace = one("KeyError: 1\n" + CONTEXT + text + STAMP + "next\n")
    name = "ray.exceptions.RayTaskError(ZeroDivisionError)"
    assert chain(trace.error) == [name, name, "ZeroDivisionError", "KeyError"]
    assert trace.error.message == "ray::outer() (pid=6120, ip=10.0.35.208)"
    assert trace.error.cause is not None
    assert trace.error.cause.frames[0].function == "outer"
    assert trace.error.cause.cause_kind == "cause"


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("KeyError(139646,)", "139646"),
        ("KeyError(007,)", "007"),
        ("E('boo',)", "boo"),
        ("E('a', 1)", "E('a', 1)"),
    ],
)
def test_what_python_2_ignored(printed: str, message: str) -> None:
    trace = one(f"Exception shop.E: {printed} in <module 'threading' from 'threading.pyc'> ignored\nmore\n")
    assert (trace.error.type, trace.error.message) == ("shop.E", message)
    assert trace.preamble == [
        f"Exception shop.E: {printed} in <module 'threading' from 'threading.pyc'> ignored"
    ]


INVOCATION = """At C:\\ci\\run.ps1:3 char:1
+ python app.py *> app.log
+ ~~~~~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : NotSpecified: (Traceback (most recent call last)::String) [], RemoteException
    + FullyQualifiedErrorId : NativeCommandError
"""


@pytest.mark.parametrize("blank", [" \n", "\n", ""])
def test_windows_powershell_cuts_a_traceback_behind_its_header(blank: str) -> None:
    """As issues on the web show what 5.1 writes; there is none here to be run."""
    first, second = read(
        f"python : {HEADER}{INVOCATION}{blank}{FRAME}KeyError: 1\n" + f"{HEADER}{FRAME}ValueError: 2\n"
    )
    assert [frame.function for frame in first.error.frames] == ["save"]
    assert (first.error.type, first.error.message, first.uncertain) == ("KeyError", "1", [])
    assert second.error.type == "ValueError"


def test_an_invocation_that_does_not_end_is_not_passed() -> None:
    assert read(f"python : {HEADER}{INVOCATION[:90]}\n" + "x\n" * 20 + f"{FRAME}KeyError: 1\n") == []


@pytest.mark.parametrize("name", closing_words())
def test_what_a_runner_prints_behind_a_trace_is_not_its_message(name: str) -> None:
    closing = closing_words()[name]
    for sample in closing.samples:
        trace = one(HEADER + FRAME + "ValueError: bad\nworse\n" + sample + "\nmore\n")
        assert trace.error.message == "bad\nworse"
        assert (MAY_BE_LONGER in trace.uncertain) == closing.doubtful


@pytest.mark.parametrize("inner", ["```sql\nSELECT 1\n```", "<pre>502</pre>\n<pre>\nx\n</pre>"])
def test_a_message_may_close_what_it_opened(inner: str) -> None:
    assert one(HEADER + FRAME + f"ValueError: bad\n{inner}\n").error.message == f"bad\n{inner}"


@pytest.mark.parametrize("before", ["", STAMP + "failed\n"])
def test_a_ruler_that_comes_again_is_a_box_around_the_message(before: str) -> None:
    ruler = "=" * 60
    box = f"{ruler}\ntrain.py FAILED\n{'-' * 60}\nFailures:\n  <NO_OTHER_FAILURES>\n{ruler}"
    trace = one(before + HEADER + FRAME + f"errors.ChildFailedError: \n{box}\n(env) u@web1:~$ ls\n")
    assert (trace.error.message, trace.uncertain) == (f"\n{box}", [])


def test_a_ruler_that_does_not_come_again_ends_the_message() -> None:
    assert one(HEADER + FRAME + f"ValueError: \n{'=' * 60}\nRan it\n").error.message == ""


def test_the_traceback_of_a_worker_of_pytorch_is_the_cause() -> None:
    caught = "ValueError: Caught KeyError in DataLoader worker process 0.\nOriginal "
    error = one(HEADER + FRAME + caught + HEADER + WORKER + "KeyError: 1\n\n" + STAMP + "next\n").error
    assert error.message == "Caught KeyError in DataLoader worker process 0."
    assert error.cause is not None
    assert (error.cause.type, error.cause.message) == ("KeyError", "1")
    assert [frame.function for frame in error.cause.frames] == ["run"]


def test_tensorflow_says_the_reason_behind_a_stack_of_its_own() -> None:
    message = """Graph execution error:

Detected at node 'while/MatMul' defined at (most recent call last):
    File "/srv/train.py", line 11, in build
      y = tf.matmul(a, b)
Node: 'while/MatMul'
Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3]
\t [[{{node while/MatMul}}]] [Op:__inference_train_1]"""
    text = HEADER + FRAME + "errors_impl.InvalidArgumentError: " + message + "\n" + STAMP + "next\n"
    assert one(text).error.message == message


def test_maya_closes_the_comment_that_a_trace_stands_in() -> None:
    text = "".join(f"# {line}\n" for line in (HEADER + FRAME + "ValueError: bad # ").splitlines())
    assert one(text).error.message == "bad"


def test_atheris_names_the_error_before_the_header() -> None:
    text = f"INFO: seed 7\n\n === Uncaught Python exception: ===\nKeyError: (1, 6)\n{HEADER}{FRAME}\n==230== ERROR: x\n"
    trace = one(text)
    assert (trace.error.type, trace.error.message, trace.uncertain) == ("KeyError", "(1, 6)", [])
    assert trace.origin.offset == len("INFO: seed 7\n\n")
