"""Traces on one line, their line ends become tabs, bars or blanks."""

from __future__ import annotations

import pytest

from stacktraces import Source, scan

CAUSE = "Caused by: java.io.IOException: disk"
FRAMES = "at shop.Cart.load(Cart.java:5)", "at shop.Cart.main(Cart.java:9)"
JAVA = (
    "java.lang.IllegalStateException: no cart",
    *FRAMES,
    CAUSE,
    "at shop.Disk.read(Disk.java:3)",
    "... 2 more",
)
SEPARATORS = ("\t", " ", "    ", " | ", "|", " | \t", "; ")


@pytest.mark.parametrize("separator", SEPARATORS)
def test_java(separator: str) -> None:
    line = f"2026-03-01 12:00:00,123 ERROR [main] shop.Cart - failed: {separator.join(JAVA)}\n"
    (group,) = scan(Source("app.log", [line.encode() * 2])).groups
    assert (group.count, group.error.type, group.error.message) == (2, JAVA[0].split(":")[0], "no cart")
    assert [frame.line for frame in group.error.frames] == [5, 9]
    assert group.error.cause is not None
    assert (group.error.cause.message, len(group.error.cause.frames)) == ("disk", 3)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (
            "error failed TypeError: no cart    at load (/srv/cart.js:9:9)    at async main (/srv/main.js:3:3)",
            None,
        ),
        (
            "<3>Shop.Cart[0] failed System.Exception: no cart ---> System.IO.IOException: disk    at Shop.Disk.Read()"
            " in /src/Disk.cs:line 3    --- End of inner exception stack trace ---    at Shop.Cart.Load(Int32 id)"
            " in /src/Cart.cs:line 20    at Shop.Cart.Main()",
            "disk",
        ),
    ],
)
def test_others(line: str, cause: str | None) -> None:
    (group,) = scan(Source("app.log", [f"{line}\n".encode()])).groups
    assert (group.error.message, len(group.error.frames)) == ("no cart", 2)
    assert (group.error.cause.message if group.error.cause else None) == cause


def test_prose() -> None:
    assert not scan(
        Source("app.log", [b"We met (again) at the shop (Main) at noon (or so) at last\n"])
    ).groups
