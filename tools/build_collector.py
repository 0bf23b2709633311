"""Puts ``collect.py`` together from the modules of ``src/stacktraces/collecting``: ``make collector``.

The one file can be copied to where it is needed. Each module stands in it after those that it imports
from, without its imports of ours; those of the standard library stand once, at the top. A name may be
defined in one module only.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src/stacktraces/collecting"
TARGET = ROOT / "src/stacktraces/collect.py"
_WIDTH = 94
_END = '\n\nif __name__ == "__main__":\n    sys.exit(main())\n'


class Module(NamedTuple):
    """One of the modules, taken apart."""

    name: str
    title: str
    """The first line of its docstring."""
    ours: dict[str, list[str]]
    """The names that it imports, by the module of ours that they come from."""
    standard: set[str]
    """The modules of the standard library that it imports."""
    code: str
    """What stands after its imports."""
    defined: list[str]
    """The names that it defines."""


def build(folder: Path = FOLDER) -> str:
    """The text of the one file. Raises ``ValueError`` where the modules do not make one."""
    package = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")), clean=False)
    modules = {each.name: each for each in _read_all(folder)}
    _check(modules)
    order = TopologicalSorter({each.name: sorted(each.ours) for each in modules.values()}).static_order()
    parts = [f'#!/usr/bin/env python\n"""{package}"""\n']
    standard = {name for module in modules.values() for name in module.standard}
    parts.append("\n" + "".join(f"import {name}\n" for name in sorted(standard)).rstrip("\n"))
    last = modules.pop("main")
    for module in [*(modules[name] for name in order if name in modules), last]:
        heading = f"# --- {module.title.rstrip('.')} ".ljust(_WIDTH, "-").rstrip()
        space = "\n\n\n" if module.code.startswith(("def ", "class ", "@")) else "\n\n"
        parts.append(f"\n\n{heading}{space}{module.code}\n")
    return "".join(parts) + _END


def _read_all(folder: Path) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        if path.name != "__init__.py":
            yield _read(path, ".".join(path.relative_to(folder).with_suffix("").parts))


def _read(path: Path, name: str) -> Module:
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    title = (ast.get_docstring(tree) or "").partition("\n")[0]
    ours: dict[str, list[str]] = {}
    standard: set[str] = set()
    last = 1
    for statement in tree.body:
        match statement:
            case ast.Expr() if statement is tree.body[0]:
                pass
            case ast.Import():
                standard.update(alias.name for alias in statement.names)
            case ast.ImportFrom(module=origin, level=level) if origin and level:
                package = name.split(".")[:-level]
                ours[".".join([*package, origin])] = [alias.name for alias in statement.names]
            case ast.ImportFrom():
                raise ValueError(f"{path} imports names of another module than ours: import the module.")
            case _:
                break
        last = statement.end_lineno or last
    code = "\n".join(source.split("\n")[last:]).strip("\n")
    return Module(name, title, ours, standard, code, sorted(set(_defined(tree))))


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def _check(modules: dict[str, Module]) -> None:
    owners: dict[str, str] = {}
    for module in modules.values():
        for name in module.defined:
            if owners.setdefault(name, module.name) != module.name:
                raise ValueError(f"Both {owners[name]} and {module.name} define {name}.")
    for module in modules.values():
        for origin, names in module.ours.items():
            for name in names:
                if owners.get(name) != origin:
                    raise ValueError(f"{module.name} imports {name} from {origin}, which does not define it.")
                if not re.search(rf"\b{name}\b", module.code):
                    raise ValueError(f"{module.name} imports {name} and does not use it.")


if __name__ == "__main__":
    try:
        TARGET.write_text(build(), "utf-8")
    except ValueError as reason:
        sys.exit(str(reason))
