"""How a baseline file is laid out: a head, then entries on sixteen shelves, in a fixed order."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator

from .._regex import regex

HEAD = """\
# Known issues, kept by `stacktraces known`. Each entry names a stack trace that was seen and judged.
# The marks below (# 0, # 1, ...) keep entries apart, so that branches that add issues merge cleanly.
"""
_DIGITS = "0123456789abcdef"
_OTHER = "other"
_SHELF = regex(rf"# (?:[{_DIGITS}]|{_OTHER})\s*\Z")
_HEADER = regex(r"\[\[?\s*issues\s*\.\s*(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|([A-Za-z0-9_-]+))\s*[.\]]")


def split(text: str) -> tuple[str, dict[str, tuple[int, str]]]:
    """The head's comments, and for each issue its line, from 1, and its text with comments above it.

    Goes by the headers alone; a text that hides one in a string is taken apart wrongly, so whoever
    writes a part back checks the result.
    """
    lines = text.split("\n")
    starts = list(_starts(lines))
    tops = [_above(lines, number) for number, _ in starts] + [len(lines)]
    head = "".join(
        f"{line}\n" for line in lines[: tops[0]] if line.startswith("#") and not _SHELF.match(line)
    )
    parts: dict[str, tuple[int, list[str]]] = {}
    for (number, issue_id), top, end in zip(starts, tops, tops[1:], strict=False):
        body = "\n".join(line for line in lines[top:end] if not _SHELF.match(line)).strip() + "\n"
        parts.setdefault(issue_id, (number + 1, []))[1].append(body)
    return head, {issue_id: (line, "".join(bodies)) for issue_id, (line, bodies) in parts.items()}


def _starts(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Where the headers of another issue begin."""
    last = None
    for number, line in enumerate(lines):
        header = _HEADER.match(line.lstrip()) if line.lstrip().startswith("[") else None
        if header:
            issue_id = _key(header)
            if issue_id != last:
                yield number, issue_id
            last = issue_id


def _above(lines: list[str], number: int) -> int:
    """The first of the comment lines right above line ``number``."""
    while number and lines[number - 1].startswith("#") and not _SHELF.match(lines[number - 1]):
        number -= 1
    return number


def _key(header: re.Match[str]) -> str:
    quoted, literal, bare = header.groups()
    if quoted is None:
        return literal if literal is not None else bare
    return next(iter(tomllib.loads(f'"{quoted}" = 0')))


def join(head: str, format_version: int, texts: Iterable[tuple[str, str]]) -> str:
    """The text of a baseline from its head and each issue's id and text, in any order."""
    shelves: dict[str, list[tuple[tuple[str, str], str]]] = {shelf: [] for shelf in (*_DIGITS, _OTHER)}
    for issue_id, text in texts:
        # Ids sort by what follows the version, which is spread evenly.
        order = issue_id.rpartition("-")[2], issue_id
        shelf = order[0][:1]
        shelves[shelf if shelf in shelves else _OTHER].append((order, text))
    parts = [f"{head or HEAD}\nformat = {format_version}\n"]
    for shelf, entries in shelves.items():
        parts.append(f"# {shelf}\n")
        parts.extend(text for _, text in sorted(entries))
    return "\n".join(parts)
