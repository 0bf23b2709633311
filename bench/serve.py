"""``python -m bench.serve [--bugsink VENV] [DATABASE]``: occurrences of known issues that a site takes in.

A site runs in a process of its own; this process sends over loopback: a number of traces in each request,
then events by Sentry's protocol, one in each request. With ``--bugsink`` a Bugsink that is installed in the
virtual environment VENV gets the same events afterwards.
"""

from __future__ import annotations

import functools
import http.client
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench import bugsink, processor, site_load
from tests.serve_site import RunningSite, running_site

OCCURRENCES = 20_000
CLIENTS = (1, 8, 50)
_EACH, _EACH_OF_BUGSINK = 200, 40
"""Events of a client."""
TRACE = """\
Traceback (most recent call last):
  File "/srv/shop/module_{0}.py", line 3, in function_{0}
    return prices[name]
LookupError: no price of item {1}

"""


class _Measured(NamedTuple):
    """What is measured, and how to know that it has stored all."""

    name: str
    processes: list[int]
    settle: Callable[[int], None]
    """Waits until so many more are stored than when this was made."""


def _text(site: RunningSite, total: int, in_one: int) -> float:
    """Send ``total`` traces, ``in_one`` in a request; gives the seconds until all were acknowledged."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    headers = {"Authorization": f"Bearer {site.write}"}
    start = time.perf_counter()
    for first in range(0, total, in_one):
        numbers = range(first, first + in_one)
        body = "".join(TRACE.format(each % site_load.ISSUES, each) for each in numbers)
        connection.request("POST", "/api/text", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise SystemExit(f"The site answers {answer.status}.")
    return time.perf_counter() - start


def _events(target: site_load.Target, total: int, clients: int) -> float:
    return site_load.send(target, clients, total).seconds


def _tell(measured: _Measured, what: str, total: int, send: Callable[[], float]) -> None:
    """Print how many of ``total`` a second ``send`` got acknowledged, and how many were stored."""
    before, start = processor.seconds(measured.processes), time.perf_counter()
    acknowledged = send()
    measured.settle(total)
    stored = time.perf_counter() - start
    used = processor.seconds(measured.processes) - before
    rates = f"acknowledged {total / acknowledged:6,.0f}, stored {total / stored:6,.0f} a second"
    print(
        f"{measured.name:9} {what:28} {rates}, {used / total * 1e6:6,.0f} µs of processor time each",
        flush=True,
    )


def _settle(site: RunningSite, _: int) -> None:
    while site.get("/health")["waiting"]:
        time.sleep(0.05)


def main() -> None:
    """Tell the rates."""
    arguments = sys.argv[1:]
    beside = Path(arguments[1]) if arguments[:1] == ["--bugsink"] else None
    database = next(iter(arguments[2:] if beside else arguments), None)
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder), database) as site:
        ours = _Measured("ours", [site.pid, *processor.server_of(database)], functools.partial(_settle, site))
        target = site_load.Target(site.port, site.write)
        _text(site, site_load.ISSUES, site_load.ISSUES)
        _events(target, site_load.ISSUES, 1)
        ours.settle(0)
        _tell(ours, "100 traces in a request", OCCURRENCES, lambda: _text(site, OCCURRENCES, 100))
        for clients in CLIENTS:
            total = _EACH * clients
            _tell(
                ours,
                f"{clients} clients, one by one",
                total,
                functools.partial(_events, target, total, clients),
            )
        print(f"Its process held at most {processor.most_memory(site.pid) >> 20} MiB.", flush=True)
    if beside is not None:
        with tempfile.TemporaryDirectory() as folder, bugsink.running(beside, Path(folder)) as other:
            theirs = _Measured("Bugsink", other.processes, other.settle)
            _events(other.target, site_load.ISSUES, 1)
            theirs.settle(site_load.ISSUES)
            for clients in CLIENTS:
                total = _EACH_OF_BUGSINK * clients
                send = functools.partial(_events, other.target, total, clients)
                _tell(theirs, f"{clients} clients, one by one", total, send)


if __name__ == "__main__":
    main()
