"""Captures that a log carries, that a mail program broke, or that a web page marked up, are read as written."""

from __future__ import annotations

import html
import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from stacktraces.cli._captures import Capture, read_snapshots
from stacktraces.model import Snapshot

CORPUS = Path(__file__).parents[1] / "corpus"
TEXTS = {
    "gdb": (CORPUS / "gdb" / "cpp-signal-handler.bt-full.txt").read_text(),
    "eu-stack": (CORPUS / "eu_stack" / "ledger.txt").read_text(),
    "lldb": (CORPUS / "lldb" / "ledger.txt").read_text(),
    "py-spy": (CORPUS / "pyspy" / "dump.txt").read_text(),
}


def each_line(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "\n".join(map(change, text.split("\n")))


def before(prefix: str) -> Callable[[str], str]:
    return each_line(lambda line: prefix + line)


def counted(form: str) -> Callable[[str], str]:
    return lambda text: "\n".join(form % number + line for number, line in enumerate(text.split("\n"), 1))


def docker(line: str) -> str:
    return json.dumps({"log": f"{line}\n", "stream": "stdout", "time": "2024-01-02T10:11:12.345678901Z"})


CHANGES: dict[str, Callable[[str], str]] = {
    "time": before("2024-01-02 10:11:12,345 "),
    "time in brackets": before("[10:11:12] "),
    "time and level": before("2024-01-02 10:11:12,345 INFO dump: "),
    "kernel": before("[  123.456789] "),
    "cri": before("2024-01-02T10:11:12.345678901Z stdout F "),
    "syslog": before("Jan  2 10:11:12 web1 appd[4711]: "),
    "docker": each_line(docker),
    "compose": before("web-1  | "),
    "ci": before("2024-01-02T10:11:12.3456789Z "),
    "numbers": counted("%4d  "),
    "bar": before("| "),
    "added": before("+"),
    "comment": before("// "),
    "page": lambda text: f"<p>hi</p><pre>{html.escape(text)}</pre>",
    "page of breaks": lambda text: "<p>" + html.escape(text).replace("\n", "<br/>") + "</p>",
    "spans": each_line(lambda line: f'<span class="line">{html.escape(line)}</span>'),
    "quoted without a blank": before(">"),
    "carriage returns": lambda text: text.replace("\n", "\r"),
    "string": lambda text: json.dumps({"body": text}),
}


def told(text: str, encoding: str = "utf-8") -> list[tuple[str | None, bool, list[tuple[object, ...]]]]:
    snapshots: list[Snapshot] = read_snapshots(Capture("a", text.encode(encoding)))
    return [
        (thread.id, thread.crashed, [(frame.function, frame.file, frame.line) for frame in thread.frames])
        for each in snapshots
        for process in each.processes
        for thread in process.threads
    ]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("tool", TEXTS)
def test_what_is_around_it_is_taken_off(tool: str, change: str) -> None:
    assert told(CHANGES[change](TEXTS[tool])) == told(TEXTS[tool])


def test_two_bytes_a_character() -> None:
    assert told(TEXTS["gdb"], "utf-16") == told(TEXTS["gdb"])


@pytest.mark.parametrize("width", [72, 80])
@pytest.mark.parametrize("cut", [True, False], ids=["cut", "at blanks"])
def test_lines_that_were_broken_are_joined(width: int, cut: bool) -> None:
    text = TEXTS["gdb"]
    if cut:
        broken = each_line(lambda line: re.sub(f"(.{{{width}}})(?=.)", "\\1\n", line))(text)
    else:
        wrapped = textwrap.TextWrapper(
            width, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
        )
        broken = each_line(lambda line: "\n".join(wrapped.wrap(line)) if len(line) > width else line)(text)
    assert broken != text
    assert told(broken) == told(text)


@pytest.mark.parametrize(
    "prompt",
    [
        "---Type <return> to continue, or q <return> to quit---\n",
        "--Type <RET> for more, q to quit, c to continue without paging--c\n",
        "--Type <RET> for more, q to quit, c to continue without paging--",
        "---Type <return> to continue, or q <return> to quit---",
    ],
)
def test_a_pager_asks_in_the_midst_of_a_stack(prompt: str) -> None:
    text = TEXTS["gdb"]
    assert told(text.replace("\n#1 ", f"\n{prompt}#1 ")) == told(text)


def test_each_writer_of_a_carrier_is_read_on_its_own() -> None:
    text = TEXTS["gdb"]
    two = "\n".join(f"web-1  | {line}\nweb-2  | {line}" for line in text.split("\n"))
    assert len(told(two)) == 2 * len(told(text))
