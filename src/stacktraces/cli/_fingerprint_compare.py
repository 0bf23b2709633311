"""``stacktraces fingerprint --explain A B``: why two errors are one bug, or two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ..errors import UnknownFormatError
from ..model import Snapshot, Trace
from ..render._safe import one_line
from ._json import echo_document

if TYPE_CHECKING:
    from ..signatures.comparison import Comparison

SCHEMA_VERSION = 1
_ANSWERS = {"known": "one bug", "unsure": "not sure", "new": "two bugs"}
_SIDES = {"both": "in both", "first": "second only", "second": "first only"}
_TITLES = {
    "alignment": "share of the frames' weight that agrees",
    "matched": "weight that agrees",
    "rarest": "the rarest frame that agrees",
    "addresses": "places in the code",
    "log_age": "when it was last seen (not known)",
    "fingerprint": "same fingerprint",
    "fingerprint_differs": "another fingerprint",
    "nested": "the place of one is a caller in the other",
    "raised_differs": "only one process ended itself",
    "type_differs": "another type of error",
    "causes_differ": "other types of causes",
    "message_agrees": "same message",
    "message_differs": "another message",
}


def show(first: str, second: str, output: str, max_bytes: int) -> int:
    """Compare the first error in each of two files, and write why they are one or two."""
    from ..signatures.comparison import compare

    one, two = _first(first, max_bytes), _first(second, max_bytes)
    found = compare(one.error, one.runtime, two.error, two.runtime)
    if output == "json":
        _show_json(found)
    else:
        click.echo("\n".join(map(one_line, _lines(found))))
    return 0


def _first(path: str, max_bytes: int) -> Trace:
    from ..parsing import parse_each
    from ..signatures.fatal import fatal_traces
    from ..sources.whole import read_whole

    for each in parse_each(read_whole(path, max_bytes)):
        traces = fatal_traces(each) if isinstance(each, Snapshot) else iter([each])
        for trace in traces:
            return trace
    raise UnknownFormatError(f"{path} holds no error and no crashed thread.")


def _lines(found: Comparison) -> Iterator[str]:
    yield f"{_ANSWERS[found.label]}, probability of one {found.probability:.2f}"
    yield f"  first   {found.first.fingerprint}  {found.first.part.type or 'a stack without an error'}"
    yield f"  second  {found.second.fingerprint}  {found.second.part.type or 'a stack without an error'}"
    if found.evidence is None:
        yield "  nothing is alike"
        return
    if found.evidence.message is False:
        yield f"  the message of the first: {found.messages[0]}"
        yield f"  the message of the second: {found.messages[1]}"
    score = 0.0
    for name, value in found.contributions.items():
        if name != "new":
            score += value
            yield f"  {value:+6.2f}  {_TITLES[name]}"
    yield f"  {score:+6.2f}  score of one; {found.contributions['new']:+.2f} that of two"
    for frame in found.frames:
        yield f"  {frame.weight:6.0%}  {_SIDES[frame.side]:<12}  {frame.token}"


def _show_json(found: Comparison) -> None:
    record = {
        "schema_version": SCHEMA_VERSION,
        "answer": {"known": "one", "unsure": "unsure", "new": "two"}[found.label],
        "probability": found.probability,
        "fingerprints": [found.first.fingerprint, found.second.fingerprint],
        "messages": list(found.messages),
        "contributions": found.contributions,
        "frames": [
            {"token": each.token, "in": _SIDES[each.side], "weight": each.weight, "agreement": each.agreement}
            for each in found.frames
        ],
    }
    echo_document(record)
