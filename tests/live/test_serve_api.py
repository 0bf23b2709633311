"""Schemathesis finds no failure of a running site."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serve_fuzzing import fuzz
from tests.serve_site import running_site

pytestmark = pytest.mark.live


def test_what_the_document_allows_and_forbids_breaks_nothing(tmp_path: Path) -> None:
    pytest.importorskip("schemathesis")
    with running_site(tmp_path) as site:
        fuzz(site, tmp_path)


@pytest.mark.api
def test_nor_does_more_of_it(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        fuzz(site, tmp_path, 100)
