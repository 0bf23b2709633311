"""Writes a manual page for each command, made from its help: ``make reference``.

click-man knows no commands that are imported when they are used, so the pages are written here, with the
macros of man(7).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from stacktraces import __version__
from stacktraces.cli._root import stacktraces

FOLDER = Path(__file__).parents[1] / "docs" / "man"


def pages() -> dict[str, str]:
    """The text of each page, by its name."""
    return dict(_pages(stacktraces, "stacktraces", None))


def _pages(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    yield f"{context.command_path.replace(' ', '-')}.1", "\n".join(_page(command, context)) + "\n"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            inner = command.get_command(context, each)
            if inner is not None and not inner.hidden:
                yield from _pages(inner, each, context)


def _page(command: click.Command, context: click.Context) -> Iterator[str]:
    title = context.command_path.replace(" ", "-")
    yield f'.TH "{title.upper()}" 1 "" "stacktraces {__version__}" "User Commands"'
    yield ".SH NAME"
    yield f"{_text(title)} \\- {_text(command.get_short_help_str(200).rstrip('.'))}"
    yield ".SH SYNOPSIS"
    usage = _text(" ".join(command.collect_usage_pieces(context)))
    yield f".B {_text(context.command_path)}\n{usage}".rstrip()
    yield ".SH DESCRIPTION"
    for number, paragraph in enumerate((command.help or "").split("\n\n")):
        yield from ([".PP"] if number else [])
        yield _text(" ".join(paragraph.split()))
    options = [each for each in command.get_params(context) if isinstance(each, click.Option)]
    yield from _list("OPTIONS", (each.get_help_record(context) for each in options))
    if isinstance(command, click.Group):
        inner = ((name, command.get_command(context, name)) for name in command.list_commands(context))
        told = ((name, each.get_short_help_str(200)) for name, each in inner if each is not None)
        yield from _list("COMMANDS", told)
    yield from _epilog(command, context)


def _epilog(command: click.Command, context: click.Context) -> Iterator[str]:
    """The examples, and what else stands at the end of the help."""
    lines = [each.strip() for each in (command.epilog or "").split("\n") if each.startswith("  ")]
    if lines:
        yield "\n".join([".SH EXAMPLES", ".nf", *map(_text, lines), ".fi"])
    formatter = context.make_formatter()
    formatter.width = 10_000
    command.format_epilog(context, formatter)
    rest = formatter.getvalue().partition("Examples:")[2] or formatter.getvalue()
    notes = " ".join(" ".join(each for each in rest.split("\n") if each.strip() not in lines).split())
    if notes:
        yield f".SH NOTES\n{_text(notes)}"


def _list(title: str, records: Iterator[tuple[str, str] | None]) -> Iterator[str]:
    found = [record for record in records if record is not None]
    if found:
        yield f".SH {title}"
    for name, meaning in found:
        yield f".TP\n.B {_text(name)}\n{_text(' '.join(meaning.split()))}"


def _text(text: str) -> str:
    """``text`` as roff: no request, no escape, and hyphens that can be searched for."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped


def main() -> None:
    """Write all pages anew."""
    FOLDER.mkdir(exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.1"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
