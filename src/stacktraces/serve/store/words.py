"""The words that issues are searched by: those of their types, messages, files and titles.

A word is a run of letters and digits, whatever their case. It is found by its beginning, and by that of each
of its parts: ``NullPointerException`` by ``null``, ``pointerex`` and ``exception``, ``worker42`` by ``42``.
Of scripts without spaces each character begins a part.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from ..._regex import regex

LONGEST = 40
"""Characters of a word that are kept."""
MOST = 8
"""Words that are looked for at a time."""
_MOST_PARTS = 30
"""Of one word."""
_WORD = regex(r"[^\W_]+")
_PART = regex(
    r"(?<=[a-z])(?=[A-Z])"  # fooBar
    r"|(?<=[A-Z])(?=[A-Z][a-z])"  # HTTPError
    r"|(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])"  # item42
    r"|(?=[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff])"
)


def words_of(texts: Iterable[str | None]) -> set[str]:
    """The words of ``texts``, and the rest of each from each of its parts on."""
    return {word for text in texts if text for word in _words_of(text)}


@functools.lru_cache(maxsize=2048)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_suffixes(text)))


def _suffixes(text: str) -> Iterator[str]:
    for found in _WORD.finditer(text):
        word = found.group()
        yield word[:LONGEST].casefold()
        for count, part in enumerate(_PART.finditer(word)):
            if count == _MOST_PARTS:
                break
            yield word[part.start() : part.start() + LONGEST].casefold()


def searched(text: str) -> list[str]:
    """How the words begin that somebody looks for with ``text``."""
    return list(dict.fromkeys(each[:LONGEST].casefold() for each in _WORD.findall(text)))[:MOST]
