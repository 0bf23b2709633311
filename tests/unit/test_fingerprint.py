"""Fingerprints: what counts and what does not, of whole errors."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces.model import Error, Frame, RelatedStack, Thread
from stacktraces.runtimes.native.roles import CRASH
from stacktraces.signatures import fingerprint as fingerprints
from stacktraces.signatures.fatal import thread_error
from stacktraces.signatures.fingerprint import VERSION, shows_dying, version
from tests.unit.errors import culprit, explain, fingerprint, is_weak, kept, native, python, seen


def test_form_and_version() -> None:
    found = fingerprint(python("a.py:f"))
    head, _, digest = found.partition("-")
    assert head == str(VERSION)
    assert len(digest) == 16
    assert int(digest, 16) >= 0
    assert version(found) == VERSION
    assert version("12-0123456789abcdef") == 12
    assert version("deadbeef") is None
    assert version("") is None


def test_the_value_is_held() -> None:
    """Stores keep fingerprints: this one changes only together with VERSION."""
    error = python("/srv/app/main.py:<module>", "/srv/app/shop/cart.py:total", kind="KeyError", message="'x'")
    assert fingerprint(error) == "4-874e149201d16bfe"


def test_the_value_of_decorated_names_is_held() -> None:
    """A normaliser is part of the algorithm: what changes this has to raise VERSION, and say so in the documents."""
    names = (
        "*INT_cairo_fill IA__gtk_main IA__FcInit _IO_new_fclose __GI___libc_malloc ___pthread_join f.isra.0 "
        "read$NOCANCEL memcpy@@GLIBC_2.3.2 __strlen_avx2 ns::T<int>::g(int) main::{lambda(int)#2}::operator()()"
    )
    error = seen(*(Frame(function=name) for name in names.split()), kind="SIGSEGV")
    assert fingerprint(error) == "4-28da0b90b4d445df"


def test_lines_sources_columns_arguments_and_messages_stay_out() -> None:
    plain = Error(type="E", message="a", frames=[Frame(file="m.py", function="f", line=1)])
    other = Error(
        type="E",
        message="b",
        notes=["n"],
        frames=[
            Frame(file="m.py", function="f", line=9, column=3, source="x", args="1", locals={"a": "1"}, id=7)
        ],
    )
    assert fingerprint(plain) == fingerprint(other)


def test_a_stack_of_nothing_but_machinery_still_has_a_fingerprint_and_is_weak() -> None:
    raised, unknown = explain(native("raise", "abort")), explain(seen(Frame(), Frame()))
    assert raised.fingerprint != unknown.fingerprint
    assert raised.weak
    assert unknown.weak
    assert not explain(native("raise", "abort", "f")).weak


def test_a_bare_type_is_weak_and_a_message_with_words_is_not() -> None:
    assert explain(Error(type="KeyError", message="'x'")).weak
    assert explain(seen(Frame(), Frame(), kind="SIGSEGV")).weak
    assert not explain(Error(type="KeyError", message="no user 'x'")).weak
    assert not explain(Error(type="KeyError", cause=python("m.py:f"))).weak


@pytest.mark.parametrize(
    "frames",
    [
        [Frame(module="/opt/app"), Frame(module="/opt/app"), Frame(module="/lib/libc.so.6")],
        [Frame(module="/opt/app"), Frame(function="main")],
        [Frame()],
        [],
    ],
)
def test_a_signal_on_a_stack_without_names_is_weak(frames: list[Frame]) -> None:
    error = seen(*frames, kind="SIGSEGV", message="Segmentation fault")
    assert explain(error).weak
    assert is_weak(error)
    named = seen(*frames, Frame(function="f"), kind="SIGSEGV", message="Segmentation fault")
    assert not explain(named).weak
    assert not is_weak(named)


def test_a_stack_of_many_names_is_not_weak_whatever_they_are() -> None:
    machinery = native(*sorted(CRASH))
    assert len(machinery.frames) > 12
    assert not explain(machinery).weak
    assert not is_weak(machinery)


def test_a_group_is_weak_where_all_of_its_members_are() -> None:
    weak, strong = Error(type="KeyError", message="1"), python("m.py:f")
    assert is_weak(Error(type="ExceptionGroup", children=[weak, weak]))
    assert not is_weak(Error(type="ExceptionGroup", children=[weak, strong]))


def test_without_frames_the_masked_message_counts() -> None:
    one = Error(type="KeyError", message="no user 17 at 10.0.0.1")
    assert fingerprint(one) == fingerprint(Error(type="KeyError", message="no user 4 at 10.9.9.9"))
    assert fingerprint(one) != fingerprint(Error(type="KeyError", message="no order 4 at 10.9.9.9"))
    assert explain(one).part.message == "no user <number> at <ip>"


def test_a_chain_counts_with_its_ends() -> None:
    def chain(middle: str, root: str) -> Error:
        inner = python("m.py:r", kind=root)
        between = python("m.py:q", kind=middle)
        between.cause = inner
        outer = python("m.py:p")
        outer.cause = between
        return outer

    assert fingerprint(chain("A", "B")) == fingerprint(chain("C", "B"))
    assert fingerprint(chain("A", "B")) != fingerprint(chain("A", "D"))
    assert explain(chain("A", "B")).part.skipped == 1


def test_members_of_a_group_count_once_in_any_order() -> None:
    def group(*kinds: str) -> str:
        return fingerprint(
            Error(type="ExceptionGroup", children=[python("m.py:f", kind=each) for each in kinds])
        )

    assert group("A", "B") == group("B", "A", "A")
    assert group("A") != group("B")
    flat, nested = (
        Error(type="G", children=[Error(type="G", children=[one, *inside]), *outside])
        for one, two in [(python("m.py:f"), python("n.py:g"))]
        for inside, outside in [([], [two]), ([two], [])]
    )
    assert fingerprint(flat) != fingerprint(nested)


def test_long_chains_and_deep_groups_end() -> None:
    error = python("m.py:f")
    for _ in range(50_000):
        outer = python("m.py:f")
        outer.cause = error
        error = outer
    assert explain(error).part.skipped == 49_999
    for _ in range(500):
        error = Error(type="G", children=[error])
    assert fingerprint(error)
    while error.children or error.cause:  # taken apart here: the destructor would recurse
        inner = error.children[0] if error.children else error.cause
        error.children, error.cause = [], None
        assert inner is not None
        error = inner


def test_a_thread_counts_with_its_own_frames() -> None:
    frames = [Frame(function="f"), Frame(function="main")]
    plain = Thread(frames=frames)
    crashed = Thread(frames=frames, error=Error(type="SIGSEGV"))
    assert fingerprint(thread_error(plain), "native") == fingerprint(seen(*frames))
    assert fingerprint(thread_error(crashed), "native") == fingerprint(seen(*frames, kind="SIGSEGV"))


def test_an_error_of_another_runtime_is_another_bug() -> None:
    error = Error(type="TypeError", message="x is not a function")
    found = {fingerprint(error, each) for each in ("python", "javascript", "native", None)}
    assert len(found) == 4
    assert explain(error, "python").hashed[0] == "runtime python"
    assert explain(error, None).hashed == ["error TypeError", "message x is not a function"]


def test_the_runtime_decides_how_a_type_is_read_whatever_the_files_are_called() -> None:
    def hashed(runtime: str) -> str:
        frame = Frame(function="load", file="/srv/app/load.js")
        return explain(Error(type="java.lang.OutOfMemoryError", frames=[frame]), runtime).part.type

    assert hashed("java") == "java.lang.OutOfMemoryError"
    assert hashed("python") == "OutOfMemoryError"


def test_an_error_within_one_of_another_runtime_has_its_own_rules() -> None:
    java = Error(type="java.lang.StackOverflowError", runtime="java")
    java.frames = [Frame(function=each, file="A.java") for each in ("com.shop.A.f", "com.shop.A.g") * 9]
    inner = python("shop/m.py:f", kind="json.decoder.JSONDecodeError")
    outer = python("shop/m.py:g", kind="py4j.protocol.Py4JJavaError")
    outer.cause, outer.children = java, [inner]
    found = explain(outer)
    assert found.part.root is not None
    assert (found.part.root.runtime, found.part.root.type) == ("java", "java.lang.StackOverflowError")
    assert found.part.root.tokens == ["com.shop.A.f", "com.shop.A.g"]
    assert [each.runtime for each in found.part.members] == ["python"]
    assert found.hashed[0] == "runtime python"
    assert "  runtime java" in found.hashed
    assert "  runtime python" not in found.hashed
    java.runtime = None
    assert fingerprint(outer) != found.fingerprint


@pytest.mark.parametrize(
    ("runtime", "kind", "message"),
    [
        ("python", "RecursionError", ""),
        ("java", "java.lang.StackOverflowError", ""),
        ("ruby", "SystemStackError", ""),
        ("go", "fatal error", "stack overflow"),
        ("javascript", "RangeError", "Maximum call stack size exceeded"),
        ("javascript", "InternalError", "too much recursion"),
    ],
)
def test_each_runtime_says_which_errors_mean_a_full_stack(runtime: str, kind: str, message: str) -> None:
    def full(*functions: str) -> str:
        frames = [Frame(function=each, file="m") for each in functions]
        return fingerprint(Error(type=kind, message=message, frames=frames), runtime)

    assert full("a.f", "a.g", "a.f", "a.g", "a.f") == full("a.g", "a.f", "a.g", "a.f")
    other = "java" if runtime != "java" else "python"
    assert not fingerprints.explain(Error(type=kind, message=message), other).part.overflow
    assert explain(Error(type=kind, message=message), runtime).part.overflow
    assert not explain(Error(type="TypeError", message=message), runtime).part.overflow


def test_further_stacks_of_a_report_do_not_count() -> None:
    plain, related = (python("m.py:f") for _ in range(2))
    related.related = [RelatedStack("freed by thread T0 here", [Frame(function="free")])]
    assert fingerprint(plain) == fingerprint(related)


def test_on_a_native_stack_the_file_tells_how_a_frame_is_named() -> None:
    error = seen(
        Frame(function="f.isra.0", file="cart.c"),
        Frame(function="<module>", file="/srv/shop/cart.py"),
        Frame(function="com.shop.A$1.f", file="A.java"),
    )
    assert kept(error) == ["f", "cart.py:<module>", "com.shop.A$.f"]
    error.runtime = "python"
    assert kept(error)[0] == "cart.c:0"


def test_frames_of_shared_objects_between_those_of_a_runtime_are_native() -> None:
    """As py-spy --native shows them."""
    frames = [
        Frame(function="clock_nanosleep@@GLIBC_2.17", module="libc.so.6"),
        Frame(function="f", file="a.py"),
    ]
    assert [each.token for each in explain(Error(frames=frames)).part.steps] == ["clock_nanosleep", "a.py:f"]


def test_culprit_is_the_innermost_own_frame() -> None:
    error = python("/srv/a/x/main.py:main", "/srv/a/x/y.py:f", "/usr/lib/python3.11/json/__init__.py:loads",
                   "/v/lib/python3.11/site-packages/lib/z.py:g", "<string>:h")  # fmt: skip
    found = culprit(error)
    assert found is not None
    assert found.function == "f"
    assert culprit(Error(type="E", cause=error)) is found
    assert culprit(Error(type="E")) is None
    assert culprit(python("<frozen os>:f", "<string>:g")) is None


names = st.text(max_size=30) | st.sampled_from(["??", "<listcomp>", "abort", "f", "operator()", "a::b<c>(d)"])
frames = st.builds(
    Frame,
    function=st.none() | names,
    module=st.none() | names,
    file=st.none() | st.builds(lambda stem, end: stem + end, st.text(max_size=20), st.sampled_from(
        [".py", ".c", ".java", ".js", ".go", ".rs", ".rb", ">", ""])),
    unreliable=st.booleans(),
)  # fmt: skip
errors = st.recursive(
    st.builds(Error, type=st.none() | st.text(max_size=20), message=st.none() | st.text(max_size=40),
              frames=st.lists(frames, max_size=12)),
    lambda inner: st.builds(Error, type=st.text(max_size=9), frames=st.lists(frames, max_size=3), cause=inner,
                            children=st.lists(inner, max_size=3)),
    max_leaves=4,
)  # fmt: skip


@given(errors)
def test_any_error_has_one_fingerprint_and_a_reason_for_each_frame(error: Error) -> None:
    found = explain(error)
    again = msgspec.json.decode(msgspec.json.encode(error), type=Error)
    assert found.fingerprint == fingerprint(again)
    assert len(found.part.steps) == len(error.frames)
    assert all(step.reason and (step.token or not step.kept) for step in found.part.steps)
    assert not any("\n" in line for line in found.hashed)


def test_a_thread_that_died_shows_it() -> None:
    assert shows_dying(Thread(frames=native("raise", "abort", "f").frames), "native")
    assert not shows_dying(Thread(frames=native("read", "f").frames), "native")


@pytest.mark.parametrize(
    "cell",
    ["Cell In[{}]", "Cell In [{}]", "Input In [{}]", "<ipython-input-{}-06eb4b9f0a5c>", "<command-{}>"],
)
def test_cells_of_notebooks_are_one_place_in_every_ipython(cell: str) -> None:
    def failed(called: int, first: int, top: str | None) -> Error:
        return seen(
            Frame(function="f", file=cell.format(called), line=2),
            Frame(function=top, file=cell.format(first), line=1),
            kind="ZeroDivisionError",
        )

    named = failed(4, 5, "<module>")
    assert fingerprint(named) == fingerprint(failed(4, 5, "<cell line: 1>"))
    assert fingerprint(named) == fingerprint(failed(7, 8, None if "In" in cell else "<module>"))
    old = [Frame(function=name, file="<ipython-input-1-0>", line=1) for name in ("f", "<module>")]
    assert fingerprint(named) == fingerprint(seen(*old, kind="ZeroDivisionError"))
