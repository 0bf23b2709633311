"""Ruby's Logger, Sidekiq's and SemanticLogger: level, time and process before a record's first line."""

from . import Sample
from ._prefix import TIME, prefix_carrier

_LEVELS = rb"(?P<level>DEBUG|INFO|WARN|ERROR|FATAL|ANY)"
_LETTER = rb"(?P<level>[TDIWEF])"

CARRIER = prefix_carrier(
    "ruby-logger",
    "Ruby's Logger",
    "application",
    (
        rb"[DIWEFA], \[(?P<time>" + TIME + rb") #(?P<pid>\d{1,10})\] {1,3}" + _LEVELS
        + rb" -- (?P<logger>[\w.-]{1,60})?[^:\n]{0,60}: ?",
        rb"(?P<time>" + TIME + rb") (?:pid=)?(?P<pid>\d{1,10}) (?P<thread>(?:tid=|TID-)\w{1,20}) [^:{\n]{0,300}?"
        + _LEVELS + rb": ",
        rb"(?P<time>" + TIME + rb") " + _LETTER
        + rb" \[(?P<pid>\d{1,10}):(?P<thread>[^\]\n]{1,100}?)(?: [\w.-]{1,60}:\d{1,6})?\] "
        rb"(?:[\[{(][^\]})\n]{1,200}[\]})] ){0,4}(?P<logger>[A-Z][\w:]{0,100}) -- ",
    ),
    (
        Sample(
            b"E, [2026-03-01T12:00:00.003123 #77] ERROR -- shop: no price (KeyError)",
            b"no price (KeyError)",
            "2026-03-01T12:00:00.003123",
            {"pid": "77", "level": "ERROR", "logger": "shop"},
        ),
        Sample(
            b"I, [2026-03-01T12:00:00.003123 #77]  INFO -- : started",
            b"started",
            "2026-03-01T12:00:00.003123",
            {"pid": "77", "level": "INFO"},
        ),
        Sample(
            b"2026-03-01T12:00:00.003Z pid=4 tid=gq5x class=Order jid=5b elapsed=5.01 WARN: KeyError: no price",
            b"KeyError: no price",
            "2026-03-01T12:00:00.003Z",
            {"pid": "4", "thread": "tid=gq5x", "level": "WARN"},
        ),
        Sample(
            b"2026-03-01T12:00:00.003Z 4 TID-gq5x8 Order JID-5b INFO: start",
            b"start",
            "2026-03-01T12:00:00.003Z",
            {"pid": "4", "thread": "TID-gq5x8", "level": "INFO"},
        ),
        Sample(
            b"2026-03-01 12:00:00.003123 E [77:puma 001 x.rb:3] (3.1ms) Shop::Orders -- Failed",
            b"Failed",
            "2026-03-01 12:00:00.003123",
            {"pid": "77", "thread": "puma 001", "level": "E", "logger": "Shop::Orders"},
        ),
    ),
    near_misses=(b"E, [2026-03-01T12:00:00.003123 77] ERROR -- : x", b"2026-03-01T12:00:00.003Z 4 x INFO: y"),
    bare_continuation=True,
)  # fmt: skip
