"""Make the logs the benchmarks read: ordinary lines with real tracebacks in a share of the records.

The tracebacks are raised: functions with realistic paths, lines and names are compiled, called through
one another and formatted by the ``traceback`` module. Each distinct one is rendered once; a log is put
together from those pieces, each time with another message. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import itertools
import linecache
import os
import random
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

SHARES = {"sparse": 0.0005, "medium": 0.02, "dense": 0.9}
CARRIERS = ("plain", "cri", "docker", "vector")
_MARK = "QQMESSAGEQQ"
_START = 1_714_521_600  # 2024-05-01T00:00:00Z, in seconds
_BATCH = 4096

_FILES = [
    "/usr/lib/python3/site-packages/django/core/handlers/{}.py",
    "/usr/lib/python3/site-packages/sqlalchemy/engine/{}.py",
    "/usr/lib/python3/site-packages/rest_framework/{}.py",
    "/usr/lib/python3/site-packages/celery/app/{}.py",
    "/srv/shop/orders/{}.py",
    "/srv/shop/payments/gateways/{}.py",
    "/srv/shop/accounts/{}.py",
]
_MODULES = ["base", "views", "models", "tasks", "client", "services", "serializers", "utils"]
_VERBS = ["load", "save", "dispatch", "process", "resolve", "validate", "execute", "render", "fetch", "apply"]
_NOUNS = ["order", "request", "session", "invoice", "user", "cart", "query", "response", "event", "token"]
_MESSAGES = [
    "order {0} not found for user {1}",
    "invalid literal for int() with base 10: 'x{0}y{1}'",
    "connection to 10.0.{1}.7:{0} refused",
    "could not serialize access due to concurrent update of row {0} by {1}",
    "HTTP 502 from https://pay.example.net/v1/charges/{0}?attempt={1}",
]
_LINES = [
    b"INFO shop.access GET /api/v1/items/%d?page=%d 200 in 23 ms (user agent Mozilla/5.0)",
    b"INFO shop.orders order %d accepted, %d lines, queued for payment",
    b"DEBUG sqlalchemy.engine SELECT items.id, items.name FROM items WHERE items.id = %d LIMIT %d",
    b"WARNING shop.cache key items:%d expired %d s ago, reloading from the database",
    b"INFO celery.worker Task shop.tasks.refresh[%d] received, eta %d seconds",
]


class PaymentDeclined(Exception):
    """An application's own exception, to have a dotted name in the log."""


PaymentDeclined.__module__ = "shop.errors"
_TYPES = [ValueError, KeyError, RuntimeError, ConnectionError, LookupError, TimeoutError, PaymentDeclined]

_PASS_ON = """\
def {name}({subject}, chain):
    {result} = chain[0]({subject}, chain[1:])
    return {result}
"""
_RAISE = """\
def {name}({subject}, chain):
    raise {error}({subject})
"""
_RAISE_WHILE_HANDLING = """\
def {name}({subject}, chain):
    try:
        {result} = chain[0]({subject}, chain[1:])
    except Exception as error:
        raise {error}({subject}){cause}
"""

Link: TypeAlias = Callable[[str, list["Link"]], object]


def _functions(rng: random.Random, template: str, sources: dict[str, str]) -> list[Link]:
    """Compile some hundred functions, each of which calls the next one of a chain or raises."""
    made = []
    for pattern, module in itertools.product(_FILES, _MODULES):
        path = pattern.format(module)
        source = sources.get(path, "")
        names = []
        for verb in rng.sample(_VERBS, 6):
            subject, result = rng.sample(_NOUNS, 2)
            error = rng.choice(_TYPES).__name__
            cause = rng.choice(["", " from error"])
            name = f"{verb}_{subject}"
            source += "\n" * rng.randrange(3, 60)
            source += template.format(name=name, subject=subject, result=result, error=error, cause=cause)
            names.append(name)
        sources[path] = source
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
        scope: dict[str, Any] = {"PaymentDeclined": PaymentDeclined}
        exec(compile(source, path, "exec"), scope)
        made += [scope[name] for name in names]
    return made


def pieces(count: int, seed: int) -> list[list[bytes]]:
    """Raise ``count`` distinct tracebacks; give the text of each, split where its message stands."""
    rng = random.Random(seed)
    sources: dict[str, str] = {}
    links, raising, handling = (
        _functions(rng, template, sources) for template in (_PASS_ON, _RAISE, _RAISE_WHILE_HANDLING)
    )
    outer = [rng.sample(links, rng.randrange(3, 9)) for _ in range(20)]
    distinct: dict[str, None] = {}
    while len(distinct) < count:
        chain = [*rng.choice(outer), *rng.sample(links, rng.randrange(1, 12))]
        if rng.random() < 0.1:
            chain += [rng.choice(handling), *rng.sample(links, rng.randrange(1, 4))]
        chain.append(rng.choice(raising))
        try:
            chain[0](_MARK, chain[1:])
        except tuple(_TYPES) as error:
            ours = error.__traceback__
            text = traceback.format_exception(error.with_traceback(ours.tb_next if ours else None))
            distinct["".join(text)] = None
    return [text.encode().split(_MARK.encode()) for text in distinct]


def _stamps(rng: random.Random) -> Iterator[tuple[bytes, int]]:
    """The time of each record: ``2024-05-01 12:00:00`` and the milliseconds."""
    for second in itertools.count(_START):
        days, rest = divmod(second - _START, 86400)
        text = b"2024-05-%02d %02d:%02d:%02d" % (1 + days % 31, rest // 3600, rest // 60 % 60, rest % 60)
        for millisecond in sorted(rng.sample(range(1000), 40)):
            yield text, millisecond


def records(share: float, distinct: int, seed: int) -> Iterator[bytes]:
    """Endless records of a log in the shape of stdlib logging; a ``share`` of them bears a traceback."""
    rng = random.Random(seed)
    texts = pieces(distinct, seed)
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(distinct)))
    messages = [text.encode().replace(b"{0}", b"%d").replace(b"{1}", b"%d") for text in _MESSAGES]
    stamps = _stamps(rng)
    number = 0
    while True:
        chosen = iter(rng.choices(texts, cum_weights=weights, k=_BATCH))
        kinds = rng.choices((True, False), (share, 1 - share), k=_BATCH)
        for has_trace, (stamp, millisecond) in zip(kinds, stamps, strict=False):
            number += 1
            if has_trace:
                message = messages[number % 5] % (number, number % 97)
                yield b"%b,%03d ERROR shop.web Unhandled error in request %d\n%b" % (
                    stamp, millisecond, number, message.join(next(chosen)),
                )  # fmt: skip
            else:
                line = _LINES[number % 5] % (number, number % 97)
                yield b"%b,%03d %b\n" % (stamp, millisecond, line)


def in_cri(lines: list[bytes], first: int) -> bytes:
    """Wrap lines the way a Kubernetes node writes them, each with a time of its own."""
    return b"".join([
        b"2024-05-%02dT%02d:%02d:%02d.%09dZ stderr F %b\n"
        % (1 + n // 172_800_000 % 31, n // 7_200_000 % 24, n // 120_000 % 60, n // 2000 % 60,
           n * 7919 % 1_000_000_000, line)
        for n, line in enumerate(lines, first)
    ])  # fmt: skip


def in_docker(lines: list[bytes], first: int) -> bytes:
    """Wrap lines the way docker's json-file driver writes them."""
    return b"".join([
        b'{"log":"%b\\n","stream":"stderr","time":"2024-05-%02dT%02d:%02d:%02d.%09dZ"}\n'
        % (line.replace(b"\\", b"\\\\").replace(b'"', b'\\"'), 1 + n // 172_800_000 % 31,
           n // 7_200_000 % 24, n // 120_000 % 60, n // 2000 % 60, n * 7919 % 1_000_000_000)
        for n, line in enumerate(lines, first)
    ])  # fmt: skip


def in_vector(lines: list[bytes], first: int) -> bytes:
    """Make a JSON record of each line, as Vector's file source and JSON codec do."""
    return b"".join([
        b'{"file":"/var/log/shop.log","host":"web-1","message":"%b","source_type":"file",'
        b'"timestamp":"2024-05-%02dT%02d:%02d:%02d.%09dZ"}\n'
        % (line.replace(b"\\", b"\\\\").replace(b'"', b'\\"'), 1 + n // 172_800_000 % 31,
           n // 7_200_000 % 24, n // 120_000 % 60, n // 2000 % 60, n * 7919 % 1_000_000_000)
        for n, line in enumerate(lines, first)
    ])  # fmt: skip


def write(
    path: Path, *, size: int, share: float, carrier: str = "plain", distinct: int = 2000, seed: int = 1
) -> None:
    """Write a log of about ``size`` bytes to ``path``, whole records only."""
    wrap = {"plain": None, "cri": in_cri, "docker": in_docker, "vector": in_vector}[carrier]
    source = records(share, distinct, seed)
    written = lines_written = 0
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        while written < size:
            block = b"".join(itertools.islice(source, min(_BATCH, 1 + (size - written) // 2500)))
            if wrap is not None:
                lines = block.split(b"\n")[:-1]
                block = wrap(lines, lines_written)
                lines_written += len(lines)
            written += file.write(block)
    partial.rename(path)


def cached(kind: str, carrier: str = "plain", size: int = 1_000_000_000, seed: int = 1) -> Path:
    """The path of a log of that kind, made now if the cache folder (``BENCH_LOGS``) has none."""
    folder = Path(os.environ.get("BENCH_LOGS") or Path(tempfile.gettempdir()) / "stacktraces-bench")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}-{carrier}-{size}-{seed}.log"
    if not path.exists():
        distinct = {"sparse": 500, "medium": 2000, "dense": 5000}[kind]
        write(path, size=size, share=SHARES[kind], carrier=carrier, distinct=distinct, seed=seed)
    return path


def main() -> None:
    """Make the logs and print their paths."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000_000, help="bytes of each log")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=SHARES, action="append")
    parser.add_argument("--carrier", choices=CARRIERS, action="append")
    options = parser.parse_args()
    for kind, carrier in itertools.product(options.kind or SHARES, options.carrier or CARRIERS):
        print(cached(kind, carrier, options.size, options.seed))


if __name__ == "__main__":
    main()
