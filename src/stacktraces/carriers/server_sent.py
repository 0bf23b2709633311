"""Server-sent events that hold JSON, as stores stream their records (``journalctl``'s gateway, LLM servers)."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "server-sent",
    "Server-sent events",
    "transport",
    rb"data: ?(?=\{\")",
    (Sample(b'data: {"level":"error","msg":"KeyError: 1"}', b'{"level":"error","msg":"KeyError: 1"}'),),
    near_misses=(b"data: KeyError: 1", b'data={"a":1}', b"data: {a}"),
    header=b"data:",
    ships_records=True,
)
