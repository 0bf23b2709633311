"""SARIF 2.1.0 (OASIS, 2020): results with stacks, and our fingerprint as a partial fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from ...model import Error, Frame
from .. import plain
from ..report import encode
from . import Answer, Output, Shown
from ._words import facts, level

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_BASELINE = {
    "new": "new",
    "regressed": "new",
    "similar": "updated",
    "known": "unchanged",
    "ignored": "unchanged",
}
_ROOT = "SRCROOT"


def pieces(answer: Answer) -> Iterator[bytes]:
    """The document."""
    kinds = dict.fromkeys(_rule(each) for each in answer.shown)
    rules = [{"id": kind, "name": kind} for kind in kinds]
    places = {kind: number for number, kind in enumerate(kinds)}
    driver = {"name": "stacktraces", "version": answer.version, "rules": rules}
    yield b'{"$schema":"%s","version":"2.1.0","runs":[{"tool":{"driver":' % _SCHEMA.encode()
    yield encode(driver) + b'},"columnKind":"unicodeCodePoints","results":['
    for number, each in enumerate(answer.shown):
        yield (b",\n" if number else b"\n") + encode(_result(answer, each, places[_rule(each)]))
    yield b"\n]}]}\n"


def _rule(shown: Shown) -> str:
    return shown.group.error.type or shown.group.format


def _result(answer: Answer, shown: Shown, rule: int) -> dict[str, Any]:
    group = shown.group
    result: dict[str, Any] = {
        "ruleId": _rule(shown),
        "ruleIndex": rule,
        "level": level(shown),
        "message": {"text": "\n".join([plain.headline(group.error), *facts(group, shown.judgement)])},
        "occurrenceCount": max(1, group.count),
        "partialFingerprints": {_key(group.fingerprint): group.fingerprint},
        "stacks": _stacks(answer, group.error),
        "properties": {"firstSeen": group.first_seen, "lastSeen": group.last_seen, "runtime": group.runtime},
    }
    place = answer.place(group)
    if place is not None:
        result["locations"] = [{"physicalLocation": _physical(place.path, place.line)}]
    if shown.verdict is not None:
        result["baselineState"] = _BASELINE[shown.verdict]
    if shown.verdict == "ignored":
        result["suppressions"] = [{"kind": "external"}]
    return result


def _key(fingerprint: str) -> str:
    """Names the algorithm and its version, so that fingerprints of another version are not compared."""
    return f"stacktraces/v{fingerprint.partition('-')[0]}"


def _stacks(answer: Answer, error: Error) -> list[dict[str, Any]]:
    """The error's own stack and those of its causes; SARIF's frames stand innermost first too."""
    stacks = []
    for link in error.chain():
        frames = [_frame(answer, frame) for frame in link.frames]
        stacks.append({"message": {"text": plain.headline(link) or "stack"}, "frames": frames})
    return [each for each in stacks if each["frames"]]


def _frame(answer: Answer, frame: Frame) -> dict[str, Any]:
    location: dict[str, Any] = {}
    found = answer.locate(frame)
    if found is not None:
        location["physicalLocation"] = _physical(*found)
    elif frame.file is not None:
        location["message"] = {"text": plain.place(frame)}
    if frame.function:
        location["logicalLocations"] = [{"fullyQualifiedName": frame.function, "kind": "function"}]
    shown: dict[str, Any] = {"location": location} if location else {}
    if frame.module:
        shown["module"] = frame.module
    return shown


def _physical(path: str, line: int) -> dict[str, Any]:
    uri = quote(path.encode("utf-8", "surrogateescape"))
    return {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, "region": {"startLine": line}}


OUTPUT = Output(pieces)
