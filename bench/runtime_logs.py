"""Logs of Go, Node, Java, Ruby and Elixir as such programs write them, for the benchmarks.

The lines are put together from names, in the shapes of real runs (Go 1.27's ``net/http``, Node 24, Java 17
with logback, Ruby 3.1's Logger, Elixir 1.14); in each trace other numbers of goroutines, addresses, messages
and times stand. The same seed gives the same bytes.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

_VERBS = ["Load", "Save", "Dispatch", "Process", "Resolve", "Validate", "Execute", "Render", "Fetch", "Apply"]
_NOUNS = ["Order", "Request", "Session", "Invoice", "User", "Cart", "Query", "Response", "Event", "Token"]
_PACKAGES = ["orders", "payments", "accounts", "catalog", "shipping", "search"]
_BATCH = 4096
_START = 1_714_521_600  # 2024-05-01T00:00:00Z, in seconds


class Shape(NamedTuple):
    """How the programs of one runtime log."""

    trace: Callable[[random.Random], bytes]
    """One more stack: its text, with ``%d`` and ``%x`` where numbers vary."""
    record: bytes
    """The line before it, or its start, with ``%b`` for the time, ``%d`` for numbers."""
    lines: list[bytes]
    """Ordinary lines, the same way."""
    time: bytes
    """With ``%02d`` for day, hour, minute, second and ``%03d`` for the milliseconds."""


def _go(rng: random.Random) -> bytes:
    head = (
        b"runtime error: invalid memory address or nil pointer dereference",
        b"order %d not found",
        b"runtime error: index out of range [%d] with length 2",
        b"interface conversion: interface {} is string, not int",
    )
    text = b"%b\ngoroutine %%d [running]:\n" % rng.choice(head)
    text += b"net/http.(*conn).serve.func1()\n\t/usr/lib/go/src/net/http/server.go:1959 +0xbb\n"
    text += b"panic({0x99dae0?, 0x%x?})\n\t/usr/lib/go/src/runtime/panic.go:859 +0x125\n"
    for depth in range(rng.randrange(6, 18)):
        package, verb, noun = rng.choice(_PACKAGES), rng.choice(_VERBS), rng.choice(_NOUNS)
        method = rng.choice(["(*Store).", "Service.", "(*Client).", ""])
        arguments = rng.choice(["0x%x", "0x%x, {0x6d0207?, 0x0?}", "{0x%x?, 0x%x?, 0x48a712?}, 0x%x?", "..."])
        text += (
            f"example.com/shop/{package}.{method}{verb}{noun}({arguments})\n"
            f"\t/srv/shop/{package}/{noun.lower()}.go:{rng.randrange(10, 400)}"
            f"{'' if arguments == '...' else f' +{hex(rng.randrange(16, 900))}'}\n"
        ).encode()
        if depth == 4:
            text += b"net/http.HandlerFunc.ServeHTTP(0x%x?, {0x9dcf00?, 0x%x?}, 0x%x?)\n"
            text += b"\t/usr/lib/go/src/net/http/server.go:2358 +0x29\n"
    text += (
        b"net/http.(*conn).serve(0x%x, {0x9dd2e0, 0x%x})\n\t/usr/lib/go/src/net/http/server.go:2157 +0x6dc\n"
    )
    return text + (
        b"created by net/http.(*Server).Serve in goroutine %d\n"
        b"\t/usr/lib/go/src/net/http/server.go:3604 +0x4fd\n"
    )


def _node(rng: random.Random) -> bytes:
    head = (
        b"TypeError: Cannot read properties of undefined (reading 'amount')",
        b"OrderError: order %d failed for user %d",
        b"Error: connect ECONNREFUSED 10.0.0.7:%d",
        b"RangeError: Invalid array length",
        b"SyntaxError: Unexpected token < in JSON at position %d",
    )
    text = rng.choice(head) + b"\n"
    frames = rng.randrange(5, 9)
    for _ in range(frames):
        package, verb, noun = rng.choice(_PACKAGES), rng.choice(_VERBS).lower(), rng.choice(_NOUNS)
        name = rng.choice([f"{noun}Service.{verb}", f"async {verb}{noun}", f"Object.{verb}", f"new {noun}"])
        place = f"/srv/shop/src/{package}/{noun.lower()}.js:{rng.randrange(5, 400)}:{rng.randrange(5, 60)}"
        text += f"    at {name} ({place})\n".encode()
    router = "/srv/shop/node_modules/express/lib/router/layer.js"
    for name, place in (
        ("Layer.handle [as handle_request]", f"{router}:95:5"),
        ("process.processTicksAndRejections", "node:internal/process/task_queues:105:5"),
    ):
        text += f"    at {name} ({place})\n".encode()
    return text


def _java(rng: random.Random) -> bytes:
    def frames(count: int) -> bytes:
        lines = b""
        for _ in range(count):
            package, verb, noun = rng.choice(_PACKAGES), rng.choice(_VERBS).lower(), rng.choice(_NOUNS)
            kind = rng.choice(["Service", "Controller", "Repository", "Client"])
            method = rng.choice([f"{verb}{noun}", f"lambda${verb}${rng.randrange(9)}"])
            place = f"{noun}{kind}.java:{rng.randrange(20, 500)}"
            lines += f"\tat com.example.shop.{package}.{noun}{kind}.{method}({place})\n".encode()
        return lines

    head = (
        b"java.lang.IllegalStateException: order %d is in state SHIPPED",
        b'java.lang.NullPointerException: Cannot invoke "Order.getTotal()" because "order" is null',
        b"com.example.shop.OrderNotFoundException: no order %d of user %d",
        b"org.springframework.dao.DataIntegrityViolationException: could not execute statement; row %d",
    )
    text = rng.choice(head) + b"\n" + frames(rng.randrange(6, 14))
    servlet = ("javax.servlet.http.HttpServlet.service(HttpServlet.java:750)",)
    tomcat = ("org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:162)",)
    thread = ("java.base/java.lang.Thread.run(Thread.java:840)",)
    for line in (*servlet, *tomcat, *thread):
        text += f"\tat {line}\n".encode()
    if rng.random() < 0.5:
        text += b"Caused by: java.sql.SQLException: duplicate key %d for table orders\n"
        text += frames(rng.randrange(3, 8)) + b"\t... %d more\n" % rng.randrange(4, 30)
    return text


def _ruby(rng: random.Random) -> bytes:
    head = (
        b"order %d failed for user %d (RuntimeError)",
        b"undefined method `total' for nil:NilClass (NoMethodError)",
        b"Couldn't find Order with 'id'=%d (ActiveRecord::RecordNotFound)",
    )
    lines = []
    for _ in range(rng.randrange(6, 18)):
        verb, noun = rng.choice(_VERBS).lower(), rng.choice(_NOUNS).lower()
        folder = rng.choice(["models", "services", "controllers"])
        lines.append(f"/srv/shop/app/{folder}/{noun}.rb:{rng.randrange(5, 400)}:in `{verb}'\n".encode())
    return rng.choice(head) + b"\n" + b"".join(lines)


def _elixir(rng: random.Random) -> bytes:
    text = rng.choice((b"** (RuntimeError) order %d failed\n", b"** (KeyError) no sku for order %d\n"))
    for _ in range(rng.randrange(3, 8)):
        verb, noun = rng.choice(_VERBS).lower(), rng.choice(_NOUNS)
        place = f"lib/shop/{noun.lower()}.ex:{rng.randrange(5, 400)}"
        text += f"    (shop 0.1.0) {place}: Shop.{noun}.{verb}/{rng.randrange(4)}\n".encode()
    return text + (
        b"    (stdlib 4.2) gen_server.erl:1123: :gen_server.try_dispatch/4\n"
        b"    (stdlib 4.2) proc_lib.erl:240: :proc_lib.init_p_do_apply/3\n"
        b"Last message: {:place, %d}\nState: []\n\n"
    )


SHAPES = {
    "go": Shape(
        _go,
        b"%b http: panic serving 10.0.3.%d:%d: ",
        [
            b"%b GET /api/v1/items/%d?page=%d 200 in 23ms",
            b"%b orders: order %d accepted, %d lines, queued for payment",
            b"%b cache: key items:%d expired %ds ago, reloading from the database",
        ],
        b"2024/05/%02d %02d:%02d:%02d",
    ),
    "node": Shape(
        _node,
        b"%b ERROR [request %d] failed on attempt %d: ",
        [
            b"%b INFO GET /api/v1/items/%d?page=%d 200 23ms",
            b"%b INFO order %d accepted, %d lines, queued for payment",
            b"%b WARN cache key items:%d expired %ds ago, reloading from the database",
        ],
        b"2024-05-%02dT%02d:%02d:%02d.%03dZ",
    ),
    "java": Shape(
        _java,
        b"%b ERROR [http-nio-8080-exec-%d] c.e.shop.web.ApiController - Request %d failed\n",
        [
            b"%b INFO  [http-nio-8080-exec-%d] c.e.shop.web.AccessLog - GET /api/v1/items/%d 200 in 23 ms",
            b"%b INFO  [scheduling-%d] c.e.shop.orders.OrderService - order %d accepted, queued for payment",
            b"%b DEBUG [http-nio-8080-exec-%d] o.h.SQL - select i.id, i.name from items i where i.id=%d",
        ],
        b"2024-05-%02d %02d:%02d:%02d,%03d",
    ),
    "ruby": Shape(
        _ruby,
        b"E, [%b #4%d] ERROR -- : request %d: ",
        [b"I, [%b #4711]  INFO -- : GET /items/%d 200 in %d ms"],
        b"2024-05-%02dT%02d:%02d:%02d.%03d000",
    ),
    "elixir": Shape(
        _elixir,
        b"%b [error] GenServer #PID<0.%d.%d> terminating\n",
        [b"%b [info] GET /items/%d 200 in %d ms\n"],
        b"2024-05-%02d %02d:%02d:%02d.%03d",
    ),
}


def _times(shape: Shape, rng: random.Random) -> Iterator[bytes]:
    for second in itertools.count(_START):
        days, rest = divmod(second - _START, 86400)
        parts = (1 + days % 31, rest // 3600, rest // 60 % 60, rest % 60)
        for millisecond in sorted(rng.sample(range(1000), 40)):
            yield shape.time % (*parts, millisecond)[: shape.time.count(b"%")]


def _filled(text: bytes, kinds: str, number: int, rng: random.Random) -> bytes:
    """``text`` with other numbers and addresses in it than in any other."""
    values = (number + 7 if kind == "d" else 0xC000000000 + rng.getrandbits(28) * 8 for kind in kinds)
    return text % tuple(values)


def records(runtime: str, share: float, distinct: int, seed: int) -> Iterator[bytes]:
    """Endless records of a log of ``runtime``; a ``share`` of them bears a stack."""
    rng, shape = random.Random(seed), SHAPES[runtime]
    texts: dict[bytes, str] = {}
    while len(texts) < distinct:
        text = shape.trace(rng)
        texts[text] = "".join(part[:1].decode() for part in text.split(b"%")[1:])
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(distinct)))
    times = _times(shape, rng)
    number = 0
    while True:
        chosen = iter(rng.choices(list(texts.items()), cum_weights=weights, k=_BATCH))
        kinds = rng.choices((True, False), (share, 1 - share), k=_BATCH)
        for has_trace, time in zip(kinds, times, strict=False):
            number += 1
            if has_trace:
                text, holes = next(chosen)
                yield shape.record % (time, number % 250, number) + _filled(text, holes, number, rng)
            else:
                yield shape.lines[number % len(shape.lines)] % (time, number, number % 97) + b"\n"
