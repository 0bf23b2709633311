"""Real errors of Ruby, PHP, Perl and Lua, raised here and read as they are printed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from tests.conftest import need

pytestmark = pytest.mark.live

RUBY = """\
def price(sku) = Integer(sku)
def place(sku)
  price(sku)
rescue ArgumentError
  raise KeyError, "order failed:\\n  line 2"
end
place("x")
"""
PHP = """\
<?php
function price($sku) { throw new OutOfBoundsException("no sku $sku"); }
function place($sku) {
    try { price($sku); } catch (Exception $e) { throw new LogicException("order failed", 0, $e); }
}
place("plum");
"""
PERL = """\
use Carp qw(confess);
sub price { confess "no sku $_[0]" }
sub place { price(@_) }
place("plum");
"""
LUA = """\
local function price(sku) error("no sku " .. sku) end
function place(sku) price(sku) end
place("plum")
"""


def run(folder: Path, program: str, name: str, text: str, *options: str) -> Trace:
    """The one trace that ``program`` prints of the script ``text``."""
    script = folder / name
    script.write_text(text)
    done = subprocess.run(
        [need(program), *options, name], cwd=folder, capture_output=True, timeout=60, check=False
    )
    (trace,) = iterate(done.stderr + done.stdout)
    assert isinstance(trace, Trace)
    return trace


def test_ruby(tmp_path: Path) -> None:
    error = run(tmp_path, "ruby", "shop.rb", RUBY).error
    assert (error.type, error.message) == ("KeyError", "order failed:\n  line 2")
    assert error.cause is not None
    assert error.cause.type == "ArgumentError"
    assert error.frames[-1].line == 7


@pytest.mark.parametrize("html", ["0", "1"])
def test_php(tmp_path: Path, html: str) -> None:
    options = [
        "-d",
        "display_errors=1",
        "-d",
        "log_errors=1",
        "-d",
        f"html_errors={html}",
        "-d",
        "error_log=",
    ]
    error = run(tmp_path, "php", "shop.php", PHP, *options).error
    assert (error.type, error.message) == ("LogicException", "order failed")
    assert [(each.function, each.line) for each in error.frames] == [("place", 4), ("{main}", 6)]
    assert error.cause is not None
    assert error.cause.message == "no sku plum"


def test_perl(tmp_path: Path) -> None:
    error = run(tmp_path, "perl", "shop.pl", PERL).error
    assert error.message == "no sku plum"
    assert [(each.function, each.line) for each in error.frames] == [
        ("main::price", 2),
        ("main::place", 3),
        (None, 4),
    ]


@pytest.mark.parametrize("program", ["lua5.1", "lua5.4", "luajit"])
def test_lua(tmp_path: Path, program: str) -> None:
    error = run(tmp_path, program, "shop.lua", LUA).error
    assert error.message == "no sku plum"
    assert [each.line for each in error.frames if each.file == "shop.lua"] == [1, 2, 3]
