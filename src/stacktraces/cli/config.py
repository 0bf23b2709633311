"""``stacktraces config``: which defaults files set."""

from __future__ import annotations

import os

import click

from ..render._safe import one_line
from ._run import SETTINGS, examples


@click.command(
    "config",
    context_settings=SETTINGS,
    short_help="Show the defaults that files set.",
    epilog=examples(
        "stacktraces config",
    ),
)
@click.pass_context
def command(context: click.Context) -> int:
    """Show which defaults of options the files of the project and the user set, and check them.

    A project's stand in pyproject.toml, in tables such as [tool.stacktraces.log], a user's in
    stacktraces/config.toml in the folder of configurations, in tables such as [log]. Keys are the long names
    of options. Without them: stacktraces --no-config COMMAND.
    """
    from . import _configuration

    root = context.find_root().command
    assert isinstance(root, click.Group)
    names = root.list_commands(context)
    commands = {name: found for name in names if (found := root.get_command(context, name)) is not None}
    for each in _configuration.check(commands):
        click.echo(one_line(f"{each.command} --{each.option} {each.value!r}  ({each.where})"))
    project = _configuration.project_file()
    for path, what in ((_configuration.user_file(), "user"), (project, "project")):
        if path is None or not os.path.isfile(path):
            click.echo(f"The {what} sets nothing{f' in {path}' if path else ''}.", err=True)
    return 0
