"""uvicorn's log: ``ERROR:    Exception in ASGI application``, the level padded."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "uvicorn",
    "uvicorn",
    "application",
    rb"(?P<level>TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL): {2,5}(?! )",
    (
        Sample(
            b"ERROR:    Exception in ASGI application",
            b"Exception in ASGI application",
            fields={"level": "ERROR"},
        ),
        Sample(b"WARNING:  slow", b"slow", fields={"level": "WARNING"}),
    ),
    near_misses=(b"ERROR: x", b"ValueError:    x", b"ERROR:root:x"),
    bare_continuation=True,
)
