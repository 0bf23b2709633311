"""Each command's help ends with examples, and their options are the command's."""

from __future__ import annotations

import shlex

import click
import pytest

from stacktraces.cli._root import stacktraces
from tests.cli.support import all_commands

_PASSES_ON = {("collect",)}
"""Commands whose arguments are those of a script, with a help of its own."""


def command_of(names: tuple[str, ...]) -> click.Command:
    found: click.Command = stacktraces
    for name in names:
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None, names
        found = inner
    return found


@pytest.mark.parametrize("names", sorted(set(all_commands()) - _PASSES_ON), ids=" ".join)
def test_help_has_examples_of_options_that_there_are(names: tuple[str, ...]) -> None:
    epilog = command_of(names).epilog or ""
    lines = [line.strip() for line in epilog.splitlines() if line.startswith("  ")]
    assert lines, names
    for line in lines:
        words = shlex.split(line)
        words = words[words.index("stacktraces") + 1 :]
        path = tuple(words[: 2 if words[0] == "known" else 1])
        assert path[: len(names)] == names or names == ("show",)
        known = {option for each in command_of(path).params for option in each.opts}
        assert {word for word in words if word.startswith("-") and word != "-"} <= known, line
