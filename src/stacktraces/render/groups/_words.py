"""What several outputs say of a group."""

from __future__ import annotations

from ...model import Group, Judgement
from .. import plain
from . import Shown


def level(shown: Shown) -> str:
    """How grave a group is: ``error`` for new, regressed and unlabelled ones, ``note`` for what is known."""
    match shown.verdict:
        case "known" | "ignored":
            return "note"
        case "similar":
            return "warning"
        case _:
            return "error"


def title(shown: Shown) -> str:
    """The verdict and the type."""
    kind = shown.group.error.type or shown.group.format
    return f"{shown.verdict}: {kind}" if shown.verdict else kind


def count(group: Group) -> str:
    """``1 occurrence``, ``1,234 occurrences``."""
    return f"{group.count:,} {'occurrence' if group.count == 1 else 'occurrences'}"


def where(group: Group) -> str | None:
    """The frame to look at first, as printed."""
    frame = group.culprit or plain.innermost(group.error)
    return plain.place(frame) if frame is not None else None


def facts(group: Group, judgement: Judgement | None) -> list[str]:
    """Sentences on a group, the most important first; no line ends in them."""
    said = [f"{count(group)}{f', {span}' if (span := plain.span(group)) else ''}."]
    if (place := where(group)) is not None:
        said.append(f"At {place}.")
    if (root := plain.root_cause(group.error)) is not None:
        said.append(f"Root cause: {plain.headline(root)}.")
    if group.sources:
        said.append(f"First seen in {plain.source(group.sources[0])}.")
    if judgement is not None and judgement.reason:
        said.append(f"Why {judgement.verdict}: {judgement.reason}")
    return said


def stack(group: Group) -> str:
    """The stack with its causes, as lines."""
    return "\n".join(plain.error_lines(group.error, fold_related=True))
