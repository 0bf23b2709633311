"""The file format of speedscope (https://www.speedscope.app/file-format-schema.json): a profile a process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from ...model import Process, Snapshot
from .._safe import one_line
from ..report import encode
from . import Output, Shown
from ._words import function_name, label, process_name

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"

_Place: TypeAlias = tuple[str, str | None, int | None]


class _Profile(msgspec.Struct):
    name: str
    samples: list[list[int]] = []
    weights: list[int] = []


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """One document: the weight of a stack is the number of threads that were seen in it."""
    frames: dict[_Place, int] = {}
    profiles: dict[str, _Profile] = {}
    for snapshot in snapshots:
        for process in snapshot.processes:
            name = process_name(process, snapshot.host)
            _add(profiles.setdefault(name, _Profile(name)), process, frames)
    shared: list[dict[str, Any]] = []
    for name, file, line in frames:
        place: dict[str, Any] = {"file": one_line(file)} if file else {}
        if line is not None:
            place["line"] = line
        shared.append({"name": name, **place})
    document = {
        "$schema": _SCHEMA,
        "exporter": "stacktraces",
        "shared": {"frames": shared},
        "profiles": [_profile_object(each) for each in profiles.values()],
    }
    yield encode(document) + b"\n"


def _add(profile: _Profile, process: Process, frames: dict[_Place, int]) -> None:
    for group in process.groups:
        name = label(group)
        path: list[_Place] = [(name, None, None)] if name else []
        path += [(function_name(each), each.file, each.line) for each in reversed(group.frames)]
        profile.samples.append([frames.setdefault(place, len(frames)) for place in path])
        profile.weights.append(len(group.thread_ids))


def _profile_object(profile: _Profile) -> dict[str, Any]:
    return {
        "type": "sampled",
        "name": profile.name,
        "unit": "none",
        "startValue": 0,
        "endValue": sum(profile.weights),
        "samples": profile.samples,
        "weights": profile.weights,
    }


OUTPUT = Output(pieces, every_look=True)
