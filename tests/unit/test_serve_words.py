"""Which words issues are searched by."""

from __future__ import annotations

import pytest

from stacktraces.serve.store.words import LONGEST, MOST, searched, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no price of item 42", {"no", "price", "of", "item", "42"}),
        ("NullPointerException", {"nullpointerexception", "pointerexception", "exception"}),
        ("HTTPError", {"httperror", "error"}),
        ("/srv/shop/cart_items.py", {"srv", "shop", "cart", "items", "py"}),
        ("worker42b", {"worker42b", "42b", "b"}),
        ("Straße CAFÉ", {"strasse", "café"}),
        ("注文", {"注文", "文"}),
        ("... !", set()),
    ],
)
def test_words(text: str, words: set[str]) -> None:
    assert words_of([None, text]) == words


def test_a_long_word_is_cut_and_has_few_parts() -> None:
    found = words_of(["aB" * 5000])
    assert len(found) < 40
    assert max(map(len, found)) == LONGEST


def test_what_is_looked_for_is_whole_words() -> None:
    assert searched("Cart_Items, cart 'PaymentErr'") == ["cart", "items", "paymenterr"]
    assert len(searched(" ".join(map(str, range(100))))) == MOST
    assert searched("%_'") == []
