"""Errors that programs of managed languages raise, against what their sources say.

A marker in a comment of the source (``price``) names the line of a frame.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from stacktraces.model import Error, Trace
from stacktraces.scanning import Occurrences
from tests.conftest import need

Builder = Callable[[str], Path]
pytestmark = pytest.mark.live

SOURCES = Path(__file__).parent / "managed"
LINES = "first\n\nCaused by: no\n    at least three\nstack backtrace:"
MARKERS = {
    "plain": ("price", "plain"),
    "closure": ("price", "total", "closure"),
    "cause": ("place", "cause"),
    "lines": ("lines",),
    "logged": ("price", "logged"),
}
"""Of each shape, what marks the lines of the program's own frames, innermost first."""
ENVIRONMENT = {
    "OCAMLRUNPARAM": "b",
    "LC_ALL": "C.UTF-8",
    "ERL_CRASH_DUMP": "/dev/null",
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
}
WITHOUT_LINES: dict[str, tuple[str, ...]] = dict.fromkeys(MARKERS, ())


class Program(NamedTuple):
    """A program that raises an error of each shape."""

    source: str
    runtime: str
    run: tuple[str, ...]
    build: tuple[str, ...] = ()
    rare: bool = False
    """Its compiler is too large for CI: there it is left out as well."""
    plain: tuple[str | None, str] = (None, "no price for plum")
    """Type and message of the error that most shapes raise."""
    cause: tuple[str | None, str] = (None, "order 17 failed: no price for plum")
    cause_is_told: bool = False
    """Whether what led to an error is printed as its cause."""
    lines: str = LINES
    """The message of several lines as it is printed."""
    markers: dict[str, tuple[str, ...]] | None = None
    """The markers of its own frames for a shape, where they are not ``MARKERS``; empty where none has a line."""


PROGRAMS = {
    "mono": Program(
        source="Orders.cs",
        runtime="dotnet",
        build=("mcs", "-debug", "-out:shop.exe", "Orders.cs"),
        run=("mono", "--debug", "shop.exe"),
        plain=("System.InvalidOperationException", "no price for plum"),
        cause=("Shop.OrderError", "order 17 failed"),
        cause_is_told=True,
    ),
    "dotnet-core": Program(
        source="Orders.cs",
        runtime="dotnet",
        build=("mcs", "-out:shop.dll", "Orders.cs"),
        run=("dotnet", "shop.dll"),
        rare=True,
        plain=("System.InvalidOperationException", "no price for plum"),
        cause=("Shop.OrderError", "order 17 failed"),
        cause_is_told=True,
        markers=WITHOUT_LINES,
    ),
    "elixir": Program(
        source="orders.exs",
        runtime="erlang",
        run=("elixir", "orders.exs"),
        plain=("KeyError", "key :plum not found in: %{apple: 3}"),
        cause=("OrderError", "order 17 failed: key :plum not found in: %{apple: 3}"),
        # The stack of the error that led to it.
        markers={"cause": ("price", "tried")},
    ),
    "erlang": Program(
        source="orders.erl",
        runtime="erlang",
        build=("erlc", "+debug_info", "orders.erl"),
        run=("erl", "-noshell", "-eval", 'orders:main(["{}"])', "-s", "init", "stop"),
        plain=("badkey", "plum"),
        cause=("order_failed", "{badkey,plum}"),
        lines='"first\\n\\nCaused by: no\\n at least three\\nstack backtrace:"',
    ),
    "ocaml": Program(
        source="orders.ml",
        runtime="ocaml",
        build=("ocamlopt", "-g", "orders.ml", "-o", "shop"),
        run=("./shop",),
        plain=("Failure", '"no price for plum"'),
        cause=("Orders.Order_failed", '"A-17", _'),
        lines=f'"{LINES}"'.replace("\n", "\\n"),
        # The call of failwith is a tail call.
        markers={"plain": ("plain",), "closure": ("total", "closure"), "logged": ("logged",)},
    ),
    "crystal": Program(
        source="orders.cr",
        runtime="crystal",
        build=("crystal", "build", "--no-color", "orders.cr", "-o", "shop"),
        run=("./shop",),
        plain=("Exception", "no price for plum"),
        cause=("OrderError", "order 17 failed"),
        cause_is_told=True,
        # Crystal 1.6 counts the line ends in a string as lines of the source.
        markers={"lines": ()},
    ),
    "r": Program(
        source="orders.R",
        runtime="r",
        run=("Rscript", "orders.R"),
        plain=("Error", "no price for plum"),
        cause=("Error", "order 17 failed: no price for plum"),
        markers=WITHOUT_LINES,
    ),
    "haskell": Program(
        source="Orders.hs",
        runtime="haskell",
        build=("ghc", "-v0", "-O0", "Orders.hs", "-o", "shop"),
        run=("./shop",),
        rare=True,
    ),
}


def command(words: tuple[str, ...], *, rare: bool) -> list[str]:
    """``words`` with the program's path. What is rare may be missing in CI too."""
    program = words[0]
    if program == "dotnet":
        # Where the package dotnetcore2 has it.
        found = Path(sysconfig.get_path("purelib"), "dotnetcore2", "bin", "dotnet")
        path = str(found) if found.exists() else shutil.which(program)
    else:
        path = program if program.startswith("./") else shutil.which(program)
    if path is None and rare:
        pytest.skip(f"{program} is not installed")
    return [path or need(program), *words[1:]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Gives the folder in which a program is built, once each."""

    @functools.cache
    def build(name: str) -> Path:
        program, folder = PROGRAMS[name], tmp_path_factory.mktemp(name)
        shutil.copy(SOURCES / program.source, folder)
        if program.run[0] == "dotnet":
            runtime = {"name": "Microsoft.NETCore.App", "version": "3.1.0"}
            options = {"runtimeOptions": {"framework": runtime}}
            (folder / "shop.runtimeconfig.json").write_text(json.dumps(options))
        command(program.run, rare=program.rare)
        if program.build:
            words = command(program.build, rare=program.rare)
            subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=600)
        return folder

    return build


def trace_of(folder: Path, program: Program, shape: str) -> Trace:
    """The one trace that the program prints."""
    words = [each.format(shape) for each in command(program.run, rare=program.rare)]
    words += [] if any("{}" in each for each in program.run) else [shape]
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    (folder / "a.log").write_bytes(done.stdout)
    (found,) = Occurrences([str(folder / "a.log")])
    return found


def lines_marked(program: Program, shape: str) -> list[int]:
    source = (SOURCES / program.source).read_text().split("\n")
    markers = (program.markers or {}).get(shape, MARKERS[shape])
    return [
        next(
            number
            for number, line in enumerate(source, 1)
            if re.search(rf"(?:#|//|%|--|\(\*) {marker}(?: \*\))?\s*(?:\).*)?$", line)
        )
        for marker in markers
    ]


def own_lines(error: Error, program: Program) -> list[int]:
    """The lines of the program's own frames, innermost first, each run of one line once."""
    lines = [each.line for each in error.frames if (each.file or "").endswith(program.source) and each.line]
    return [line for at, line in enumerate(lines) if not at or line != lines[at - 1]]


@pytest.mark.parametrize("shape", MARKERS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_an_error_is_what_the_program_raised(built: Builder, name: str, shape: str) -> None:
    program = PROGRAMS[name]
    trace = trace_of(built(name), program, shape)
    error = trace.error
    assert trace.runtime == program.runtime
    if shape == "lines":
        assert error.message == program.lines
    else:
        kind, message = program.cause if shape == "cause" else program.plain
        assert error.type == kind
        assert (error.message or "").endswith(message)
    if shape == "cause" and program.cause_is_told:
        assert error.cause is not None
        assert (error.cause.type, error.cause.message) == program.plain
    if markers := lines_marked(program, shape):
        assert own_lines(error, program) == markers
