"""``python -m bench.serve [DATABASE]``: occurrences of known issues that a site takes in and stores a second.

A site runs in a process of its own; this process sends over loopback, a number of traces in each request.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import time
from pathlib import Path

from tests.serve_site import RunningSite, running_site

ISSUES = 200
OCCURRENCES = 20_000
TRACE = """\
Traceback (most recent call last):
  File "/srv/shop/module_{0}.py", line 3, in function_{0}
    return prices[name]
LookupError: no price of item {1}

"""


def send(site: RunningSite, total: int, in_one: int) -> float:
    """Occurrences a second, from the first request until all are stored."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    headers = {"Authorization": f"Bearer {site.write}"}
    start = time.perf_counter()
    for first in range(0, total, in_one):
        body = "".join(TRACE.format(each % ISSUES, each) for each in range(first, first + in_one))
        connection.request("POST", "/api/text", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise SystemExit(f"The site answers {answer.status}.")
    sent = time.perf_counter()
    site.settled()
    stored = time.perf_counter()
    print(f"{in_one:4} in a request: acknowledged {total / (sent - start):7,.0f} a second,", end=" ")
    print(f"stored {total / (stored - start):7,.0f} a second", flush=True)
    return total / (stored - start)


def main() -> None:
    """Tell the rates."""
    database = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder), database) as site:
        send(site, ISSUES, ISSUES)
        for in_one in (1, 100):
            send(site, OCCURRENCES // (1 if in_one > 1 else 10), in_one)


if __name__ == "__main__":
    main()
