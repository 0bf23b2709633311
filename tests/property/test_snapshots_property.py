"""What must hold for every prefix of a capture, and for captures with bytes changed at random."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stacktraces.errors import UnknownFormatError
from stacktraces.model import Snapshot
from stacktraces.parsing import parse
from stacktraces.render import first_version as seed
from stacktraces.runtimes import all_formats
from stacktraces.snapshots.describing import describe
from tests.unit.test_pstack import LIVE

EXAMPLE = (Path(__file__).parents[2] / "examples" / "httpd-event-child.gdb.txt").read_bytes()
HEAD, _, REST = EXAMPLE.partition(b"\nThread 27 ")
SMALL = HEAD[:800] + b"\nThread 27 " + REST[:3000]
SNAPSHOT_FORMATS = tuple(each for each in all_formats() if each.name in ("gdb", "pstack"))


def described(text: bytes) -> list[str]:
    """The lines that a text is described by; none where it is not recognised."""
    try:
        found = parse(text, formats=SNAPSHOT_FORMATS)
    except UnknownFormatError:
        return []
    lines: list[str] = []
    for each in found:
        assert isinstance(each, Snapshot)
        for process in describe(each).processes:
            for level in range(5):
                lines += seed.process_text(process, level)
            b"".join(seed.process_pieces(process))
    return lines


def test_every_prefix_of_a_gdb_capture() -> None:
    threads = 0
    for end in range(len(SMALL)):
        now = sum(line.startswith("[27]") for line in described(SMALL[:end]))
        assert now >= threads, f"what was understood at {end - 1} bytes is lost at {end}"
        threads = now
    assert threads


def test_every_prefix_of_a_pstack_capture() -> None:
    for end in range(len(LIVE)):
        described(LIVE[:end].encode())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_changed_bytes(data: st.DataObject) -> None:
    text = bytearray(data.draw(st.sampled_from((SMALL, LIVE.encode()))))
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(text) - 1))
        text[position : position + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    for line in described(bytes(text)):
        assert not {unicodedata.category(each) for each in line} & {"Cc", "Cs"}, line


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from(" #0123456789abcxf()<>,.:\n\t=-?{}'\"/ATat"), max_size=300))
def test_text_that_looks_like_frames(text: str) -> None:
    described(f"#0  {text}".encode())
