"""Manual pages and the picture of the README show what the commands really say."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import need
from tools.manuals import FOLDER, pages
from tools.picture import PICTURE, answer, svg


def test_pages_are_those_of_the_commands() -> None:
    assert {path.name: path.read_text() for path in FOLDER.glob("*.1")} == pages(), "make reference"


@pytest.mark.live
@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.1")))
def test_they_are_formatted_without_a_warning(name: str) -> None:
    command = [need("groff"), "-man", "-ww", "-z", "-Tutf8", str(FOLDER / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_a_page_holds_what_help_says() -> None:
    page = (FOLDER / "stacktraces-log.1").read_text()
    for part in (
        ".SH NAME",
        ".B \\-\\-known FILE_OR_URL",
        "Exit status: 0, 1 when",
        ".SH NOTES\nRead are errors of",
    ):
        assert part in page.replace("\\-k, \\-\\-known", "\\-\\-known")


def words(picture: str) -> list[str]:
    """The text of a picture, without its places, which change with the version that draws it."""
    found = re.findall(r">([^<>]+)</text>", picture)
    return html.unescape(" ".join(found)).replace("\xa0", " ").split()


def test_the_picture_is_of_a_run() -> None:
    assert words(PICTURE.read_text()) == words(svg(answer())), "make reference"
    assert "url(http" not in PICTURE.read_text()


def test_the_readme_opens_with_it() -> None:
    assert "](docs/answer.svg)" in Path(__file__).parents[2].joinpath("README.md").read_text()[:2000]
