"""Known issues survive any text and any order of changes, in both kinds of file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacktraces.errors import StoreError
from stacktraces.known import Issue, Match, Sighting, Stack, _document, open_store, transfer
from stacktraces.known._lookup import ENOUGH_RECORDINGS
from stacktraces.known.exemplar import from_text, reduce, to_text
from stacktraces.known.matching import StoreMatcher
from stacktraces.known.times import normalise
from stacktraces.known.versions import key
from stacktraces.model import Error, Frame
from stacktraces.signatures.fingerprint import fingerprint
from tests.known_support import error, sighting

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
NASTY = st.sampled_from(
    [
        "",
        "??",
        "  at ",
        "a  in b",
        "(inlined)",
        "[issues.x]",
        "# 0",
        '"""',
        "'''",
        "\\",
        "\r\n",
        "\x1b[2J",
        "\u202e",
    ]
)
ANY = TEXT | NASTY
MAYBE = st.none() | ANY
FRAMES = st.builds(
    Frame,
    function=MAYBE,
    module=MAYBE,
    file=MAYBE,
    line=st.none() | st.integers(1, 10**9),
    address=st.none() | st.integers(0, 2**63 - 1),
    inlined=st.booleans(),
    unreliable=st.booleans(),
)
RUNTIMES = st.sampled_from([None, None, "python", "java", "native", "a runtime to come"])
SIMPLE = st.builds(Error, type=MAYBE, message=MAYBE, frames=st.lists(FRAMES, max_size=4), runtime=RUNTIMES)
CAUSED = {
    "runtime": RUNTIMES,
    "type": MAYBE,
    "message": MAYBE,
    "frames": st.lists(FRAMES, max_size=3),
    "cause": SIMPLE,
}
ERRORS = (
    SIMPLE
    | st.builds(Error, **CAUSED, cause_kind=st.none() | st.sampled_from(["cause", "context"]))
    | st.builds(Error, **CAUSED, children=st.lists(SIMPLE, max_size=2))
)
TIMES = st.none() | st.datetimes().map(lambda moment: normalise(moment.isoformat()))
STACKS = st.builds(
    Stack,
    fingerprint=st.just("?"),
    error=st.none() | ERRORS.filter(lambda each: each != Error()),
    count=st.integers(0, 2**40),
    first_seen=TIMES,
    last_seen=TIMES,
    versions=st.lists(ANY, max_size=2, unique=True).map(sorted),
)
NAMES = st.integers(0, 2**64 - 1).map(lambda number: f"1-{number:016x}") | ANY.filter(bool)


@st.composite
def issues(draw: st.DrawFn) -> list[Issue]:
    found = []
    names = draw(st.lists(NAMES, unique=True, max_size=6))
    for number, name in enumerate(names):
        stacks = draw(st.lists(STACKS, max_size=3))
        for position, stack in enumerate(stacks):
            stack.fingerprint = f"{number}-{position}"
        status = draw(st.sampled_from(["open", "ignored", "resolved"]))
        found.append(
            Issue(
                id=name,
                title=draw(ANY),
                status=status,
                resolved_at="2026-01-01" if status == "resolved" else None,
                link=draw(ANY) or None,
                note=draw(ANY) or None,
                aliases=[f"alias {number}"] if draw(st.booleans()) else [],
                stacks=stacks,
            )
        )
    return sorted(found, key=lambda each: each.id)


@given(issues())
def test_the_baseline_text_says_all(given_issues: list[Issue]) -> None:
    text = _document.write("", [_document.Entry(each) for each in given_issues])
    _, entries = _document.read(text, "known.toml")
    assert sorted((each.issue for each in entries.values()), key=lambda each: each.id) == given_issues
    assert _document.write("", list(entries.values())) == text
    assert not set(text) & {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x202E)} - {"\n", "\t"}


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("name", ["known.toml", "known.db"])
@given(issues())
def test_every_store_gives_back_what_it_was_given(name: str, given_issues: list[Issue]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / name, create=True)
        transfer.add(transfer.from_lines(transfer.to_lines(given_issues), "lines"), store)
        assert list(store.issues()) == given_issues
        store.close()


@given(ERRORS, RUNTIMES)
def test_a_reduced_error_keeps_its_fingerprint(given_error: Error, runtime: str | None) -> None:
    small = reduce(given_error, runtime)
    assert fingerprint(small, small.runtime) == fingerprint(given_error, runtime)
    assert reduce(small, small.runtime) == small


@given(FRAMES)
def test_a_frame_as_text_is_that_frame_or_no_text_at_all(frame: Frame) -> None:
    text = to_text(frame)
    assert text is None or from_text(text) == frame


def says_what_is_wrong(text: str) -> bool:
    """``text`` is a baseline, or refused with a sentence that names the file."""
    try:
        _document.read(text, "known.toml")
    except StoreError as error:
        return str(error).startswith("known.toml")
    return True


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "ignore")))
def test_any_file_is_read_or_refused_with_a_sentence(content: bytes) -> None:
    text = content.decode("utf-8", "ignore")
    assert says_what_is_wrong(text)


@given(st.data(), issues())
def test_any_damage_is_read_or_refused_with_a_sentence(
    data: st.DataObject, given_issues: list[Issue]
) -> None:
    text = _document.write("", [_document.Entry(each) for each in given_issues])
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    assert says_what_is_wrong(text[:start] + data.draw(ANY) + text[end:])


@given(st.lists(st.text(alphabet="0123456789.-+abrcv", max_size=12), min_size=3, max_size=3))
def test_versions_have_one_order(texts: list[str]) -> None:
    low, middle, high = sorted(map(key, texts))
    assert low <= middle <= high
    assert key(texts[0] + "+build") == key(texts[0].partition("+")[0])


FRAMES_ALIKE = ("price", "total", "checkout", "serve", "main")


def best_of(kind: str, seconds: list[int]) -> Match:
    """What a stack fits best among issues alike that were last seen at these ``seconds``."""
    times = [f"2026-01-01T00:00:{second:02}Z" for second in seconds]
    sightings = [
        Sighting(f"1-{number:016x}", time, error(*FRAMES_ALIKE), 1, time, time)
        for number, time in enumerate(times)
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / kind, create=True)
        store.record([sighting(f"1-ff{number:014x}") for number in range(ENOUGH_RECORDINGS)])
        store.record(sightings)
        match = StoreMatcher(store).match(error("charge", *FRAMES_ALIKE[1:]), "python")
        store.close()
    assert match is not None
    return match


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 59), min_size=2, max_size=6))
def test_of_issues_alike_the_one_that_was_seen_last_fits_best(seconds: list[int]) -> None:
    match = best_of("known.db", seconds)
    assert match.issue.title == f"2026-01-01T00:00:{max(seconds):02}Z"


@settings(deadline=None, max_examples=10)
@given(st.lists(st.integers(0, 59), min_size=2, max_size=6))
def test_a_store_that_does_not_keep_when_prefers_none(seconds: list[int]) -> None:
    match = best_of("known.toml", seconds)
    assert match.probability == best_of("known.toml", [0] * len(seconds)).probability
