"""Python's ``logging`` with its usual formats: time, logger and level in either order, then the message.

Only an event's first line bears the prefix, unless the program logs a trace line by line (OpenStack's
oslo.log does).
"""

from . import Sample
from ._prefix import LEVEL, TIME, prefix_carrier

_LOGGER = rb"(?P<logger>(?!(?:UTC|GMT)\b|\S{0,99}(?:Error|Exception)\b)[A-Za-z_][\w.$/-]{0,199})(?::\d{1,7})?"
_LEVEL = rb"(?:\[(?=[A-Za-z]{1,9}\]))?(?P<level>" + LEVEL + rb")\]?"
_AT = rb"\[?(?P<time>" + TIME + rb")\]?"

CARRIER = prefix_carrier(
    "python-logging",
    "Python logging",
    "application",
    (
        _AT + rb"(?P<_gap> - | )" + _LOGGER + rb"(?P=_gap)" + _LEVEL + rb" {0,8}(?P=_gap)",
        _AT + rb" " + _LEVEL + rb" {1,8}\[" + _LOGGER + rb"\]:? ",
        _AT + rb" " + _LEVEL + rb" {1,8}\((?P<thread>[^)\n]{1,99})\) \[" + _LOGGER + rb"\] ",
        _AT + rb"(?: -)? " + _LEVEL + rb"(?: -)? {1,8}(?:in )?" + _LOGGER + rb"(?:: | - )",
        # Odoo names the database before the logger.
        _AT
        + rb" (?P<pid>\d{1,10}) "
        + _LEVEL
        + rb" \S{1,99} (?P<logger>(?:odoo|openerp|werkzeug)\b[\w.]{0,199}): ",
        _AT + rb" (?P<pid>\d{1,10}) " + _LEVEL + rb" " + _LOGGER + rb"(?: \[(?:-|req-[^\]\n]{0,199})\])? ",
        _AT + rb" \[(?P<thread>[^\]\n]{1,99})\] " + _LEVEL + rb" {1,8}" + _LOGGER + rb"(?:: | - )",
        _AT + rb"(?: -)? (?:\{[^{}\n]{1,199}\} )?" + _LEVEL + rb"(?: -|:)? ",
    ),
    (
        Sample(
            b"2015-03-08 12:13:35,086 name WARNING msg",
            b"msg",
            "2015-03-08 12:13:35,086",
            {"logger": "name", "level": "WARNING"},
        ),
        Sample(
            b"2015-03-08 12:13:35,086 - shop.orders - ERROR - no price",
            b"no price",
            "2015-03-08 12:13:35,086",
            {"logger": "shop.orders", "level": "ERROR"},
        ),
        Sample(
            b"[2026-11-23 01:27:23,676] ERROR in app: Exception on /fail [GET]",
            b"Exception on /fail [GET]",
            "2026-11-23 01:27:23,676",
            {"logger": "app", "level": "ERROR"},
        ),
        Sample(
            b"2021-03-15 08:22:00.123 4354 ERROR oslo_messaging.rpc.server "
            b'  File "/srv/app/a.py", line 3, in f',
            b'  File "/srv/app/a.py", line 3, in f',
            "2021-03-15 08:22:00.123",
            {"pid": "4354", "level": "ERROR", "logger": "oslo_messaging.rpc.server"},
        ),
        Sample(
            b"2031-05-01 12:00:00,123 812 ERROR prod odoo.http: Exception during JSON request handling.",
            b"Exception during JSON request handling.",
            "2031-05-01 12:00:00,123",
            {"pid": "812", "level": "ERROR", "logger": "odoo.http"},
        ),
        Sample(
            b"2015-03-08 12:13:35,086 [MainThread] ERROR shop.api - msg",
            b"msg",
            "2015-03-08 12:13:35,086",
            {"thread": "MainThread", "level": "ERROR", "logger": "shop.api"},
        ),
        Sample(
            b"[2026-03-01T12:00:00.003+0000] {taskinstance.py:1851} ERROR - Task failed",
            b"Task failed",
            "2026-03-01T12:00:00.003+0000",
            {"level": "ERROR"},
        ),
        Sample(
            b"[2026-03-01, 12:00:00 UTC] {taskinstance.py:1824} ERROR - Task failed with exception",
            b"Task failed with exception",
            "2026-03-01, 12:00:00 UTC",
            {"level": "ERROR"},
        ),
        Sample(
            b"2031-07-09 16:35:13.120 ERROR (MainThread) [homeassistant.setup] Error doing job",
            b"Error doing job",
            "2031-07-09 16:35:13.120",
            {"thread": "MainThread", "level": "ERROR", "logger": "homeassistant.setup"},
        ),
        Sample(b"2015-03-08 12:13:35,086 ERROR msg", b"msg", "2015-03-08 12:13:35,086", {"level": "ERROR"}),
    ),
    near_misses=(b"2015-03-08 12:13:35,086 free text", b"WARNING 2015-03-08", b"2015-03-08 WARNING x"),
    bare_continuation=True,
)
