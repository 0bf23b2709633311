"""`stacktraces fingerprint` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stacktraces.cli._root import stacktraces
from stacktraces.cli._run import run
from tests.cli.support import refused
from tests.cli.support import run as run_command

TRACES = Path(__file__).parent.parent / "corpus" / "pairs" / "traces"


def call(*arguments: str, text: str | None = None) -> str:
    done = CliRunner().invoke(stacktraces, ["fingerprint", *arguments], input=text, standalone_mode=False)
    assert done.exception is None, done.exception
    return done.stdout


def test_a_line_for_each_distinct_trace_with_its_count() -> None:
    one, other = (TRACES / f"{name}.txt" for name in ("total-3.11.7", "weight"))
    text = one.read_text() + other.read_text() + (TRACES / "total-2.7.18.txt").read_text()
    first, second = call(text=text).splitlines()
    assert first.split() == [first.split()[0], "2", "KeyError"]
    assert second.split()[1:] == ["1", "KeyError"]
    assert first.split()[0] == call(str(one)).split()[0]
    assert second.split()[0] == call(str(other)).split()[0]


def test_explain_names_each_frame_with_its_reason() -> None:
    shown = call("--explain", str(TRACES / "load-3.8.18.txt"))
    assert "type JSONDecodeError  (printed as json.decoder.JSONDecodeError)" in shown
    rows = {line.split()[2]: line.split() for line in shown.splitlines() if " frame " in line}
    assert rows["json:loads"][0] == "hashed"
    assert rows["json:raw_decode"][0] == "dropped"
    assert "versions" in rows["json:raw_decode"]
    assert rows["shop/stock.py:load"][0] == "hashed"


def test_explain_shows_a_recursion_in_one_line() -> None:
    shown = call("--explain", str(TRACES / "depth-40-2.7.txt"))
    assert shown.count("shop/cart.py:depth") == 2
    assert "(40 times)" in shown


def test_explain_shows_chains_and_groups() -> None:
    assert "root cause:" in call("--explain", str(TRACES / "wrapped-3.13.txt"))
    assert call("--explain", str(TRACES / "group-3.txt")).count("member ") == 1


def test_a_snapshot_is_known_by_its_crashed_threads() -> None:
    shown = call("--explain", str(TRACES / "twice-32.txt"))
    assert "frame twice" in shown
    assert "reports a broken heap" in shown


def test_json() -> None:
    found = json.loads(call("--format", "json", "--explain", str(TRACES / "wrapped-3.13.txt")))
    assert found["schema_version"] == 1
    (record,) = found["fingerprints"]
    assert record["type"] == "CheckoutError"
    assert record["count"] == 1
    assert record["weak"] is False
    assert record["explanation"]["root_cause"]["type"] == "KeyError"
    assert record["explanation"]["frames"][0]["token"] == "shop_chain.py:wrapped"
    short = json.loads(call("--format", "json", str(TRACES / "wrapped-3.13.txt")))
    assert "explanation" not in short["fingerprints"][0]


def test_nothing_in_a_trace_reaches_the_terminal_raw() -> None:
    text = 'Traceback (most recent call last):\n  File "a\x1b]0;x\x07.py", line 1, in f\x1b[2J\nE\x9b: m\n'
    shown = call("--explain", text=text)
    assert not any((ord(each) < 32 and each != "\n") or 0x7F <= ord(each) < 0xA0 for each in shown)


@pytest.mark.parametrize("content", [None, b"", b"nothing here\n"])
def test_what_holds_no_trace_is_said_in_a_sentence(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "text"
    if content is not None:
        file.write_bytes(content)
    assert run(stacktraces, ["fingerprint", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip().endswith((".", "?"))
    assert err.count("\n") == 1
    assert "Traceback" not in err


SAVE = """Traceback (most recent call last):
  File "/srv/shop/main.py", line 9, in main
    store(order)
  File "/srv/shop/orders.py", line 4, in store
    save(order)
OSError: {}
"""


def explained(tmp_path: Path, first: str, second: str, *options: str) -> str:
    paths = tmp_path / "a.txt", tmp_path / "b.txt"
    for path, text in zip(paths, (first, second), strict=True):
        path.write_text(text, encoding="utf-8")
    result = run_command("stacktraces", "fingerprint", "--explain", *paths, *options)
    assert (result.code, result.err) == (0, "")
    return result.out


def test_why_two_errors_are_one_or_two(tmp_path: Path) -> None:
    full, denied = SAVE.format("disk full"), SAVE.format("permission denied")
    other = 'Traceback (most recent call last):\n  File "x.py", line 1, in run\nKeyError: 1\n'
    assert explained(tmp_path, full, full).startswith("one bug, probability of one 0.9")
    unsure = explained(tmp_path, full, denied)
    assert unsure.startswith("not sure, probability of one 0.60")
    assert "  the message of the first: disk full" in unsure
    assert "  the message of the second: permission denied" in unsure
    assert "in both       orders.py:store" in unsure
    assert explained(tmp_path, full, other).startswith("two bugs, probability of one 0.00")


def test_the_same_for_programs(tmp_path: Path) -> None:
    full, denied = SAVE.format("disk full"), SAVE.format("permission denied")
    found = json.loads(explained(tmp_path, full, denied, "--format", "json"))
    assert (found["answer"], found["messages"]) == ("unsure", ["disk full", "permission denied"])
    assert found["fingerprints"][0] == found["fingerprints"][1]
    assert sum(each["weight"] for each in found["frames"]) == pytest.approx(1)
    assert found["contributions"]["message_differs"] < 0


def test_two_files_need_explain(tmp_path: Path) -> None:
    refused(run_command("stacktraces", "fingerprint", "a.txt", "b.txt"), "two with --explain")
    refused(
        run_command("stacktraces", "fingerprint", "--explain", "a.txt", "b.txt", "c.txt"),
        "two with --explain",
    )
    empty = tmp_path / "empty.txt"
    empty.write_text("nothing\n", encoding="utf-8")
    refused(run_command("stacktraces", "fingerprint", "--explain", empty, empty))
