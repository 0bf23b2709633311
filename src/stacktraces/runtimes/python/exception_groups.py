"""Exception groups: a tree drawn with margins, read without recursion.

========================================================  ==============================================
line (``D`` = two spaces for each level)                  what comes next
========================================================  ==============================================
``  + Exception Group Traceback (most recent call last):``  the group's own frames and final line
``D| text``                                               text of the node at that margin
``D+-+---------------- 1 ----------------``               the first member, one level deeper
``  D+---------------- 2 ----------------``               the next member
``  D+---------------- ... ----------------``             a note of how many were not printed
``  D+------------------------------------``              back to the text of the group, or the end
any other line (3.11 prints later message lines bare)     text of the node that is open
========================================================  ==============================================

The text of a node, without its margin, is a chain of its own with the members standing in it where
they were printed. Where a group is the last member of another, only the inner one is closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

import msgspec

from ..._regex import regex
from ...model import Error
from .lines import Lines, ListLines, Members
from .messages import Reading
from .records import starts_record
from .syntax import CHAIN_LINES, GROUP_HEADER

_OPEN = regex(r"(?P<margin> *)\+-\+-{5,}+ (?P<label>\d+|\.\.\.) -+$")
_NEXT = regex(r"(?P<margin> *)\+-{5,}+ (?P<label>\d+|\.\.\.) -+$")
_CLOSE = regex(r"(?P<margin> *)\+-{20,}+$")
_TEXT = regex(r"(?P<margin> *)\|(?: (?P<text>.*))?$", re.DOTALL)
_NOT_PRINTED = regex(r"and (\d+) more exceptions?$")
_TOO_DEEP_TO_PRINT = regex(r"\.\.\. \(max_group_depth is \d+\)$")

DEPTH_KEPT = 20
LINKS_KEPT_IN_MEMBER = 20
MEMBERS_KEPT = 1_000
LINES_KEPT = 100_000
"""Lines kept of the text of one node."""
BARE_LINES = 1_000
"""Lines without a margin that are taken in a row."""
TOP_MARGIN = 2

UNCLOSED = "The text ends inside an exception group."
TOO_DEEP = f"Exception groups nested deeper than {DEPTH_KEPT} were left out."


class ReadChain(Protocol):
    def __call__(self, lines: Lines, reading: Reading, *, links_kept: int) -> Error | None: ...


class _Node(msgspec.Struct):
    """A group or a member whose text is being read."""

    margin: int
    items: list[str | Members]
    label: str = ""


class _Tree:
    """The open nodes, the outermost first."""

    def __init__(self, reading: Reading, read_chain: ReadChain) -> None:
        self.reading = reading
        self._read_chain: Callable[..., Error | None] = read_chain
        self.open = [_Node(TOP_MARGIN, ["Exception Group Traceback (most recent call last):"])]

    def text(self, lines: list[str]) -> None:
        items = self.open[-1].items
        items.extend(lines[: max(LINES_KEPT - len(items), 0)])

    def descend(self, margin: int, label: str) -> None:
        self.ascend_to(margin - 2)
        self.open[-1].items.append([])
        self.open.append(_Node(margin, [], label))

    def next_member(self, margin: int, label: str) -> None:
        self.ascend_to(margin - 1)
        if isinstance(self.open[-1].items[-1], list):
            self.open.append(_Node(margin, [], label))

    def ascend_to(self, margin: int) -> None:
        """Close the nodes that stand deeper than ``margin``."""
        while len(self.open) > 1 and self.open[-1].margin > margin:
            self._ascend()

    def _ascend(self) -> None:
        """Close the innermost node: its text is read, and it joins its parent's members."""
        node = self.open.pop()
        members = self.open[-1].items[-1]
        if not isinstance(members, list):
            return
        texts = [item for item in node.items if isinstance(item, str)]
        if node.label == "...":
            count = _NOT_PRINTED.match(texts[0]) if texts else None
            self.reading.note(
                f"{count[1] if count else 'Some'} members of an exception group were not printed."
            )
            return
        if len(texts) == 1 and _TOO_DEEP_TO_PRINT.match(texts[0]):
            self.reading.note("Members of an exception group were not printed: it is nested too deep.")
            return
        if len(self.open) > DEPTH_KEPT:
            self.reading.note(TOO_DEEP)
            return
        error = self._read_chain(ListLines(node.items), self.reading, links_kept=LINKS_KEPT_IN_MEMBER)
        if len(members) < MEMBERS_KEPT:
            members.append(error or Error(message="\n".join(texts) or None))
        else:
            self.reading.note(
                f"Members of an exception group after the first {MEMBERS_KEPT:,} were left out."
            )


def read_group(lines: Lines, reading: Reading, read_chain: ReadChain) -> list[str | Members]:
    """The text of the group whose header ``lines`` stands on, with its members in it.

    ``lines`` is left after the line that closes the group, or after the last line with a margin.
    """
    tree = _Tree(reading, read_chain)
    lines.advance()
    end = lines.mark()
    bare: list[str] = []
    closed = False
    while (line := lines.line) is not None:
        if _draw(tree, line, bare):
            lines.advance()
            bare = []
            end = lines.mark()
            closed = _CLOSE.match(line) is not None
        elif not closed and len(bare) < BARE_LINES and not _starts_other(line, reading):
            bare.append(line)
            lines.advance()
        else:
            break
    if not closed:
        reading.note(UNCLOSED)
    tree.ascend_to(TOP_MARGIN)
    lines.reset(end)
    return tree.open[0].items


def _draw(tree: _Tree, line: str, bare: list[str]) -> bool:
    """Put ``line`` in its place in the tree, after the lines in ``bare``; False where it has no margin."""
    if match := _TEXT.match(line):
        margin = len(match["margin"])
        if margin > tree.open[-1].margin:
            return False
        tree.text(bare)
        tree.ascend_to(margin)
        tree.text([match["text"] or ""])
    elif match := _OPEN.match(line):
        tree.text(bare)
        tree.descend(len(match["margin"]) + 2, match["label"])
    elif match := _NEXT.match(line):
        tree.text(bare)
        tree.next_member(len(match["margin"]), match["label"])
    elif match := _CLOSE.match(line):
        tree.text(bare)
        tree.ascend_to(len(match["margin"]) - 1)
    else:
        return False
    return True


def _starts_other(line: str, reading: Reading) -> bool:
    return (
        line.rstrip() in CHAIN_LINES
        or GROUP_HEADER.match(line) is not None
        or line.startswith("Traceback (most recent call last):")
        or starts_record(line, reading.record)
    )
