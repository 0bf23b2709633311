"""Programs of :mod:`.programs` as they are written and run in each language; what they print as they fail."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.generate.runner import interpreters

from .programs import Program, Way

PLACES = ("/srv/shop", "/home/ann/src/shop-2.1", "/app")
"""Where a program is said to be installed."""


class Language(msgspec.Struct, frozen=True):
    """How programs are written and run."""

    name: str
    suffix: str
    main: str
    """The name of the file that is run."""
    failures: dict[str, str]
    """Statements; ``@s`` stands for the subject, ``@S`` for it in capitals."""
    module: Callable[[Program, int], str]
    """The text of the module of a step."""
    start: Callable[[Program], str]
    """The text of the file that is run."""
    found: Callable[[], list[str]]
    """The interpreters on this machine."""

    def can(self, program: Program) -> bool:
        return program.failure in self.failures

    def failing(self, program: Program) -> str:
        statement = self.failures[program.failure].replace("@S", program.subject.title())
        return statement.replace("@s", program.subject)

    def trace(self, program: Program, way: Way) -> str:
        """What is printed when ``program`` runs, with the paths of its installation."""
        found = self.found()
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            (root / "lib").mkdir()
            (root / "lib" / "__init__.py").touch()
            for at, step in enumerate(program.steps):
                (root / "lib" / f"{step.module}{self.suffix}").write_text(self.module(program, at))
            (root / self.main).write_text(self.start(program))
            done = subprocess.run(
                [found[way.interpreter % len(found)], str(root / self.main), str(program.value)],
                cwd=root, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
        return done.stderr.replace(str(root), PLACES[way.place % len(PLACES)])


def _body(program: Program, at: int, assign: str, call: str, failing: str) -> list[str]:
    """The statements of a step's function."""
    filler = [assign.format(number) for number in range(program.steps[at].lines)]
    if at == len(program.steps) - 1:
        return [*filler, *failing.split("\n")]
    return [*filler, call]


def _python_module(program: Program, at: int) -> str:
    step, last = program.steps[at], at == len(program.steps) - 1
    lines = ["import functools", "", "class OrderError(Exception):", "    pass", ""]
    if program.failure == "own type":
        lines += [f"class {program.subject.title()}Error(Exception):", "    pass", ""]
    call = ""
    if not last:
        following = program.steps[at + 1]
        lines.insert(0, f"import lib.{following.module} as following")
        call = f"return following.{following.function}(value)"
    if last and program.wrapped:
        lines += [
            "def checked(function):",
            "    @functools.wraps(function)",
            "    def wrapper(*args, **kwargs):",
        ]
        lines += ["        return function(*args, **kwargs)", "    return wrapper", "", "@checked"]
    body = _body(program, at, "step_{0} = value + {0}", call, PYTHON.failing(program) if last else "")
    return "\n".join([*lines, f"def {step.function}(value):", *(f"    {each}" for each in body), ""])


def _python_main(program: Program) -> str:
    first = program.steps[0]
    return (
        f"import sys\nimport lib.{first.module} as first\n\n"
        f"if __name__ == '__main__':\n    first.{first.function}(int(sys.argv[1]))\n"
    )


PYTHON = Language(
    name="python",
    suffix=".py",
    main="manage.py",
    failures={
        "key": 'return {"other": value}["@s"]',
        "attribute": "return value.@s",
        "none": "found = None\nreturn found[value]",
        "zero": "return value // (value - value)",
        "value": 'raise ValueError("the @s of order %d is not valid" % value)',
        "own type": 'raise @SError("order %d" % value)',
        "unpack": "first, second = [value]\nreturn first",
        "arguments": "return abs(value, value)",
        "undefined": "return value + @s_total",
        "file": 'return open("/nonexistent/@s/%d.txt" % value)',
    },
    module=_python_module,
    start=_python_main,
    found=lambda: list(interpreters().values()),
)


def _javascript_module(program: Program, at: int) -> str:
    step, last = program.steps[at], at == len(program.steps) - 1
    lines, call = [], ""
    if not last:
        following = program.steps[at + 1]
        lines.append(f'const following = require("./{following.module}");')
        call = f"return following.{following.function}(value);"
    body = _body(
        program, at, "const step{0} = value + {0};", call, JAVASCRIPT.failing(program) if last else ""
    )
    lines += [f"function {step.function}(value) {{", *(f"  {each}" for each in body), "}"]
    exported = step.function
    if last and program.wrapped:
        lines += ["const checked = (inner) => function wrapper(...args) { return inner(...args); };"]
        exported = f"checked({step.function})"
    return "\n".join([*lines, f"module.exports.{step.function} = {exported};", ""])


def _javascript_main(program: Program) -> str:
    first = program.steps[0]
    return (
        f'const first = require("./lib/{first.module}");\nfirst.{first.function}(Number(process.argv[2]));\n'
    )


JAVASCRIPT = Language(
    name="javascript",
    suffix=".js",
    main="server.js",
    failures={
        "attribute": "return value.@s();",
        "none": "const found = undefined;\nreturn found.@s;",
        "value": "throw new RangeError(`the @s of order ${value} is not valid`);",
        "undefined": "return value + @sTotal;",
        "unpack": "const [first, second] = value;\nreturn first;",
        "file": 'return require("fs").readFileSync(`/nonexistent/@s/${value}.txt`);',
    },
    module=_javascript_module,
    start=_javascript_main,
    found=lambda: [each for each in [shutil.which("node")] if each],
)


def _ruby_module(program: Program, at: int) -> str:
    step, last = program.steps[at], at == len(program.steps) - 1
    lines, call = [], ""
    if not last:
        following = program.steps[at + 1]
        lines.append(f'require_relative "{following.module}"')
        call = f"{following.function}(value)"
    if program.failure == "own type":
        lines.append(f"class {program.subject.title()}Error < StandardError; end")
    body = _body(program, at, "step_{0} = value + {0}", call, RUBY.failing(program) if last else "")
    lines += [f"def {step.function}(value)", *(f"  {each}" for each in body), "end"]
    if last and program.wrapped:
        lines += [f"alias original_{step.function} {step.function}"]
        lines += [f"define_method(:{step.function}) {{ |value| original_{step.function}(value) }}"]
    return "\n".join([*lines, ""])


def _ruby_main(program: Program) -> str:
    first = program.steps[0]
    return f'require_relative "lib/{first.module}"\n{first.function}(Integer(ARGV[0]))\n'


RUBY = Language(
    name="ruby",
    suffix=".rb",
    main="serve.rb",
    failures={
        "key": '{"other" => value}.fetch("@s")',
        "attribute": "value.@s",
        "none": "found = nil\nfound.@s",
        "zero": "value / 0",
        "value": 'raise ArgumentError, "the @s of order #{value} is not valid"',
        "own type": 'raise @SError, "order #{value}"',
        "arguments": "value.divmod(value, value)",
        "undefined": "value + @s_total",
        "file": 'File.read("/nonexistent/@s/#{value}.txt")',
    },
    module=_ruby_module,
    start=_ruby_main,
    found=lambda: [each for each in [shutil.which("ruby")] if each],
)
LANGUAGES = {each.name: each for each in (PYTHON, JAVASCRIPT, RUBY)}
