"""Portions of what waits: all of it once, none too large, the same again after a crash."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stacktraces.serve.portions import portions
from stacktraces.serve.spool import Entry


def _entries(sizes: list[int]) -> list[Entry]:
    return [
        Entry(id=f"e{number}", project="shop", kind="text", received=0, content=b"x" * size)
        for number, size in enumerate(sizes)
    ]


def _read(entry: Entry) -> list[tuple[str, int]]:
    return [(entry.id, number) for number in range(len(entry.content))]


@given(st.lists(st.integers(0, 12)), st.integers(1, 5), st.data())
def test_portions_hold_all_once_and_are_known_again(sizes: list[int], most: int, data: st.DataObject) -> None:
    entries = _entries(sizes)
    found = list(portions(entries, _read, most))
    assert [each for portion, _ in found for each in portion] == [
        each for entry in entries for each in _read(entry)
    ]
    assert all(len(portion) <= most for portion, _ in found)
    names = [name for _, portion in found for name in portion]
    assert len(set(names)) == len(names)
    assert {name for name in names if "#" not in name} == {entry.id for entry in entries}
    parts = {names[0]: portion for portion, names in found if "#" in names[0]}
    left = entries[data.draw(st.integers(0, len(entries))) :]
    for portion, names in portions(left, _read, most):
        assert "#" not in names[0] or parts[names[0]] == portion
