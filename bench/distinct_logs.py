"""Logs in which no stack stands twice: each is a draw from a pool of frames, with a message of its own.

That is what the full log of a large program looks like to a reader that has not met it yet. The lines have
the shapes of real runs (Java 17, Go 1.22, Node 24, Ruby 3.1, PHP 8.2, .NET 6, Rust 1.95, Elixir 1.14,
Python 3.11). The same seed gives the same bytes.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import NamedTuple

_VERBS = ["load", "save", "dispatch", "process", "resolve", "validate", "execute", "render", "fetch", "apply"]
_NOUNS = ["Order", "Request", "Session", "Invoice", "User", "Cart", "Query", "Response", "Event", "Token"]
_PACKAGES = ["orders", "payments", "accounts", "catalog", "shipping", "search"]
_WORDS = ["refused", "expired", "twice", "is locked", "has no lines", "was declined", "in state SHIPPED"]
KINDS = {"frames": True, "line numbers": False}
"""Whether frames keep their line numbers: else each line of a stack is new, too."""
_FRAMES = 300
_START = 1_714_521_600  # 2024-05-01T00:00:00Z, in seconds


class Shape(NamedTuple):
    """How a stack of one runtime stands in a log. ``{a}`` to ``{n}`` are filled in, see ``_filled``."""

    head: str
    """The record and the first lines of the error."""
    frames: tuple[str, ...]
    """Lines of one frame, in some forms."""
    tail: str = ""
    first: int = 0
    """The number of the first frame."""


SHAPES = {
    "java": Shape(
        "{date},{ms} ERROR [http-nio-8080-exec-{n}] c.e.shop.web.ApiController - Request {id} failed\n"
        "java.lang.IllegalStateException: {noun} {id} {words}\n",
        (
            "\tat com.example.shop.{package}.{noun}Service.{verb}{noun}({noun}Service.java:{line})\n",
            "\tat org.springframework.{package}.{noun}Support.do{noun}({noun}Support.java:{line})"
            " ~[spring-core-5.3.20.jar:5.3.20]\n",
            "\tat java.base/java.util.{package}.{noun}.{verb}({noun}.java:{line})\n",
        ),
    ),
    "go": Shape(
        "{date} http: panic serving 10.0.3.{n}:{id}: {noun} {id} {words}\n"
        "goroutine {id} [running]:\n"
        "net/http.(*conn).serve.func1()\n\t/usr/lib/go/src/net/http/server.go:1959 +0xbb\n"
        "panic({{0x99dae0?, 0xc000{hex}?}})\n\t/usr/lib/go/src/runtime/panic.go:859 +0x125\n",
        (
            "example.com/shop/{package}.(*{noun}).{verb}(0xc000{hex})\n"
            "\t/srv/shop/{package}/{verb}.go:{line} +0x1d\n",
            "example.com/shop/{package}.{verb}{noun}(...)\n\t/srv/shop/{package}/{verb}.go:{line}\n",
            "net/{package}.{noun}.{verb}(0xc000{hex}, {{0x9dcf00?, 0xc000{hex}?}})\n"
            "\t/usr/lib/go/src/net/{package}/{verb}.go:{line} +0x6dc\n",
        ),
        "created by net/http.(*Server).Serve in goroutine 1\n"
        "\t/usr/lib/go/src/net/http/server.go:3604 +0x4fd\n",
    ),
    "node": Shape(
        "{iso} ERROR [request {id}] failed: TypeError: {noun} {id} {words}\n",
        (
            "    at {noun}Service.{verb} (/srv/shop/src/{package}/{noun}.js:{line}:{n})\n",
            "    at async {verb}{noun} (/srv/shop/node_modules/{package}/lib/{noun}.js:{line}:{n})\n",
            "    at /srv/shop/src/{package}/{verb}.js:{line}:{n}\n",
        ),
    ),
    "ruby": Shape(
        "E, [{iso} #4711] ERROR -- : request {id}: {noun} {id} {words} (RuntimeError)\n",
        (
            "/srv/shop/app/services/{package}/{noun}.rb:{line}:in `{verb}'\n",
            "/usr/lib/ruby/gems/3.1.0/gems/{package}-2.2/lib/{noun}.rb:{line}:in `block in {verb}'\n",
        ),
    ),
    "php": Shape(
        '[{date}] production.ERROR: {noun} {id} {words} {{"exception":"[object] (RuntimeException(code: 0):'
        " {noun} {id} {words} at /srv/shop/app/{package}/{noun}.php:{line})\n[stacktrace]\n",
        (
            "#{depth} /srv/shop/app/{package}/{noun}.php({line}): App\\{package}\\{noun}->{verb}()\n",
            "#{depth} /srv/shop/vendor/{package}/{noun}.php({line}): {package}\\{noun}::{verb}(Array, 'x')\n",
        ),
        '#{depth} {{main}}\n"}} \n',
    ),
    "dotnet": Shape(
        "{date}.{ms} +00:00 [ERR] Request {id} failed.\n"
        "System.InvalidOperationException: {noun} {id} {words}\n",
        (
            "   at Shop.{package}.{noun}Service.{verb}({noun} {package})"
            " in /src/{package}/{noun}.cs:line {line}\n",
            "   at Microsoft.AspNetCore.{package}.{noun}.<{verb}>g__Awaited|{n}_0({noun} x, Task task)\n",
        ),
    ),
    "rust": Shape(
        "{iso} INFO request {id}\n"
        "thread 'main' ({id}) panicked at src/{package}.rs:{line}:{n}:\n{noun} {id} {words}\n"
        "stack backtrace:\n"
        "   0: __rustc::rust_begin_unwind\n"
        "             at /rustc/59807616e1fa/library/std/src/panicking.rs:689:5\n",
        (
            "{depth:4}: shop::{package}::{noun}::{verb}\n"
            "             at /srv/shop/src/{package}.rs:{line}:{n}\n",
            "{depth:4}: <core::{package}::{noun}<I> as core::{verb}>::{verb}\n"
            "             at /rustc/59807616e1fa/library/{package}.rs:{line}:{n}\n",
        ),
        "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n",
        1,
    ),
    "elixir": Shape(
        "{date}.{ms} [error] GenServer #PID<0.{id}.0> terminating\n** (RuntimeError) {noun} {id} {words}\n",
        (
            "    (shop 0.1.0) lib/shop/{package}.ex:{line}: Shop.{noun}.{verb}/{arity}\n",
            "    (stdlib 4.2) {package}.erl:{line}: :{package}.{verb}/{arity}\n",
        ),
        "Last message: {{:place, {id}}}\nState: []\n\n",
    ),
    "python": Shape(
        "{date},{ms} ERROR shop.web Request {id} failed\nTraceback (most recent call last):\n",
        (
            '  File "/srv/shop/{package}/{verb}.py", line {line}, in {verb}\n    return {verb}({package})\n',
            '  File "/usr/lib/python3/site-packages/{package}/base.py", line {line}, in {verb}_{package}\n'
            "    {package} = self.{verb}({n})\n",
        ),
        "ValueError: {noun} {id} {words}\n",
    ),
}


def _filled(text: str, rng: random.Random, **given: object) -> str:
    return text.format(
        **{
            "noun": rng.choice(_NOUNS),
            "verb": rng.choice(_VERBS),
            "package": rng.choice(_PACKAGES),
            "words": rng.choice(_WORDS),
            "line": rng.randrange(5, 900),
            "n": rng.randrange(1, 90),
            "arity": rng.randrange(4),
            "hex": f"{rng.getrandbits(24):06x}",
            **given,
        }
    )


def records(runtime: str, kind: str, seed: int) -> Iterator[bytes]:
    """Endless records of a log of ``runtime``; each bears a stack."""
    rng, shape = random.Random(seed), SHAPES[runtime]
    pool = [_pooled(shape.frames[number % len(shape.frames)], rng, kind) for number in range(_FRAMES)]
    for number in itertools.count(1):
        seconds = _START + number // 40
        day, rest = divmod(seconds, 86400)
        clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
        ms = f"{number % 40 * 25:03}"
        date = f"2024-05-{1 + (day - _START // 86400) % 31:02}"
        slash = date.replace("-", "/") if runtime == "go" else date
        given = {"date": f"{slash} {clock}", "iso": f"{date}T{clock}.{ms}Z", "ms": ms, "id": number + 7}
        first, depth = shape.first, rng.randrange(8, 24)
        lines = (_filled(rng.choice(pool), rng, depth=at) for at in range(first, depth))
        head, tail = _filled(shape.head, rng, **given), _filled(shape.tail, rng, **given, depth=depth)
        yield (head + "".join(lines) + tail).encode()


def _pooled(template: str, rng: random.Random, kind: str) -> str:
    """A line of a frame, but for what varies in each stack."""
    kept = {"depth": "{depth}", "hex": "{hex}"}
    if not KINDS[kind]:
        kept["line"] = "{line}"
    frame = template.replace("{depth:4}", "{depth}").replace("{{", "{{{{").replace("}}", "}}}}")
    return _filled(frame, rng, **kept).replace(
        "{depth}", "{depth:4}" if "{depth:4}" in template else "{depth}"
    )
