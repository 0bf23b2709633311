"""``logging.basicConfig()`` without a format: ``ERROR:root:message``."""

from . import Sample
from ._prefix import prefix_carrier

CARRIER = prefix_carrier(
    "logging-basic",
    "Python logging, basicConfig",
    "application",
    rb"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<logger>[A-Za-z_][\w.$/-]{0,199}):",
    (
        Sample(
            b"ERROR:root:no price for fig", b"no price for fig", fields={"level": "ERROR", "logger": "root"}
        ),
        Sample(b"INFO:shop.api:", b"", fields={"level": "INFO", "logger": "shop.api"}),
    ),
    near_misses=(b"ERROR: root: x", b"ValueError:root:x", b"ERROR:2:x"),
    bare_continuation=True,
)
