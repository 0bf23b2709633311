"""Whatever happens to the bytes of a store, using it gives a result or a sentence, and so does its repair."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stacktraces.errors import StoreError
from stacktraces.known import damage, open_store
from tests.known_support import issue, put, sighting

PIECES = st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=8) | st.just(b"\xff" * 200))
EDGES = st.sampled_from([0, 16, 18, 24, 28, 40, 52, 56, 100, 105, 4096, 4104, 8192, 8200])
AT_EDGES = st.tuples(EDGES, st.binary(min_size=1, max_size=4))


@functools.cache
def sound() -> bytes:
    """The bytes of a store with some issues."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "known.db"
        with contextlib.closing(open_store(path, create=True)) as store:
            put(store, *(issue(f"2-{number:016x}", f"2-{number:016x}", f"b{number}") for number in range(40)))
            store.record([sighting("2-aa", 3, version="1.0", last_seen="2026-01-01T00:00:00Z")])
        return path.read_bytes()


def use(path: Path) -> None:
    """Read and change all of a store."""
    with contextlib.closing(open_store(path)) as store:
        issues = list(store.issues())
        store.find([each.id for each in issues])
        store.record([sighting("2-aa"), sighting("2-zz"), sighting("2-0000000000000001")])
        with store.edit() as edit:
            for each in issues[:3]:
                edit.remove(each.id)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES | AT_EDGES, min_size=1, max_size=6), st.none() | st.integers(0, 1 << 17))
def test_any_damage_ends_in_a_result_or_a_sentence(
    pieces: list[tuple[int, bytes]], length: int | None
) -> None:
    data = bytearray(sound())
    for place, piece in pieces:
        place %= len(data)
        data[place : place + len(piece)] = piece
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "known.db"
        path.write_bytes(data[:length])
        with contextlib.suppress(StoreError):
            use(path)
        path.write_bytes(data[:length])
        with contextlib.suppress(StoreError):
            if not damage.repair(path):
                assert damage.examine(path) == []
                use(path)
