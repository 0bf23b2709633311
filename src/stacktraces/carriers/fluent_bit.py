"""Fluent Bit's stdout output: ``[0] tag: [[1793527200.031406242, {}], {"stream"=>"stderr", "log"=>"text"}]``.

The record is written like JSON with ``=>`` between key and value, and comes out as JSON: what it holds is for
another carrier to tell. Source: ``flb_pack_print`` and ``out_stdout`` of Fluent Bit.
"""

from __future__ import annotations

import re

from .._regex import regex
from . import Carrier, Record, Sample

_HEAD = regex(
    rb"\[\d{1,9}\] (?P<tag>[^\s\[\]{}]{1,400}): \[(?:\[(?P<time>\d{9,11}\.\d{1,9}), \{[^{}\n]{0,4096}\}\]"
    rb"|(?P<older>\d{9,11}\.\d{1,9})), (?=\{)"
)
_STRING = regex(rb'("(?:[^"\\]++|\\.)*+"?+)(=>)?', re.DOTALL)


def _with_colon(found: re.Match[bytes]) -> bytes:
    return found[1] + b":" if found[2] else found[1]


def _unwrap(line: bytes) -> Record | None:
    head = _HEAD.match(line)
    if head is None or not line.endswith(b"}]"):
        return None
    text = _STRING.sub(_with_colon, line[head.end() : -1])
    time = head["time"] or head["older"]
    return Record(text, time.decode(), {"process": head["tag"].decode("utf-8", "backslashreplace")})


CARRIER = Carrier(
    name="fluent-bit",
    title="Fluent Bit, stdout",
    layer="transport",
    unwrap=_unwrap,
    samples=(
        Sample(
            b'[7] kube.web: [[1793527200.031406242, {}], {"stream"=>"stderr", "log"=>"a \\"b\\"=>c"}]',
            b'{"stream":"stderr", "log":"a \\"b\\"=>c"}',
            "1793527200.031406242",
            {"process": "kube.web"},
        ),
        Sample(
            b'[0] app: [1675181060.031406242, {"log"=>"KeyError: 1"}]',
            b'{"log":"KeyError: 1"}',
            "1675181060.031406242",
            {"process": "app"},
        ),
    ),
    header=b"=>",
    ships_records=True,
    near_misses=(b'[0] app: {"log"=>"x"}', b"[0] a: [1, 2]", b'[0] app: [1675181060.03, {"log"=>"x"}'),
)
