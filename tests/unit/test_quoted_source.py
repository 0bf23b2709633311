"""Source code that a trace quotes may hold what another runtime's trace starts with: it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.parsing import iterate
from stacktraces.scanning import Occurrences

QUOTED = (
    'Exception in thread "main" java.lang.Error: no',
    "thread 'main' panicked at src/main.rs:3:5:",
    "PHP Fatal error:  Uncaught Error: m in /a.php:3",
    "PHP Warning:  Undefined variable $x in /a.php on line 3",
    "Unhandled exception. System.InvalidOperationException: m",
    "Fatal error: exception Not_found",
)
TRACES = {
    "node": "/srv/shop/app.js:12\n{}\n               ^\n\nTypeError: no price\n"
    "    at total (/srv/shop/app.js:12:9)\n\nNode.js v20.20.2\n",
    "deno": "error: Uncaught (in promise) TypeError: no price\n{}\n  \x1b[0m\x1b[31m^\x1b[0m\n"
    "    at total (file:///srv/shop/app.ts:12:9)\n",
    "ruby": '/srv/shop/a.rb:3:in `fetch\': key not found: "a" (KeyError)\n\n{}\n     ^^^^^^\n'
    "\tfrom /srv/shop/a.rb:3:in `price'\n",
}


@pytest.mark.parametrize("line", ["  const mark = '{}';", "  f(x)  # {}", "  f(x)  // {}"])
@pytest.mark.parametrize("quoted", QUOTED)
@pytest.mark.parametrize("trace", TRACES)
def test_an_error_that_source_code_quotes_is_none(tmp_path: Path, trace: str, quoted: str, line: str) -> None:
    def read(source: str) -> list[tuple[str, str | None, int]]:
        path.write_text(f"2026-11-28 10:00:00 INFO start\n{TRACES[trace].format(source)}")
        found = list(Occurrences([str(path)]))
        assert [each.error.type for each in iterate(path.read_bytes())] == [each.error.type for each in found]
        return [(each.format, each.error.type, len(each.error.frames)) for each in found]

    path = tmp_path / "a.log"
    expected = read("  ordinary(code)")
    assert len(expected) == 1
    assert read(line.format(quoted)) == expected


def test_a_line_is_underlined_by_the_whole_next_one(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("Fatal error: exception Not_found\n   ^ here\n")
    (found,) = Occurrences([str(path)])
    assert found.error.type == "Not_found"
