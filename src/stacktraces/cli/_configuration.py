"""Defaults of options that somebody would type each time: of a project, and of a user.

A project's stand in ``[tool.stacktraces.COMMAND]`` of the nearest ``pyproject.toml`` that has such tables, a
user's in ``[COMMAND]`` of ``stacktraces/config.toml`` in the folder of configurations. What is typed counts
before what the environment says, that before the project's, and the user's comes last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import click

from ..errors import RuleError

_PROJECT = "pyproject.toml"
_MARK = b"tool.stacktraces"
_MOST_MIB = 1
_TRUSTED_ALONE = frozenset(("push", "serve", "mcp", "collect"))
"""Commands for which a project's file, which may be anybody's, sets nothing."""
_PATHS = frozenset(("known", "issue-rules", "checkout", "cursor", "rules", "db", "data"))
"""Options that name a file; in a project's file they are relative to its folder."""


class Setting(NamedTuple):
    """A default that a file sets."""

    command: str
    option: str
    """The long name, without dashes in front."""
    value: Any
    file: str
    line: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def settings() -> Iterator[Setting]:
    """What the user's file sets, then what the project's does. Raises ``RuleError`` for a wrong file."""
    user = user_file()
    if os.path.isfile(user):
        yield from _of_file(user, "")
    project = project_file()
    if project is not None:
        for each in _of_file(project, "tool.stacktraces."):
            if each.command in _TRUSTED_ALONE:
                raise RuleError(f"{each.where}: {each.command} is set up in {user} alone; take it out here")
            yield each._replace(value=_beside(project, each))


def any_file() -> bool:
    """Whether there is a file that may set something."""
    return os.path.isfile(user_file()) or project_file() is not None


def user_file() -> str:
    """Where the user's file stands, if there is one."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(home, "stacktraces", "config.toml")


def project_file() -> str | None:
    """The nearest ``pyproject.toml``, of this folder or one above it, that sets something."""
    folder, last = os.getcwd(), ""
    while folder != last:
        path = os.path.join(folder, _PROJECT)
        try:
            with open(path, "rb") as file:
                if _MARK in file.read(_MOST_MIB << 20):
                    return path
        except OSError:
            pass
        folder, last = os.path.dirname(folder), folder
    return None


def _of_file(path: str, prefix: str) -> Iterator[Setting]:
    from .. import _toml  # Most runs have no such file, and do without the parser.

    text = _toml.read_text(path, "configuration", _MOST_MIB)
    table: Any = _toml.parse(text, path)
    for name in filter(None, prefix.split(".")):
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise RuleError(f"{path}:{_line(text, None, name) or 1}: {name} is no table")
    for command, options in table.items():
        line = _line(text, f"{prefix}{command}", None)
        if not isinstance(options, dict):
            raise RuleError(
                f"{path}:{_line(text, None, command)}: {command} is no table of a command's options"
            )
        for option, value in options.items():
            at = _line(text, f"{prefix}{command}", option) or line
            yield Setting(command, option, value, path, at or 1)


def _line(text: str, table: str | None, key: str | None) -> int:
    """The line of a table's head, or of a key in it; 0 where it stands otherwise."""
    head = re.compile(rf"\s*\[\s*{re.escape(table)}\s*\]") if table is not None else None
    wanted = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=") if key is not None else None
    inside = head is None
    for number, line in enumerate(text.split("\n"), 1):
        if head is not None and head.match(line):
            inside = True
            if wanted is None:
                return number
        elif wanted is not None and inside and wanted.match(line):
            return number
    return 0


def _beside(project: str, setting: Setting) -> Any:
    value = setting.value
    if setting.option in _PATHS and isinstance(value, str) and "://" not in value:
        return os.path.relpath(os.path.join(os.path.dirname(project), value))
    return value


def defaults(name: str, command: click.Command) -> dict[str, Any]:
    """The default map of click for the ``command`` called ``name``.

    Raises ``RuleError`` for an option that it does not have, and a value that it does not take.
    """
    found: dict[str, Any] = {}
    for each in settings():
        if each.command == name:
            _put(found, command, each)
    return found


def _put(found: dict[str, Any], command: click.Command, setting: Setting) -> None:
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=setting.command)
        inner = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        holders = [(name, each) for name, each in inner if each is not None and _option(each, setting.option)]
        if not holders:
            raise _unknown(setting, (option for _, each in inner if each for option in _names(each)))
        for name, each in holders:
            _put(found.setdefault(name, {}), each, setting)
        return
    option = _option(command, setting.option)
    if option is None or option.name is None:
        raise _unknown(setting, _names(command))
    try:
        option.type_cast_value(click.Context(command, info_name=setting.command), setting.value)
    except click.UsageError as error:
        raise RuleError(f"{setting.where}: {setting.option}: {error.message}") from None
    found[option.name] = setting.value


def _option(command: click.Command, name: str) -> click.Option | None:
    wanted = f"--{name}"
    options = (each for each in command.params if isinstance(each, click.Option))
    return next((each for each in options if wanted in each.opts), None)


def _names(command: click.Command) -> Iterator[str]:
    for each in command.params:
        if isinstance(each, click.Option):
            yield from (name.removeprefix("--") for name in each.opts if name.startswith("--"))


def _unknown(setting: Setting, names: Iterator[str]) -> RuleError:
    import difflib

    alike = difflib.get_close_matches(setting.option, list(names), 1)
    advice = f"; did you mean {alike[0]}?" if alike else ""
    return RuleError(f"{setting.where}: {setting.command} has no option --{setting.option}{advice}")


def check(commands: Mapping[str, click.Command]) -> list[Setting]:
    """All settings, each of one of ``commands``. Raises ``RuleError`` for the first that is wrong."""
    found = list(settings())
    for each in found:
        if each.command not in commands:
            raise RuleError(
                f"{each.where}: there is no command {each.command}; they are {', '.join(commands)}"
            )
        _put({}, commands[each.command], each)
    return found
