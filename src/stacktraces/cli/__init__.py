"""The command line: ``stacktraces COMMAND``, one module of this folder a command.

A module declares ``command``, a click command; its name is the module's, with dashes for underscores.
Modules whose name starts with an underscore are shared helpers. A command is imported when it is used.
"""

from __future__ import annotations

import importlib

import click

from .._folder import names_in
from .._version import __version__
from ._run import SETTINGS, run_and_exit


class _Folder(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(name.replace("_", "-") for name in names_in(__path__))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        loaded = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
        command: click.Command = loaded.command
        return command


@click.command(cls=_Folder, context_settings=SETTINGS)
@click.version_option(__version__, "--version", prog_name="stacktraces", message="%(prog)s %(version)s")
def stacktraces() -> None:
    """Find, parse, group and label stack traces from live processes, core files and logs."""


def main() -> None:
    """The entry point ``stacktraces``."""
    run_and_exit(stacktraces)
