"""Every reader on real input with bytes changed, cut, repeated and mixed: none raises, none runs away.

Formats and carriers are found as the product finds them: a new one is fuzzed without a word here.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacktraces import _toml
from stacktraces import cursor as cursor_module
from stacktraces.carriers import Carrier, Record, all_carriers
from stacktraces.carriers._custom import load_carrier
from stacktraces.cli._results import decode_result
from stacktraces.cursor import Cursor
from stacktraces.errors import StacktracesError
from stacktraces.known import _document
from stacktraces.known._engine import parse_url, public_name
from stacktraces.log_records.records import starts_record
from stacktraces.log_records.timestamps import to_iso
from stacktraces.model import Snapshot
from stacktraces.parsing import iterate
from stacktraces.render import first_version as seed
from stacktraces.rules import parse_pack
from stacktraces.runtimes import Format, all_formats, known_trace_lines
from stacktraces.scanning import Options, group
from stacktraces.signatures.fingerprint import explain
from stacktraces.snapshots.describing import describe
from stacktraces.unwrapping.detection import detect, peel
from stacktraces.unwrapping.line_before import parse_before
from stacktraces.unwrapping.unwrapper import Unwrapper
from tests.examples import examples

ROOT = Path(__file__).parents[2]
FORMATS = {each.name: each for each in all_formats()}
CARRIERS = {each.name: each for each in all_carriers()}
LARGEST_SAMPLE = 6_000
QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

KNOWN = known_trace_lines()
TOKENS = [
    *(each.encode() for each in " \t019[](){}\"',:|=<>-_.*#\\"),
    *(b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\x1b[31m", "\u202e\u2502".encode(), b"\\n", b"\\u0000"),
    *(b'  File "', b'", line 1, in f', b"  | ", b"+-+---------------- 1 ----------------"),
    *(b"#0  0x1 in ", b" () from ", b"Thread 1 (LWP 2):\n", b"2024-01-01 00:00:00 ", b'{"log":"'),
    *(b"Traceback (most recent call last):\n", b"9" * 5_000, b"18446744073709551616", b"0x" + b"f" * 40),
]


@functools.cache
def corpus() -> tuple[bytes, ...]:
    """Real input: the start of each file in the corpus and the examples."""
    folders = (ROOT / "tests" / "corpus", ROOT / "examples")
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    found = []
    for path in paths:
        with path.open("rb") as file:
            found.append(file.read(LARGEST_SAMPLE))
    return tuple(found)


@functools.cache
def samples_of(format_: Format) -> tuple[bytes, ...]:
    """Real input that holds an anchor of the format, from a little before it; else the anchors themselves."""
    found = []
    for data in corpus():
        starts = [start for anchor in format_.anchors if (start := data.find(anchor)) >= 0]
        if starts:
            found.append(data[max(0, min(starts) - 300) :][:LARGEST_SAMPLE])
    return (*found, *format_.anchors)


@st.composite
def changed(draw: st.DrawFn, samples: tuple[bytes, ...]) -> bytes:
    """One of the samples after up to six changes."""
    data = bytearray(draw(st.sampled_from(samples)))
    token = st.sampled_from(TOKENS) | st.binary(max_size=8)
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        stop = min(len(data), start + draw(st.integers(0, 80)))
        match draw(st.sampled_from(("replace", "insert", "repeat", "delete", "splice", "cut"))):
            case "replace":
                data[start:stop] = draw(token)
            case "insert":
                data[start:start] = draw(token) * draw(st.sampled_from((1, 2, 200)))
            case "repeat":
                data[start:start] = data[start:stop] * draw(st.sampled_from((1, 40)))
            case "delete":
                del data[start:stop]
            case "splice":
                data[start:start] = b"\n" + draw(st.sampled_from(samples))[: draw(st.integers(0, 2_000))]
            case "cut":
                del data[max(start, 1) :]
    return bytes(data)


def use(found: object) -> None:
    """What every command does with what was read."""
    msgspec.json.encode(found)
    msgspec.msgpack.encode(found)
    if isinstance(found, Snapshot):
        for process in describe(found).processes:
            "".join(line for level in range(5) for line in seed.process_text(process, level))
            b"".join(seed.process_pieces(process))
        return
    explain(found.error, found.runtime)  # type: ignore[attr-defined]
    seed.trace_text(found)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_reads_anything(name: str) -> None:
    each = FORMATS[name]

    @given(changed(samples_of(each)), st.integers(0, LARGEST_SAMPLE))
    @QUICK
    def reads(data: bytes, start: int) -> None:
        for found in iterate(data, (each,)):
            use(found)
        start = min(start, len(data))
        cursor = Cursor(data, start, floor=start // 2)
        each.read(cursor)
        assert start // 2 <= cursor.offset <= len(data)

    reads()


def lines_of(carrier: Carrier) -> tuple[bytes, ...]:
    return (*(sample.line for sample in carrier.samples), *carrier.near_misses)


@pytest.mark.parametrize("name", CARRIERS)
def test_a_carrier_unwraps_anything(name: str) -> None:
    each = CARRIERS[name]

    @given(changed(lines_of(each)))
    @QUICK
    def unwraps(data: bytes) -> None:
        for line in data.split(b"\n"):
            record = each.unwrap(line)
            assert record is None or isinstance(record, Record)
            if record is not None:
                msgspec.json.encode(record)
        unwrapper = Unwrapper(KNOWN, (each,))
        unwrapper.feed(data + b"\n", 0)
        unwrapper.finish()

    unwraps()


@given(changed(tuple(line for each in all_carriers() for line in lines_of(each))))
@settings(QUICK, max_examples=100)
def test_lines_are_told_apart_and_dated_whatever_they_are(data: bytes) -> None:
    stack = detect(data, KNOWN)
    unwrapper = Unwrapper(KNOWN, stack)
    unwrapper.feed(data, 0)
    unwrapper.finish()
    for line in data.split(b"\n")[:8]:
        peel(line, KNOWN)
        text = line.decode("utf-8", "backslashreplace")
        starts_record(text)
        before = parse_before(text)
        for printed in (text[:64], before.time_text or ""):
            iso = to_iso(printed)
            assert iso is None or re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", iso), printed


def test_a_scan_ends_well_and_alike_in_small_pieces(tmp_path: Path) -> None:
    path = tmp_path / "app.log"

    @given(changed(corpus()), st.sampled_from((97, 1_000, 5_000)))
    @settings(QUICK, max_examples=60)
    def scans(data: bytes, chunk: int) -> None:
        path.write_bytes(data)
        results = [group([str(path)], Options(chunk=size)) for size in (1 << 18, chunk)]
        whole, pieces = (
            [(each.fingerprint, each.count, each.sources, each.first_seen) for each in result.groups]
            for result in results
        )
        assert whole == pieces

    scans()


def sentence_of(read: Callable[..., object], *arguments: object) -> str | None:
    """What ``read`` refuses its arguments with, if it does."""
    try:
        read(*arguments)
    except StacktracesError as error:
        return str(error)
    return None


TOML = tuple(
    path.read_bytes()
    for folder in (ROOT / "src", ROOT / "tests", ROOT / "examples")
    for path in sorted(folder.rglob("*.toml"))
)
BASELINE = b"""format = 1
[issues.i1]
title = "KeyError: 'x'"
status = "open"
[[issues.i1.stacks]]
fingerprint = "1-0123456789abcdef"
type = "KeyError"
frames = [{function = "f", file = "a.py", line = 3}]
"""
CARRIER = b"""name = "payments"
pattern = '(?P<time>\\\\S+) <(?P<thread>[^>]+)> '
[[sample]]
line = "2026 <w> x"
text = "x"
"""
TOML_TOKENS = (b"[" * 5_000, b"a." * 5_000, b"9" * 5_000, b'"""', b"[[issues]]\n", b"{" * 999, b"(a*)*" * 9)


@st.composite
def changed_toml(draw: st.DrawFn) -> str:
    text = draw(changed((*TOML, BASELINE, CARRIER)))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(TOML_TOKENS)) + text[at:]
    return text.decode("utf-8", "replace")


def test_rules_carriers_and_baselines_are_read_or_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"

    @given(changed_toml())
    @settings(QUICK, max_examples=100)
    def reads(text: str) -> None:
        path.write_text(text, encoding="utf-8")
        for read in (parse_pack, lambda _, name: load_carrier(name), _document.read):
            assert str(path) in (sentence_of(read, text, str(path)) or str(path))

    reads()


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000,
        "a." * 50_000 + "a = 1",
        "a = {" + "b." * 50_000 + "c = 1}",
        "a = " + "9" * 9_999,
    ],
)
def test_toml_made_to_break_the_reader(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        _toml.loads(text)


@functools.cache
def saved_result() -> bytes:
    from stacktraces.render.report import Reporter, ReportStats, report_pieces

    result = group([str(ROOT / "examples" / "python.log")])
    stats = ReportStats(
        bytes=1, traces=1, groups=1, files=1, unreadable=[], seconds=0.0, dropped=0
    )  # fmt: skip
    return b"".join(report_pieces((Reporter().group(each) for each in result.groups[:2]), stats))


@given(st.data())
@settings(QUICK, max_examples=100)
def test_saved_results_are_read_or_refused_in_a_sentence(data: st.DataObject) -> None:
    content = data.draw(changed((saved_result(), b'{"groups":' + b"[" * 5_000, b'{"fingerprint":"1-a"}')))
    assert "result.json" in (sentence_of(decode_result, "result.json", content) or "result.json")


URLS = (
    b"postgresql://user:secret@host:5432/database?sslmode=require",
    b"sqlite:///known.db",
    b"postgres://[::1]:5432/x",
)


@given(changed(URLS))
@settings(QUICK, max_examples=100)
def test_urls_of_stores_are_read_or_refused_without_their_password(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    refusal = sentence_of(parse_url, text)
    if refusal is not None:
        assert "secret" not in refusal
        return
    url = parse_url(text)
    if url.password and url.password not in f"{url.drivername} {url.username} {url.host} {url.database}":
        assert url.password not in public_name(url)


LENGTHS = (100, 500)


def units(format_: Format) -> Iterator[bytes]:
    """Lines that announce a trace, alone and with other real lines, to be repeated."""
    chance = random.Random(format_.name)
    lines = sorted({line for data in samples_of(format_) for line in data.split(b"\n") if len(line) < 500})
    announcing = [line for line in lines if any(anchor in line for anchor in format_.anchors)]
    anchors = chance.sample(format_.anchors, min(examples(3), len(format_.anchors)))
    for line in (*anchors, *chance.sample(announcing, min(examples(3), len(announcing)))):
        yield line + b"\n"
        yield line + b" "
        yield line + b"\n" + chance.choice(lines) + b"\n"


class Counting(Cursor):
    """A cursor that counts the lines it reads: the measure of a reader's work."""

    __slots__ = ("read",)

    def __init__(self, buffer: bytes, offset: int, floor: int) -> None:
        self.read = 0
        super().__init__(buffer, offset, floor=floor)

    def _read(self) -> None:
        self.read += 1
        super()._read()


def work(format_: Format, data: bytes, most: int) -> int:
    """Lines read until all is read, or ``most``."""
    done = floor = behind = 0
    for hit in re.finditer(b"|".join(map(re.escape, format_.anchors)), data):
        if hit.start() < behind or done > most:
            continue
        cursor = Counting(data, hit.start(), floor)
        behind = cursor.next_offset
        if format_.read(cursor) is not None and cursor.offset > hit.start():
            floor = behind = cursor.offset
        done += cursor.read
    return done


MOST_LINES_A_HIT = 160
"""A reader may look this far around a hit in vain."""
FURTHER = {"stackprinter": 1_100, "javascript": 410}
"""Those that look further, within bounds: frames with many lines of source each, all frames behind an excerpt."""


@pytest.mark.parametrize("name", FORMATS)
def test_work_grows_no_faster_than_the_text(name: str) -> None:
    each = FORMATS[name]
    for unit in units(each):
        small, large = LENGTHS
        less = work(each, unit * small, 1 << 30)
        most = large // small * less + large * FURTHER.get(name, MOST_LINES_A_HIT)
        assert work(each, unit * large, most) <= most, unit


@pytest.mark.parametrize("line", [b"Traceback (most recent call last): ", b"x (LWP 1) #0  0x1 "])
@pytest.mark.parametrize("frame", [b"%s", b'{"log":"%s"}'])
def test_many_anchors_in_one_line_are_one_reading(
    line: bytes, frame: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = 0
    decode = cursor_module.decode

    def counting(data: bytes) -> str:
        nonlocal decoded
        decoded += len(data)
        return decode(data)

    monkeypatch.setattr(cursor_module, "decode", counting)
    path = tmp_path / "app.log"
    text = frame % (line * 1_000)
    path.write_bytes(text + b"\n")
    group([str(path)])
    list(iterate(text))
    assert decoded < 60 * len(text)
