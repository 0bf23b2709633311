"""What the data says of itself."""

from __future__ import annotations

import pytest

from stacktraces.model import Error


@pytest.mark.parametrize(
    ("kind", "message", "headline"),
    [
        ("KeyError", "'x'\nand more", "KeyError: 'x'"),
        ("KeyError", None, "KeyError"),
        (None, "it broke", "it broke"),
        (None, None, ""),
        ("Kernel BUG", "Kernel BUG at mm/slab.c:12", "Kernel BUG at mm/slab.c:12"),
        ("Error", "Error: listen", "Error: listen"),
        ("panic", "panicked", "panic: panicked"),
        ("java.lang.Error", "java.lang.Error.Kind", "java.lang.Error: java.lang.Error.Kind"),
    ],
)
def test_a_headline_says_nothing_twice(kind: str | None, message: str | None, headline: str) -> None:
    assert Error(kind, message).headline == headline
