"""Writes the parts of the documents that are made from the code: ``make reference``.

A part stands between two lines, ``<!-- begin NAME -->`` and ``<!-- end NAME -->``. A test compares what
stands there with what would be written.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import stacktraces
from stacktraces.runtimes import Runtime, all_runtimes

ROOT = Path(__file__).parents[1]
_PART = re.compile(r"(<!-- begin (?P<name>[\w-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)

_FIELD = re.compile(
    r'^    (?P<name>\w+): (?P<type>[^=\n]+?)(?: = [^\n]+)?\n(?:    """(?P<text>.*?)"""\n)?',
    re.MULTILINE | re.DOTALL,
)


def read_runtimes() -> list[Runtime]:
    """The runtimes whose errors are read, by title."""
    return sorted((each for each in all_runtimes().values() if each.formats), key=lambda each: each.title)


def runtime_list() -> str:
    """Their titles, as one sentence."""
    return f"{', '.join(each.title for each in read_runtimes())}.\n"


def runtime_table() -> str:
    """A row for each runtime: name, versions, formats, what is read and what is not."""
    rows = [
        f"| {each.title} | `{each.name}` | {_cell(each.versions)} | {_cell(_formats(each))} "
        f"| {_cell(each.reads)} | {_cell(each.not_read) or 'nothing known'} |"
        for each in read_runtimes()
    ]
    head = "| runtime | name | versions seen | formats | what is read | what is not |\n"
    return head + "|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _formats(runtime: Runtime) -> str:
    dumps = runtime.dumps() if runtime.dumps is not None else ()
    return ", ".join(f"`{each.name}` ({each.title})" for each in (*runtime.formats, *dumps))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def public_names() -> str:
    """Every public name of the library with its signature and docstring."""
    return "\n".join(_entries())


def _entries() -> Iterator[str]:
    for name in sorted(stacktraces.__all__):
        thing = getattr(stacktraces, name)
        if isinstance(thing, str):
            continue
        yield f"## `{name}`\n"
        if inspect.isfunction(thing):
            yield f"```python\n{name}{inspect.signature(thing)}\n```\n"
        yield (inspect.getdoc(thing) or "") + "\n"
        if inspect.isclass(thing) and (fields := list(_fields(thing))):
            yield "| field | type | meaning |\n|---|---|---|"
            yield "\n".join(fields) + "\n"
        if inspect.isclass(thing):
            yield from _methods(name, thing)


def _methods(name: str, kind: type) -> Iterator[str]:
    """The public methods and properties that a class itself defines, and how it is made."""
    for member, value in vars(kind).items():
        if isinstance(value, property):
            yield f"### `{name}.{member}`\n"
        elif inspect.isroutine(value) or isinstance(value, classmethod | staticmethod):
            function = inspect.unwrap(getattr(value, "__func__", value))
            if not inspect.isfunction(function) or (member.startswith("_") and member != "__init__"):
                continue
            called = name if member == "__init__" else f"{name}.{member}"
            yield f"### `{called}`\n\n```python\n{called}{inspect.signature(function)}\n```\n"
        else:
            continue
        yield (inspect.getdoc(getattr(kind, member)) or "") + "\n"


def _fields(kind: type) -> Iterator[str]:
    """The fields of a struct, with the text that stands below each in the source."""
    source = inspect.getsource(kind)
    for found in _FIELD.finditer(source):
        text = " ".join((found["text"] or "").split())
        yield f"| `{found['name']}` | `{_cell(found['type'])}` | {_cell(text)} |"


PARTS = {"runtime-list": runtime_list, "runtime-table": runtime_table, "public-names": public_names}
"""What makes each part."""


def documents() -> list[Path]:
    """The documents in which a part may stand."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def renewed(text: str) -> str:
    """``text``, a document, with its parts as they would be written now."""
    return _PART.sub(lambda found: found[1] + PARTS[found["name"]]() + found[3], text)


def main() -> None:
    """Renew every document."""
    for path in documents():
        text = path.read_text()
        if (new := renewed(text)) != text:
            path.write_text(new)
            sys.stderr.write(f"{path.relative_to(ROOT)} was renewed.\n")


if __name__ == "__main__":
    main()
