"""No text steers what shows it, whichever field it comes in and whichever output it goes to."""

from __future__ import annotations

import itertools
import json
import tomllib
from html.parser import HTMLParser

import pytest

from stacktraces import collect
from stacktraces.model import Frame, Snapshot
from stacktraces.render._safe import Medium, one_line, printable, safe, safe_json
from stacktraces.render.snapshots import Shown, find, names
from tests.attacks import ATTACK, ATTACKS, HIDDEN, LINES, MARKUP, filled, raw


def test_the_attacks_are_whole() -> None:
    assert raw(ATTACK) is not None
    assert raw("x\ty\n") is None
    assert {
        frame for frame in Frame.__struct_fields__ if getattr(filled(Frame, ATTACK), frame) is not None
    } == set(Frame.__struct_fields__)


@pytest.mark.parametrize("medium", ["text", "line", "html"])
def test_what_is_hidden_is_told_apart(medium: Medium) -> None:
    escaped = {safe(character, medium) for character in HIDDEN}
    assert len(escaped) == len(HIDDEN)
    assert raw("".join(escaped)) is None
    assert all(each.startswith("\\") for each in escaped)


@pytest.mark.parametrize(
    "text", ["", "plain", "größer 漢字 🙂", "a\u00a0b", "\u0645\u0631\u062d\u0628\u0627"]
)
def test_what_people_write_stays(text: str) -> None:
    assert printable(text) == one_line(text) == text


def test_the_collector_hides_the_same() -> None:
    for character in HIDDEN - {chr(each) for each in range(0xD800, 0xE000)}:
        assert collect.one_line(f"a{character}b") == one_line(f"a{character}b")
    assert collect.one_line("größer 漢字\n") == "größer 漢字\\x0a"


def test_line_ends_stay_in_text_and_nowhere_else() -> None:
    assert printable("a\tb\nc\r\n") == "a\tb\nc\\x0d\n"
    assert one_line("a\tb\nc\r\n") == "a\\tb\\nc\\x0d\\n"
    assert safe("<a\n&'\">", "html") == "&lt;a\\n&amp;&#x27;&quot;&gt;"


def test_documents_mean_the_same() -> None:
    text = "".join(HIDDEN - {chr(each) for each in range(0xD800, 0xE000)}) + MARKUP
    document = safe_json(json.dumps({"key": text}, ensure_ascii=False, indent=2).encode()).decode()
    assert json.loads(document) == {"key": text}
    assert raw(document) is None
    inside = "".join(
        f"\\u{ord(each):04x}" if ord(each) < 0x20 else each for each in text.replace("\\", "\\\\")
    )
    document = safe('key = "' + inside.replace('"', '\\"') + '"\n', "toml")
    assert tomllib.loads(document) == {"key": text}
    assert raw(document) is None


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attributes}


@pytest.mark.parametrize("text", [ATTACK, LINES, *ATTACKS, "\ud800"])
@pytest.mark.parametrize("name", names())
def test_no_field_of_a_snapshot_steers_an_output(name: str, text: str) -> None:
    snapshot = filled(Snapshot, text)
    for level, values, width, color in itertools.product(range(5), (False, True), (None, 40), (False, True)):
        shown = Shown(level=level, values=values, width=width, color=color)
        said = b"".join(find(name).pieces([snapshot], shown)).decode()
        assert raw(said, colored=color) is None, raw(said, colored=color)
        if name in ("json", "speedscope"):
            json.loads(said)
        if name == "html":
            page = _Page(said)
            assert page.tags.count("script") == 1
            assert "img" not in page.tags
            assert not any(each.startswith("on") for each in page.attributes)
