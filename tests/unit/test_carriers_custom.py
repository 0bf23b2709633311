"""A carrier of the user's own: what it may hold, and what it is told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces._linear import why_not_linear
from stacktraces.carriers import all_carriers
from stacktraces.carriers._custom import load_carrier
from stacktraces.errors import RuleError
from stacktraces.runtimes import known_trace_lines
from stacktraces.scanning import Occurrences, Options
from stacktraces.unwrapping.detection import detect
from stacktraces.unwrapping.unwrapper import unwrapped

KNOWN = known_trace_lines()
GOOD = """\
name = "payments"
pattern = '''(?P<time>[^ ]+) <(?P<thread>[^>]+)> '''

[[sample]]
line = "2026-03-01T12:00:00Z <worker-1> KeyError: 'x'"
text = "KeyError: 'x'"
time = "2026-03-01T12:00:00Z"
fields = { thread = "worker-1" }

[[near_miss]]
line = "2026-03-01T12:00:00Z worker-1 KeyError: 'x'"
"""


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "own.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_takes_its_lines_and_what_is_inside_is_found(tmp_path: Path) -> None:
    carrier = load_carrier(written(tmp_path, GOOD))
    inner = b'{"event": "failed", "level": "error", "exception": "Traceback (most recent call last):\\nKeyError: 1"}'
    data = b"2026-03-01T12:00:00Z <a> %s\n2026-03-01T12:00:01Z <b> %s\n" % (inner, inner)
    stack = detect(data, KNOWN, (carrier,))
    assert [each.name for each in stack] == ["payments", "structlog-json"]
    streams = {stream.writer[5]: stream for stream in unwrapped(data, stack, KNOWN)}
    assert bytes(streams["a"].text) == b"failed\nTraceback (most recent call last):\nKeyError: 1\n"
    assert streams["b"].place(0).fields == {"thread": "b", "level": "error"}


def test_keeps_the_rest_of_a_long_line(tmp_path: Path) -> None:
    carrier = load_carrier(written(tmp_path, GOOD))
    record = carrier.unwrap(b"12:00 <a> " + b"x" * 100_000)
    assert record is not None
    assert record.text == b"x" * 100_000


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("name =", "nam ="), 1, "nam"),
        (('"payments"', "3"), 1, "str"),
        (("name = ", "name "), 1, "TOML"),
        (("[^>]+)> '''", "[^>]+> '''"), 2, "no regular expression"),
        (("[^ ]+)", "[^ ]+)(?:a+)+"), 2, "linear"),
        (("[^ ]+)", ".*.*)"), 2, "linear"),
        (("<thread>", "<colour>"), 2, "'colour'"),
        (("(?P<time>[^ ]+) <(?P<thread>[^>]+)> ", "x?"), 2, "empty line"),
        (("'x'\"\ntime", "'y'\"\ntime"), 4, "'text'"),
        (("fields = { thread", "fields = { host"), 4, "'fields'"),
        (("<worker-1> KeyError: 'x'\"\ntext", "worker-1 KeyError: 'x'\"\ntext"), 4, "does not match"),
        (("Z worker-1 Key", "Z <worker-1> Key"), 10, "must not"),
        (("line = \"2026-03-01T12:00:00Z <", "lines = \"2026-03-01T12:00:00Z <"), 5, "lines"),
    ],
)  # fmt: skip
def test_says_where_it_is_wrong_and_why(
    tmp_path: Path, change: tuple[str, str], line: int, reason: str
) -> None:
    assert change[0] in GOOD
    path = written(tmp_path, GOOD.replace(*change, 1))
    with pytest.raises(RuleError) as caught:
        load_carrier(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b"name = 1\xfe", b"[" * 100_000, b"pattern = 'x'", b"x" * (2 << 20)]
)
def test_no_rubbish_raises_anything_else(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(RuleError):
        load_carrier(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"none\.toml: the carrier cannot be read: No such file"):
        load_carrier(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "pattern",
    [
        rb"(a+)+b",
        rb"(?:a|[ab]c)*d",
        rb".*.*x",
        rb"(\w+)\1",
        rb"(?:a*)*",
        rb"\d+\d+\d+ ",
        rb"(?:.+ )+x",
        rb"(?:\s*\s*)*x",
        rb"(?:a|a)*b",
        rb"(?:a|ab?)*c",
        rb"a?" * 25 + rb"a" * 25,
        rb"(?:a.|.b)" * 25,
        rb"(?i)(?:kx|K.)*y",
        rb"(?i)a*A*b*B*",
        rb"(?i:ax|A.)*b",
        r"(?:é|é)*x",
        r"é*é*ж*ж*x",
        r"[^а]*я*[^я]*x",
        r"\w*ж*\W*«*",
        r"(?i)k*\u212a*s*\u017f*x",
        r"[à-я]*ж*[а-я]*x",
    ],
)
def test_slow_patterns_are_told(pattern: str | bytes) -> None:
    assert why_not_linear(pattern) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        rb"\S+ \S+ ",
        rb".*? \| ",
        rb"\[[^\]]+\] ",
        rb"(?:\w++ )+x",
        rb"(?:ab|cd)+e",
        rb"\d+-\d+ (?:x )?",
        r"^_*(recv(from|m?msg)?|send(to|m?msg)?)$",
        r"é+ж",
        r"[^ж]+x",
    ],
)
def test_quick_patterns_are_let_through(pattern: str | bytes) -> None:
    assert why_not_linear(pattern) is None


def test_a_log_is_read_by_it(tmp_path: Path) -> None:
    text = 'Traceback (most recent call last):\n  File "/srv/app/a.py", line 3, in f\n    g()\nKeyError: {}'
    one, two = (text.format(number).split("\n") for number in (1, 2))
    lines = [
        f"12:00:00 <{name}> {line}"
        for pair in zip(one, two, strict=True)
        for name, line in zip("ab", pair, strict=True)
    ]
    path = tmp_path / "x.log"
    path.write_text("\n".join(lines) + "\n")
    options = Options(carrier=str(written(tmp_path, GOOD)))
    found = [(each.error.message, each.context.thread) for each in Occurrences([str(path)], options)]
    assert found == [("1", "a"), ("2", "b")]


def test_the_documented_example_is_good(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "carriers.md").read_text()
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert load_carrier(written(tmp_path, example)).name == "payments"


def test_every_carrier_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "carriers.md").read_text()
    assert [each.name for each in all_carriers() if f"`{each.name}` ({each.title})" not in text] == []
