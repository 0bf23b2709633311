"""Errors of .NET, Elixir, PHP and Ruby that the compiled part counts give what reading each of them gives."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import need_compiled_part
from tests.property.test_repeats import compose, cri, docker, plain, result

need_compiled_part()

RECORDS = [
    "2024-05-01 12:00:{0:02d}.{1:03d} +0000 [ERR] request {1} failed\n",
    "12:00:{0:02d}.{1:03d} [error] Task #PID<0.{1}.0> terminating\n",
    "2024-05-01 12:00:{0:02d},{1:03d} ERROR order {1} failed: ",
    "E, [2024-05-01T12:00:{0:02d}.{1:03d} #{1}] ERROR -- : ",
    "2024-05-01 12:00:{0:02d} ERROR Unhandled Exception:\n",
    "not a record {0}\n",
    "",
]
OF_PHP = "[01-May-2024 12:00:{0:02d} UTC] "
MESSAGES = [
    "one", "two {0}", "", "no price for plum in /srv/x.php:3", " ---> System.Exception: inner", "a <---",
    "first\nsecond", "first\n\n    at least three", "Unhandled exception. System.Exception: x", "grüße",
    "Exception in thread \"x\" a.B: c", "Caused by: nobody",
    "** (KeyError) inner", "an exception was raised:", "first\n   at Shop.Fake(String x)\nsecond",
    "2024-05-01 12:00:00 x", "Last message: 1", "Stack trace:",
]  # fmt: skip
DOTNET = [
    "{2}System.InvalidOperationException: {0}\n   at Shop.Store.Price(String sku) in /srv/Shop.cs:line 5\n"
    "   at Shop.Program.Main(String[] args)\n",
    "{2}Shop.OrderError: failed {1}\n ---> System.Exception: {0}\n   at Shop.Store.Price(String sku)\n"
    "   --- End of inner exception stack trace ---\n   at Shop.Program.Main(String[] args)\n",
    "{2}System.AggregateException: {0}\n ---> Shop.A: x\n ---> System.Exception: y\n   at Shop.F()\n"
    "   --- End of inner exception stack trace ---\n   --- End of inner exception stack trace ---\n"
    "   at Shop.G()\n ---> (Inner Exception #1) System.Exception: z\n   at Shop.H()<---\n",
    "{2}System.Exception: {0}\n   at Shop.F()\n--- End of stack trace from previous location ---\n   at Shop.G()\n",
    "{2}System.Exception (0x80004005): {0}\n   at Shop.F()\n",
]
ELIXIR = [
    "** (KeyError) {0}\n    (stdlib 4.2) maps.erl:1: :maps.get/2\n    shop.exs:5: Shop.price/2\n",
    "** (ArgumentError) {0}\n    shop.exs:5: Shop.price/{1}\nLast message: {1}\nState: %{{}}\n",
    "** (EXIT from #PID<0.{1}.0>) {0}\n    ** (KeyError) x\n        shop.exs:5: Shop.price/2\n",
    "** (FunctionClauseError) {0}\n    \n    The following arguments were given to Shop.f/1:\n    \n        # 1\n"
    "        {1}\n    \n    shop.exs:3: Shop.f/1\n",
    "** (stop) {0}\n    shop.exs:5: Shop.price/2\n",
]
PHP = [
    "PHP Fatal error:  Uncaught OutOfBounds: {0} in /srv/a.php:6\nStack trace:\n#0 /srv/a.php(5): f()\n#1 {{main}}\n"
    "  thrown in /srv/a.php on line 6\n",
    "PHP Fatal error:  Uncaught A: no sku in /srv/a.php:6\nStack trace:\n#0 {{main}}\n\nNext B: {0} in /srv/a.php:9\n"
    "Stack trace:\n#0 /srv/a.php(17): place()\n#1 {{main}}\n  thrown in /srv/a.php on line 9\n",
    "PHP Warning:  Undefined variable ${0} in /srv/a.php on line {1}\n",
    "PHP Fatal error:  Uncaught A in /srv/a.php:{1}\nStack trace:\n#0 {{main}}\n  thrown in /srv/a.php on line {1}\n",
]
RUBY = [
    "{0} (KeyError)\nshop.rb:3:in `fetch'\nshop.rb:9:in `<main>'\n",
    "shop.rb:3:in 'Integer#/': {0} (ZeroDivisionError)\n\tfrom shop.rb:9:in '<main>'\n",
]
KINDS = [DOTNET, DOTNET, ELIXIR, PHP, RUBY]


def occurrence(kind: Random, random: Random) -> str:
    """A log record with an error, of the kind that ``kind`` draws, as it is once."""
    number = random.randrange(50)
    usual, odd = kind.choice(MESSAGES[:2]), kind.choice(MESSAGES)
    message = (odd if random.random() < 0.15 else usual).format(number)
    unhandled = kind.choice(["", "", "Unhandled exception. "])
    shapes = kind.choice(KINDS)
    record = OF_PHP if shapes is PHP else kind.choice(RECORDS[:4] * 3 + RECORDS)
    return record.format(number, number * 7) + kind.choice(shapes[:1] * 2 + shapes).format(
        message, number, unhandled
    )


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    seeds = draw(st.lists(st.integers(0, 1 << 32), min_size=1, max_size=4))
    random = draw(st.randoms(use_true_random=False))
    lines = []
    for _ in range(draw(st.integers(3, 30))):
        text = occurrence(Random(random.choice(seeds)), random)
        lines += [(0, line) for line in text.removesuffix("\n").split("\n")]
    wrap = draw(st.sampled_from([plain, plain, plain, cri, docker, compose]))
    return wrap(lines).encode()[: None if draw(st.booleans()) else -draw(st.integers(1, 40))]


@settings(deadline=None, max_examples=150)
@given(logs(), st.sampled_from([{}, {"chunk": 64}, {"chunk": 1000}]))
def test_counting_is_reading(log: bytes, options: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.log")
        path.write_bytes(log)
        assert result(path, **options) == result(path, fast=False, engine="builtin", **options)
