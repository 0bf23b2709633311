"""Stores of older versions of the fingerprints: their exemplars name no runtime, and are understood all the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from stacktraces.known import Issue, Stack, StoreMatcher, check, group_traces, label, open_store, record
from stacktraces.known.exemplar import reduce
from stacktraces.known.older import exemplar_today, fingerprint_today
from stacktraces.model import Error, Frame, Group, Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes.python import RUNTIME
from stacktraces.signatures.fatal import fatal_traces
from stacktraces.signatures.fingerprint import fingerprint
from tests.golden import CORPUS
from tests.known_support import error

READ = {"gdb", "lldb", "pstack", "eu_stack", "coredumpctl"} | {each.name for each in RUNTIME.formats}
"""The formats whose errors version 2 read."""
FOLDERS = sorted(path.name for path in CORPUS.iterdir() if any(path.rglob("*.txt")))


def without_runtime(error: Error) -> Error:
    """As version 2 stored it."""
    return msgspec.structs.replace(
        error,
        runtime=None,
        cause=without_runtime(error.cause) if error.cause else None,
        children=[without_runtime(each) for each in error.children],
    )


READ_LATER = {
    "python_logs/implementations/jython-java.txt",
    "python_logs/strings/csv.txt",
    "python_logs/strings/csv-nohead.txt",
}
"""What version 2 did not read: frames of Java in a stack of Python, a stack in quoted cells."""


def traces_in(folder: str) -> list[Trace]:
    found: list[Trace] = []
    for path in sorted((CORPUS / folder).rglob("*.txt")):
        if path.relative_to(CORPUS).as_posix() in READ_LATER:
            continue
        for each in iterate(path.read_bytes()):
            found += [each] if isinstance(each, Trace) else fatal_traces(each)
    return [each for each in found if each.format in READ and each.error != Error()]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_runtime_of_a_stored_stack_is_inferred(folder: str) -> None:
    """Of what version 2 read; it read errors of other runtimes within these only."""
    for each in traces_in(folder):
        stack = Stack("2-0123456789abcdef", without_runtime(reduce(each.error, each.runtime)))
        assert fingerprint_today(stack) == fingerprint(each.error, each.runtime)


@pytest.mark.parametrize(
    ("stored", "runtime"),
    [
        (Error(type="KeyError", message="'x'"), "python"),
        (Error(type="SIGSEGV", message="Segmentation fault"), "native"),
        (Error(type="SIGSEGV", frames=[Frame(function="f")]), "native"),
        (Error(type="KeyError", frames=[Frame(function="<module>")]), "python"),
        (Error(type="E", frames=[Frame(file="a.c"), Frame(file="m.py"), Frame(file="n.py")]), "python"),
        (Error(type="E", frames=[Frame(file="a.c"), Frame(file="m.py"), Frame(file="b.c")]), "native"),
    ],
)
def test_what_tells_the_runtime(stored: Error, runtime: str) -> None:
    found = exemplar_today(Stack("1-0123456789abcdef", stored))
    assert found is not None
    assert found.runtime == runtime
    assert stored.runtime is None
    assert exemplar_today(Stack("3-0123456789abcdef", stored)) is stored
    assert exemplar_today(Stack("by hand", stored)) is stored


def test_an_error_of_java_within_one_of_python() -> None:
    python = Error(type="KeyError", frames=[Frame(file="m.py", function="f")])
    java = Error(type="java.lang.E", frames=[Frame(file="A.java", function="a.A.f")], cause=python)
    bare = Error(type="java.io.E", cause=java)
    found = exemplar_today(Stack("2-0123456789abcdef", Error(type="Py4JError", cause=bare)))
    runtimes: list[str | None] = []
    while found is not None:
        runtimes.append(found.runtime)
        found = found.cause
    assert runtimes == ["python", None, "java", None]


def python_group(*functions: str) -> Group:
    (group,) = group_traces([Trace(error(*functions), "python", "python")])
    return group


@pytest.fixture(params=["known.toml", "known.db"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A store that version 2 wrote."""
    path = tmp_path / str(request.param)
    stored = Stack("2-0123456789abcdef", without_runtime(reduce(error("pay", "serve"), "python")))
    bare = Stack("2-fedcba9876543210")
    with open_store(path, create=True).edit() as edit:
        edit.put(Issue("2-0123456789abcdef", "pay fails", stacks=[stored, bare]))
    return path


def test_an_older_store_is_understood(path: Path) -> None:
    store = open_store(path)
    matcher = StoreMatcher(store)
    groups = [python_group("pay", "serve"), python_group("other", "place")]
    new, known = label(groups, store, matcher=matcher)
    assert (
        new.judgement.verdict,
        known.judgement.verdict,
        known.judgement.unsure,
    ) == ("new", "known", False)
    assert known.judgement.issue is not None
    assert known.judgement.issue.id == "2-0123456789abcdef"
    assert store.outdated()


def test_an_older_store_learns_what_is_seen_again_and_is_migrated(path: Path) -> None:
    store = open_store(path)
    group = python_group("pay", "serve")
    record(label([group], store, matcher=StoreMatcher(store)), store)
    (issue,) = store.issues()
    assert issue.fingerprints == ["2-0123456789abcdef", "2-fedcba9876543210", group.fingerprint]
    check.migrate(store)
    (issue,) = open_store(path).issues()
    assert issue.fingerprints == ["2-fedcba9876543210", group.fingerprint]
    assert [each.runtime for each in issue.exemplars] == ["python"]
    matcher = StoreMatcher(open_store(path))
    assert [each.judgement.verdict for each in label([group], open_store(path), matcher=matcher)] == ["known"]
    assert [each.kind for each in check.check(open_store(path))] == ["stale"]


def test_what_two_runtimes_print_alike_is_not_similar(path: Path) -> None:
    store = open_store(path)
    names = ("pay", "serve", "main", "loop")
    frames = [Frame(function=each, file="shop/x") for each in names]
    for runtime in ("ruby", "python"):
        groups = group_traces([Trace(Error(type="KeyError", frames=frames), "any", runtime)])
        record(label(groups, store), store)
        (again,) = group_traces([Trace(Error(type="KeyError", frames=frames[:3]), "any", runtime)])
        (found,) = label([again], store, matcher=StoreMatcher(store))
        assert found.judgement.issue is not None
        assert found.judgement.issue.id == groups[0].fingerprint
