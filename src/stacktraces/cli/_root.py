"""The command ``stacktraces``: the folder of the others."""

from __future__ import annotations

import importlib

import click

from .._folder import names_in
from .._version import __version__
from . import __name__ as package
from . import __path__ as folder
from ._run import SETTINGS


class _Folder(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(name.replace("_", "-") for name in names_in(folder))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        loaded = importlib.import_module(f"{package}.{name.replace('-', '_')}")
        command: click.Command = loaded.command
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, arguments)
        except click.UsageError as error:
            import difflib

            if alike := difflib.get_close_matches(arguments[0], self.list_commands(context), 1):
                raise click.UsageError(f"{error.message} Did you mean '{alike[0]}'?", context) from error
            raise


@click.command(cls=_Folder, context_settings=SETTINGS)
@click.version_option(__version__, "--version", prog_name="stacktraces", message="%(prog)s %(version)s")
@click.option(
    "--no-config",
    is_flag=True,
    envvar="STACKTRACES_NO_CONFIG",
    help="Take no defaults from files; see stacktraces config.",
)
@click.pass_context
def stacktraces(context: click.Context, no_config: bool) -> None:
    """Find, parse, group and label stack traces from live processes, core files and logs."""
    name = context.invoked_subcommand
    if no_config or name is None or name == "config":
        return
    from ._configuration import any_file, defaults

    if any_file():
        command = stacktraces.get_command(context, name)
        if command is not None:
            context.default_map = {name: defaults(name, command)}
