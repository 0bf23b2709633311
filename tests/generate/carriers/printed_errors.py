"""Carriers that print an exception in an order of their own, made from a truth's error."""

from __future__ import annotations

import json
from typing import Any

from tests.generate.carriers import Units, Writer, structured

Error = dict[str, Any]


def listed(error: Error) -> list[str]:
    """Frames as ``traceback.format_list`` gives them, outermost first."""
    listing = []
    for frame in reversed(error["frames"]):
        place = '  File "{file}", line {line}, in {function}\n'.format(**frame)
        listing.append(place + (f"    {frame['source']}\n" if frame["source"] else ""))
    return listing


def single(error: Error) -> bool:
    return bool(error["frames"]) and not (error["cause"] or error["children"] or error["notes"])


@structured(whole=True, takes=single)
def lambda_text(error: Error, writer: Writer) -> Units:
    """One line, its parts divided by CR, its indentation made of no-break spaces. Chains are not printed."""
    lines = f"[ERROR] {error['type']}: {error['message'] or ''}".split("\n")
    lines += ["Traceback (most recent call last):", *"".join(listed(error)).removesuffix("\n").split("\n")]
    padded = []
    for line in lines:
        text = line.lstrip(" ")
        padded.append("\u00a0" * (len(line) - len(text)) + text)
    return ["\r".join(padded).encode() + b"\n"]


@structured(whole=True, takes=single)
def lambda_json(error: Error, writer: Writer) -> Units:
    record = {
        "errorMessage": error["message"] or "",
        "errorType": error["type"],
        "requestId": "8f5a7e0c-1111-4222-8333-123456789abc",
        "stackTrace": listed(error),
    }
    return [json.dumps(record).encode() + b"\n"]


def structlog_exception(error: Error, is_cause: bool) -> Error:
    """One entry of the list. The type is given as the truth has it; structlog itself leaves the module out."""
    frames = [
        {"filename": frame["file"], "lineno": frame["line"], "name": frame["function"], "locals": None}
        for frame in reversed(error["frames"])
    ]
    syntax = error.get("syntax") and {
        "offset": 1,
        "filename": error["syntax"]["file"],
        "line": (error["syntax"]["text"] or "") + "\n",
        "lineno": error["syntax"]["line"],
        "msg": error["message"],
    }
    return {
        "exc_type": error["type"],
        "exc_value": error["message"] or "",
        "exc_notes": error["notes"],
        "syntax_error": syntax,
        "is_cause": is_cause,
        "frames": frames,
        "is_group": bool(error["children"]),
        "exceptions": [structlog_chain(child) for child in error["children"]],
    }


def structlog_chain(error: Error) -> list[Error]:
    """The escaping exception first, then what it came from."""
    chain = []
    link: Error | None = error
    is_cause = False
    while link:
        chain.append(structlog_exception(link, is_cause))
        is_cause, link = link["cause_kind"] == "cause", link["cause"]
    return chain


@structured(carries=("level", "message"), precision="microsecond", whole=True)
def structlog_dicts(error: Error, writer: Writer) -> Units:
    record = {
        "event": writer.message,
        "level": writer.level.lower(),
        "timestamp": writer.printed("%Y-%m-%dT%H:%M:%S.%fZ"),
        "exception": structlog_chain(error),
    }
    return [json.dumps(record).encode() + b"\n"]
