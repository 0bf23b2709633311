"""gdb's reader takes what is plain by a short way, and reads the same as without it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces.cursor import Cursor
from stacktraces.model import Snapshot
from stacktraces.runtimes.native import gdb_frame, gdb_locals
from stacktraces.runtimes.native.formats import gdb


class Never:
    """A pattern that matches nothing."""

    def match(self, *_: object) -> None:
        return None

    fullmatch = match


def lines(*parts: str) -> st.SearchStrategy[str]:
    """Any of ``parts``, one after the other: mostly what gdb prints, and what nearly is."""
    return st.lists(st.sampled_from(parts), max_size=9).map("".join)


FRAMES = lines(
    *(
        "#0  ",
        "#12 ",
        "0x00007f1225ef1e53 in ",
        "main",
        "apr_poll@@V1",
        "ns::f(int) const",
        "??",
        " (",
        ")",
        "()",
    ),
    *(
        "a=1",
        "a=0x7f, b=...",
        "...",
        "b={c = (1)}",
        ' s="x) at y.c:1"',
        " at ",
        ") at ",
        " from ",
        "poll.c:120",
    ),
    *("/lib/libc.so.6", "a b.c", "C:/x.c:7", ":", " ", "(int)", "<signal handler called>", "é", "٣"),
)
LOCALS = st.lists(
    lines(
        *(
            "        ",
            "\t",
            " ",
            "rv",
            " = ",
            "=",
            "0x7f <served_state+1>",
            "{a = 1,",
            "b = 2}",
            "No locals.",
            "\r",
        ),
        *("\x1b[31m", "é", "\x00", "long " * 900, "n" * 401, "it's", "\x7f", "\u2028"),
    ),
    max_size=12,
).map("\n".join)


@given(FRAMES)
def test_a_plain_frame_is_read_as_any_other(text: str) -> None:
    quick = gdb_frame.parse_frame(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gdb_frame, "_PLAIN", Never())
        assert gdb_frame.parse_frame(text) == quick


def test_what_gdb_mostly_prints_is_plain() -> None:
    for text in (
        "#1  0x00007f1225ef1e53 in apr_poll (aprset=0x7f, num=1) at poll.c:120",
        "#0  main () at a.c:5",
        "#12 0x00007f1225ef1e53 in apr_poll@@V1 (p=...) from /lib/libapr-1.so.0",
        "#2  f (...)",
    ):
        assert gdb_frame._PLAIN.fullmatch(text) is not None


def snapshot(text: str) -> Snapshot | None:
    return gdb.read(Cursor(text.encode("utf-8", "surrogatepass")))


@given(LOCALS, LOCALS, st.sampled_from(["", "\n"]))
def test_plain_locals_are_read_as_any_others(first: str, second: str, end: str) -> None:
    text = f"#0  0x0000000000001139 in f (a=1) at a.c:5\n{first}\n#1  0x0000000000001149 in main ()\n{second}{end}"
    quick = snapshot(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gdb_locals, "_LINES", Never())
        assert snapshot(text) == quick
    assert quick is not None


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=300), st.sampled_from(["        ", "\t"]))
def test_the_first_of_variables_of_one_name_is_kept_whatever_their_number(
    names: list[str], indent: str
) -> None:
    text = "#0  0x0000000000001139 in f (a=1) at a.c:5\n"
    text += "".join(f"{indent}{name} = {number}\n" for number, name in enumerate(names))
    found = snapshot(f"{text}{indent}  more}}\n")
    assert found is not None
    locals_of = found.processes[0].threads[0].frames[0].locals
    assert locals_of is not None
    last = len(names) - 1
    expected = {name: str(names.index(name)) for name in dict.fromkeys(names)}
    if names.index(names[last]) == last:
        expected[names[last]] += "\nmore}"
    assert locals_of == expected
