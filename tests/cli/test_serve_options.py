"""What `stacktraces serve` is told that cannot be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.support import refused, run


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--mail", "smtp://ann:secret@mail.example.com"], "has to say from whom mail comes"),
        (["--url", "https://errors.example.com/?a=b"], "https://errors.example.com"),
    ],
)
def test_a_wrong_option_is_said_in_one_sentence_and_makes_nothing(
    tmp_path: Path, options: list[str], told: str
) -> None:
    database = tmp_path / "site.db"
    done = run("stacktraces", "serve", "--db", database, "--data", tmp_path / "data", *options)
    refused(done, told)
    assert "secret" not in done.err
    assert list(tmp_path.iterdir()) == []
