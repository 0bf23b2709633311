"""Real errors of Node and of a browser's page, read as they are printed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from stacktraces.model import Error, Trace
from stacktraces.parsing import iterate
from stacktraces.signatures.culprit import culprit
from stacktraces.signatures.fingerprint import fingerprint
from tests.conftest import need
from tests.live import browser

pytestmark = pytest.mark.live

PROGRAM = """\
'use strict';
class OrderError extends Error { constructor(text, rest) { super(text, rest); this.name = 'OrderError'; } }
function price(order) { return order.amount; }                                                      // line 3
function place(id) { try { price(); } catch (cause) { throw new OrderError(`order ${id}`, { cause }); } }
const held = 'child:\\nTraceback (most recent call last):\\n  File "a.py", line 1, in f\\nValueError: x\\n\\n    at g (h.js:1:2)\\nend';
const cases = {
  plain() { price(); },
  cause() { place('A-1'); },
  members() { throw new AggregateError([new Error('one'), new TypeError('two')], 'all failed'); },
  lines() { throw new Error(held); },
  rejected() { Promise.reject(new OrderError('late')); },
  value() { throw { code: 7 }; },
  logged() { try { place('A-2'); } catch (error) { console.error('failed:', error); } },
  printed() { try { price(); } catch (error) { console.error(`12:00:00 ERROR [shop] ${error.stack}`); } },
  emitted() { require('net').connect(1, '127.0.0.1'); },
  evaluated() { eval('(function inner() { price(); })()'); },
  child() { require('child_process').execFileSync(process.execPath, [__filename, 'plain'], { stdio: 'pipe' }); },
};
cases[process.argv[2]]();
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.js"
    path.write_text(PROGRAM)
    return path


def run(command: str, program: Path, case: str) -> Trace:
    done = subprocess.run(
        [command, program, case], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60
    )
    (found,) = iterate(done.stdout + b"12:00:01 INFO the next line\n")
    assert isinstance(found, Trace)
    return found


def shape(error: Error) -> tuple[str | None, str | None, list[tuple[str | None, str | None]], str | None]:
    members = [(each.type, each.message) for each in error.children]
    return error.type, error.message, members, error.cause.type if error.cause else None


def _major_version(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout.lstrip("v").partition(".")[0])


FIRST_WITH_MEMBERS = 20
"""Before this version Node did not print the members of an AggregateError that nobody caught."""
UNDEFINED = "Cannot read properties of undefined (reading 'amount')"


@pytest.mark.parametrize(
    ("case", "type_", "message", "members", "cause", "line"),
    [
        ("plain", "TypeError", UNDEFINED, [], None, 3),
        ("cause", "OrderError", "order A-1", [], "TypeError", 4),
        ("members", "AggregateError", "all failed", [("Error", "one"), ("TypeError", "two")], None, 9),
        ("rejected", "OrderError", "late", [], None, 11),
        ("value", None, "{ code: 7 }", [], None, 12),
        ("logged", "OrderError", "order A-2", [], "TypeError", 4),
        ("printed", "TypeError", UNDEFINED, [], None, 3),
        ("emitted", "Error", "connect ECONNREFUSED 127.0.0.1:1", [], None, None),
        ("evaluated", "TypeError", UNDEFINED, [], None, 3),
    ],
)
def test_node(
    program: Path,
    case: str,
    type_: str | None,
    message: str,
    members: list[tuple[str, str]],
    cause: str | None,
    line: int | None,
) -> None:
    node = need("node")
    trace = run(node, program, case)
    members = members if _major_version(node) >= FIRST_WITH_MEMBERS else []
    assert shape(trace.error) == (type_, message, members, cause)
    found = culprit(trace.error, "javascript")
    assert (found.line if found else None) == line
    if line == 3:
        assert found is not None
        assert found.function == "price"


def test_a_message_with_other_traces_in_it_is_whole(program: Path) -> None:
    error = run(need("node"), program, "lines").error
    assert error.message is not None
    assert error.message.startswith("child:\nTraceback (most recent call last):\n")
    assert error.message.endswith("\n    at g (h.js:1:2)\nend")
    assert error.frames[0].line == 10


def test_the_error_of_a_child_is_the_cause(program: Path) -> None:
    error = run(need("node"), program, "child").error
    assert error.type == "Error"
    assert error.cause is not None
    assert (error.cause.type, error.cause.message) == ("TypeError", UNDEFINED)


def test_another_folder_gives_the_same_fingerprint(program: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "shop.js"
    copy.parent.mkdir()
    shutil.copy(program, copy)
    first, second = (run(need("node"), path, "cause").error for path in (program, copy))
    assert fingerprint(first, "javascript") == fingerprint(second, "javascript")


def test_the_console_of_a_browser(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<script>\nfunction price() { return undefined.amount; }\nprice();\n</script>")
    text = browser.log_of(page, tmp_path)
    (found,) = (each for each in iterate(text.encode()) if isinstance(each, Trace))
    assert (found.error.type, found.error.message) == ("TypeError", UNDEFINED)
    assert [(each.file, each.line) for each in found.error.frames] == [(page.as_uri(), 2)]
