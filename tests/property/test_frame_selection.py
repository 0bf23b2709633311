"""Stacks in which every frame counts are told early; that changes nothing of what is told."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stacktraces.model import Error, Frame
from stacktraces.signatures import _frames
from stacktraces.signatures.fingerprint import Part, explain, fingerprint

FILES = st.sampled_from([
    "/srv/shop/orders/views.py", "/srv/shop/app.py", "app.py", "main.c", "Shop.java", "server.js", "lib.rs",
    "/usr/lib/python3.11/site-packages/django/core/base.py", "/usr/lib/python3.11/threading.py",
    "/usr/lib/python3.11/runpy.py", "<frozen importlib._bootstrap>", "<string>", None,
])  # fmt: skip
FUNCTIONS = st.sampled_from([
    "load", "save", "<module>", "<listcomp>", "main", "abort", "raise", "run", "<signal handler>",
    "<signal handler called>", "??", "_start", "__libc_start_main", "start_thread", None,
])  # fmt: skip
FRAMES = st.lists(
    st.builds(
        Frame,
        function=FUNCTIONS,
        file=FILES,
        module=st.sampled_from([None, "/lib/libc.so.6"]),
        unreliable=st.sampled_from([False, False, False, True]),
    ),
    max_size=8,
)
TYPES = st.sampled_from(["KeyError", "RecursionError", "OSError", "java.lang.StackOverflowError", "", None])
MESSAGES = st.sampled_from([None, "", "no 3", "maximum recursion depth exceeded"])
BARE = st.builds(Error, type=TYPES, message=MESSAGES, frames=FRAMES)
ERRORS = st.recursive(
    BARE,
    lambda inner: st.builds(
        Error,
        type=TYPES,
        message=MESSAGES,
        frames=FRAMES,
        cause=st.none() | inner,
        children=st.lists(inner, max_size=2),
    ),
    max_leaves=4,
)
PLAIN = Error(type="KeyError", frames=[Frame(function="f", file="a.py"), Frame(function="g", file="b.py")])


@settings(max_examples=400)
@given(ERRORS, st.sampled_from(["native", "python", "java"]))
@example(PLAIN, "python")
def test_told_early_or_late_it_is_the_same(error: Error, runtime: str) -> None:
    early = explain(error, runtime)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_frames, "_COUNTING", frozenset())
        late = explain(error, runtime)
    assert early.hashed == late.hashed
    assert early.fingerprint == late.fingerprint == fingerprint(error, runtime)
    assert early.weak == late.weak
    assert steps_of(early.part) == steps_of(late.part)


def steps_of(part: Part) -> list[tuple[str, bool, str]]:
    assert [step.token for step in part.steps if step.kept] == part.tokens
    inner = ([part.root] if part.root else []) + part.members
    return [(step.token, step.kept, step.reason) for step in part.steps] + [
        step for each in inner for step in steps_of(each)
    ]
