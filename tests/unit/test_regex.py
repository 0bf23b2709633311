"""Patterns that are compiled at their first use behave as compiled ones."""

from __future__ import annotations

import re

import pytest

from stacktraces._regex import regex

_TEXT = "a1 b22 c333"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("match", (_TEXT,)),
        ("match", (_TEXT, 3)),
        ("search", (_TEXT, 4)),
        ("fullmatch", ("b22",)),
        ("findall", (_TEXT,)),
        ("split", (_TEXT,)),
        ("sub", ("x", _TEXT)),
        ("subn", ("x", _TEXT)),
    ],
)
def test_does_what_a_compiled_pattern_does(name: str, arguments: tuple[object, ...]) -> None:
    pattern = r"(?P<letter>[A-C])(\d+)"
    lazy, compiled = regex(pattern, re.IGNORECASE), re.compile(pattern, re.IGNORECASE)
    for _ in range(2):
        found, wanted = getattr(lazy, name)(*arguments), getattr(compiled, name)(*arguments)
        if isinstance(wanted, re.Match):
            found, wanted = (found.span(), found.groupdict()), (wanted.span(), wanted.groupdict())
        assert found == wanted
    assert [each.span() for each in lazy.finditer(_TEXT)] == [
        each.span() for each in compiled.finditer(_TEXT)
    ]
    assert (lazy.pattern, lazy.groups, lazy.groupindex) == (pattern, 2, {"letter": 1})


def test_a_pattern_is_compiled_when_it_is_used() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.match("")
