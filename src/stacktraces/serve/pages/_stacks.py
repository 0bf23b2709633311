"""Errors as the templates show them: links of the chain, runs of frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...model import Error, Frame
from ...naming import own_frames

_DEEPEST = 20
_FOLDED_FROM = 3


def links(error: Error, runtime: str | None, depth: int = 0) -> list[dict[str, Any]]:
    """The error and its causes, the error itself first."""
    found: list[dict[str, Any]] = []
    heading = "Stack"
    for link in error.chain():
        printer = link.runtime or runtime
        children = link.children if depth < _DEEPEST else []
        found.append(
            {
                "heading": heading,
                "type": link.type,
                "message": link.message,
                "notes": link.notes,
                "runs": _runs(link.frames, printer),
                "related": [
                    {"title": each.title, "runs": _runs(each.frames, printer)} for each in link.related
                ],
                "children": [links(child, printer, depth + 1) for child in children],
            }
        )
        heading = "Caused by" if link.cause_kind == "cause" else "While handling"
    return found


def _runs(frames: Sequence[Frame], runtime: str | None) -> list[dict[str, Any]]:
    """Frames in runs of the user's own and of others; others are folded where the user's own stand beside."""
    own = own_frames(frames, runtime)
    found: list[dict[str, Any]] = []
    for frame, is_own in zip(frames, own, strict=True):
        if not found or found[-1]["own"] != is_own:
            found.append({"own": is_own, "frames": [], "folded": False})
        found[-1]["frames"].append(frame)
    for run in found:
        run["folded"] = not run["own"] and any(own) and len(run["frames"]) >= _FOLDED_FROM
    return found
