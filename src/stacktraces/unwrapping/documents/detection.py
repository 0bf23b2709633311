"""Whether a stream is a document that holds records, told by its first bytes."""

from __future__ import annotations

import functools
from collections.abc import Callable

from ..._regex import regex
from ...carriers._keys import MESSAGE, TIME
from ...trace_lines import KnownTraceLines
from .item import Parser
from .json_records import RECORDS, JsonRecords
from .mail import ENCODED, Mails
from .newest_first import (
    OldestFirst,
    are_lines_newest_first,
    are_newest_first,
    ties_stand_in_order,
)
from .plain_lines import PlainLines
from .tables import TableRows, names_of
from .yaml_entries import YamlEntries, starts_entries

SAMPLE = 64 << 10
"""Bytes at the start of a stream by which it is told."""

_NAMES = b"|".join(name.encode() for name in (*MESSAGE, *TIME) if len(name) > 3)
_RECORD_KEY = regex(
    rb'(?i)"[^"\\]{0,40}(?:' + _NAMES.replace(b"payload", b"_?payload") + rb')"\s{0,64}:\s{0,64}["\d\[]'
)
# Loki's pairs of a time and a line, and CloudWatch Insights' fields.
_OF_A_STORE = regex(rb'"values"\s{0,64}:\s{0,64}\[\s{0,64}\[\s{0,64}"\d{13,19}"|"field"\s{0,64}:\s{0,64}"@')
_ARRAY = regex(rb'"(?:' + b"|".join(RECORDS) + rb')"\s{0,64}:\s{0,64}\[\s{0,256}[\[{]')
_IN_EACH_LINE = (b'"logEvents"', b'"streams"')
_SNAPSHOT = regex(
    rb'"(?:frames|threadDump|threadContainers|exc_type|usedImages|stack)"\s{0,64}:\s{0,64}[\[{]'
)
_NOTEBOOK = regex(rb'"cell_type"\s{0,64}:\s{0,64}"')
_XML = regex(rb"\s{0,64}(?:\xef\xbb\xbf)?(?:<\?xml\s|<testsuites?[\s>])")
_HTML = regex(
    rb"(?i)\s{0,64}(?:\xef\xbb\xbf)?(?:<!doctype html|<!--|<(?:html|body|head|p|div|pre|h[1-6]|table)[\s>])"
)
_BLANK = b" \t\r\n\xef\xbb\xbf"


def parser_for(
    sample: bytes, known: KnownTraceLines, may_hold: Callable[[bytes], bool] = bool
) -> Parser | None:
    """What takes the records out of the document that starts with ``sample``; ``None`` where it is none.

    A log of lines is none, whatever they hold, unless they stand newest first. ``known`` are the lines of all
    runtimes' traces; ``may_hold`` tells of the lines of a whole log whether there may be a trace in them: else
    their order does not matter.
    """
    make = _parser_of(sample)
    is_whole = len(sample) < SAMPLE
    if make is None and ((is_whole and not may_hold(sample)) or not are_lines_newest_first(sample)):
        return None
    records = [item.text for item in (make or PlainLines)().feed(sample, final=False)]
    if make is not None and not are_newest_first(records):
        return make()
    return OldestFirst((make or PlainLines)(), ties_in_order=ties_stand_in_order(records, known))


def starts_document(sample: bytes) -> bool:
    """Whether ``sample`` starts what is no log of lines."""
    return _parser_of(sample) is not None


def _parser_of(sample: bytes) -> Callable[[], Parser] | None:
    start = sample[:256].lstrip(_BLANK)[:2]
    if start[:1] in (b"[", b"{"):
        return JsonRecords if _is_json_document(sample) else None
    # What few logs need takes long to import.
    if _XML.match(sample):
        from .xml_reports import XmlReport

        return XmlReport
    if _HTML.match(sample):
        from .html_page import HtmlPage

        return HtmlPage
    if b"-Encoding: " in sample and ENCODED.search(sample):
        return Mails
    if starts_entries(sample):
        return YamlEntries
    found = names_of(sample) if sample else None
    return functools.partial(TableRows, *found) if found is not None else None


def _is_json_document(sample: bytes) -> bool:
    text = sample.lstrip(_BLANK)
    first, _, rest = text.partition(b"\n")
    first = first.strip()
    if _NOTEBOOK.search(text):
        return True
    names_a_record = _RECORD_KEY.search(text) or _OF_A_STORE.search(text)
    if names_a_record is None or _SNAPSHOT.search(text[: 4 << 10]):
        return False
    if first[:1] == b"[":
        return first[1:].lstrip()[:1] in (b"", b"{", b"[") and text[1:].lstrip()[:1] in (b"{", b"[")
    if len(first) <= 1 or not first.endswith(b"}"):
        return first == b"{" or _ARRAY.search(text) is not None
    is_lines = rest.lstrip()[:1] == b"{"
    return any(each in first for each in _IN_EACH_LINE) or (not is_lines and _ARRAY.search(first) is not None)
