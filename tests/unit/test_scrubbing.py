"""Secrets are taken out of traces, by rules that a person can see and extend."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces._linear import why_not_linear
from stacktraces.errors import RuleError
from stacktraces.model import Error, Frame, RelatedStack, Trace
from stacktraces.scanning import Occurrences, Options
from stacktraces.scrubbing import Scrubber, default_rules, load_rules
from stacktraces.scrubbing.rules import check
from stacktraces.signatures.fingerprint import fingerprint

CORPUS = Path(__file__).parents[1] / "corpus"
OURS = Scrubber(default_rules())


def test_the_rules_of_ours_keep_to_their_samples() -> None:
    check(default_rules(), "ours")
    for rule in default_rules():
        assert rule.samples
        assert rule.plain
        for sample in rule.samples:
            assert "[scrubbed" in OURS.text(sample)
        for plain in rule.plain:
            assert OURS.text(plain) == plain


def test_all_that_is_searched_runs_in_linear_time() -> None:
    for search in OURS._searches:
        assert why_not_linear(search.pattern.pattern) is None, search.name


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("login(user='bob', password='hun\\'ter2', retry=3)", "login(user='bob', password='[scrubbed password]', retry=3)"),
        ("{'password': b'hunter2'}", "{'password': b'[scrubbed password]'}"),
        ("url=https://h/?token=0123456789&x=1", "url=https://h/?token=[scrubbed token]&x=1"),
        ("password=hunter2\nuser=bob", "password=[scrubbed password]\nuser=bob"),
        ("GET / HTTP/1.1\r\nCookie: a=b; c=d\r\nHost: h", "GET / HTTP/1.1\r\nCookie: [scrubbed header]\r\nHost: h"),
        ('password="cut off', 'password="[scrubbed password]'),
        ("paid with 4111-1111-1111-1111.", "paid with [scrubbed card]."),
        ("at 1772359200123456 with id 4111111111111112", "at 1772359200123456 with id 4111111111111112"),
    ],
)  # fmt: skip
def test_a_secret_goes_and_what_is_beside_it_stays(text: str, scrubbed: str) -> None:
    assert OURS.text(text) == scrubbed


def test_a_trace_is_scrubbed_wherever_it_holds_text() -> None:
    secret = "password=hunter2"
    frame = Frame(
        function="f", args=secret, source=secret, locals={"user_password": "'hunter2'", "x": secret, "password": "None"}
    )  # fmt: skip
    inner = Error(type="B", message=secret, frames=[frame], related=[RelatedStack("freed by", [frame])])
    error = Error(type="A", message=secret, notes=[secret], cause=inner, children=[inner])
    trace = Trace(error, "test", before=secret, preamble=[secret], raw=secret)
    OURS.trace(trace)
    assert "hunter2" not in repr(trace)
    assert frame.locals == {
        "user_password": "[scrubbed password]", "x": "password=[scrubbed password]", "password": "None"
    }  # fmt: skip


def _samples() -> Iterator[Path]:
    for runtime in ("dotnet", "go", "java", "javascript", "php", "python", "ruby", "rust"):
        yield from sorted((CORPUS / runtime).glob("*.txt"))[:25]


def test_what_is_scrubbed_keeps_the_name_of_its_error() -> None:
    """Only an error that nothing but its message names may get another fingerprint."""
    seen = changed = 0
    for path in _samples():
        for trace in Occurrences([str(path)], Options()):
            name = fingerprint(trace.error, trace.runtime)
            bare = fingerprint(_without_messages(trace.error), trace.runtime)
            trace.error.frames = [_with_secret(each) for each in trace.error.frames]
            trace.error.notes = [*trace.error.notes, "password=hunter2"]
            if name == bare:
                trace.error.message = f"{trace.error.message} password=hunter2"
            OURS.trace(trace)
            assert "hunter2" not in repr(trace)
            seen += 1
            changed += fingerprint(trace.error, trace.runtime) != name
    assert seen > 200
    assert changed == 0


def _without_messages(error: Error) -> Error:
    return Error(
        type=error.type, message="something else", frames=error.frames, cause=error.cause,
        cause_kind=error.cause_kind, children=error.children, runtime=error.runtime,
    )  # fmt: skip


def _with_secret(frame: Frame) -> Frame:
    frame.args, frame.source = "password='hunter2'", "connect(password='hunter2')"
    frame.locals = {"password": "'hunter2'"}
    return frame


PIECES = [
    "password",
    "token",
    "Cookie",
    "\\",
    '"',
    "'",
    "=",
    ":",
    " ",
    "0x1",
    "[",
    "a://b:c@",
    "abcdef",
    "\n",
]


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_can_be_scrubbed_twice(text: str) -> None:
    once = OURS.text(text)
    assert OURS.text(once) == once


@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=8), st.sampled_from(["'", '"', '\\"']))
def test_a_password_in_quotes_never_stays(secret: str, quote: str) -> None:
    assert secret not in OURS.text(f"{{{quote}password{quote}: {quote}{secret}{quote}}}").replace(
        "[scrubbed password]", ""
    )


def test_a_file_adds_rules_and_turns_ours_off(tmp_path: Path) -> None:
    path = tmp_path / "scrubbing.toml"
    path.write_text(
        'off = ["card"]\n[[rule]]\nname = "customer"\nkeys = ["customer number"]\n', encoding="utf-8"
    )
    found = Scrubber(load_rules(path))
    assert found.text("customerNumber: 4711") == "customerNumber: [scrubbed customer]"
    assert found.text("4111 1111 1111 1111") == "4111 1111 1111 1111"
    assert found.text("password=x1") == "password=[scrubbed password]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('off = ["crad"]', "`off` names 'crad', which is no rule of stacktraces"),
        ('[[rule]]\nname = "x"', "takes one of keys, headers and pattern"),
        ("[[rule]]\nname = 'x'\npattern = '(a+)+b'", "can take more than linear time"),
        ("[[rule]]\nname = 'x'\npattern = 'a*'", "that the empty text matches"),
        ("[[rule]]\nname = 'x'\npattern = '('", "no regular expression"),
        ("[[rule]]\nname = 'x'\nkeys = ['']", "has an empty text"),
        (
            "[[rule]]\nname = 'x'\nkeys = ['pin']\nsamples = ['pan=1']",
            "finds no secret in its sample 'pan=1'",
        ),
        ("[[rule]]\nname = 'x'\nkeys = ['pin']\nplain = ['pin=1']", "which is to have none"),
        ("[[rule]]\nname = 'x'\nkey = ['pin']", "unknown field `key`"),
        ("[[rule", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "scrubbing.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=re.escape(told)):
        load_rules(path)


def test_the_file_in_the_documentation_is_one(tmp_path: Path) -> None:
    page = (CORPUS.parents[1] / "docs" / "serve.md").read_text(encoding="utf-8")
    block = page[page.index('    off = ["card"]') : page.index("`stacktraces serve --scrubbing-rules")]
    path = tmp_path / "scrubbing.toml"
    path.write_text(textwrap.dedent(block), encoding="utf-8")
    found = Scrubber(load_rules(path))
    assert found.text("badge B-00000001") == "badge [scrubbed badge]"
