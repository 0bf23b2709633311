"""``stacktraces show``: one group whole, as a screen and in a pipe."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests import golden
from tests.cli.support import run

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "tests" / "screens"
TRACE = """\
2026-03-0{day} 10:0{minute}:00,000 shop.web INFO GET /cart/{sku}
2026-03-0{day} 10:0{minute}:01,000 shop.{logger} {level} request failed
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/django/core/handlers/exception.py", line 55, in inner
    response = get_response(request)
  File "/usr/lib/python3/dist-packages/django/core/handlers/base.py", line 197, in _get_response
    response = wrapped_callback(request, *callback_args, **callback_kwargs)
  File "/usr/lib/python3/dist-packages/django/views/decorators/csrf.py", line 56, in wrapper_view
    return view_func(*args, **kwargs)
  File "/srv/shop/views.py", line 12, in cart
    return render(total(load(request)))
  File "/srv/shop/cart.py", line 30, in total
    return sum(PRICES[item] for item in items)
KeyError: '{sku}'
"""


@pytest.fixture
def result(tmp_path: Path) -> Path:
    log = tmp_path / "app.log"
    log.write_text(
        "".join(
            TRACE.format(
                day=1 + number // 5,
                minute=number % 10,
                sku=f"sku-{number % 4}",
                level="ERROR" if number % 3 else "WARNING",
                logger="api" if number % 5 == 0 else "web",
            )
            for number in range(20)
        )
    )
    done = run("stacktraces", "log", "app.log", "--contexts", "--format", "json", cwd=tmp_path)
    (tmp_path / "result.json").write_text(done.out)
    return tmp_path / "result.json"


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen(result: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    shown = run("stacktraces", "show", "4-", "result.json", "--color", "always", cwd=result.parent).out
    text = re.sub(r"\x1b\[[\d;]*m", "", shown)
    path = SCREENS / f"show-{width}.txt"
    if golden.UPDATE:
        path.write_text(text)
    assert text == path.read_text()
    assert max(map(len, text.splitlines())) <= width
    assert "\x1b[1m    /srv/shop/cart.py:30 in total\x1b[0m" in shown
    assert re.search(r"\x1b\[2m    … 3 frames of libraries", shown)


def test_a_pipe_gets_all_frames_and_the_same_facts(result: Path) -> None:
    text = run("stacktraces", "show", "4-", "result.json", cwd=result.parent).out
    assert "\x1b" not in text
    assert text.count("/dist-packages/django/") == 3
    for part in (
        "\nthe log before it\n  2026-03-01 10:00:00,000 shop.web INFO GET /cart/sku-0\n",
        "\nwritten by\n  logger   shop.web 16 ×, shop.api 4 ×\n  level    ERROR 13 ×, WARNING 7 ×\n",
        "\nvalues of the message\n  <value>\n  4 different: 'sku-0' 5 ×, 'sku-1' 5 ×,",
        "\nwhen\n  2026-03-01 ",
        "\nseen at\n  app.log:3\n",
        "  and 10 more\n",
    ):
        assert part in text, part


def test_lines_of_a_log_that_changed_are_not_shown(result: Path) -> None:
    (result.parent / "app.log").write_text("nothing of the kind\n" * 100)
    assert "the log before it" not in run("stacktraces", "show", "4-", "result.json", cwd=result.parent).out
    (result.parent / "app.log").unlink()
    assert run("stacktraces", "show", "4-", "result.json", cwd=result.parent).code == 0


def test_hostile_lines_before_it_are_only_text(result: Path) -> None:
    log = result.parent / "app.log"
    log.write_text("\x1b[2Jgone\x07\n" + log.read_text())
    done = run("stacktraces", "log", "app.log", "--format", "json", cwd=result.parent)
    result.write_text(done.out)
    for color in ("always", "never"):
        shown = run("stacktraces", "show", "4-", "result.json", "--color", color, cwd=result.parent).out
        assert "\x1b[2J" not in shown
        assert "gone" in shown


def test_what_is_wanted_of_a_writer(result: Path) -> None:
    log = result.parent / "app.log"
    done = run(
        "stacktraces", "log", log, "--where", "logger=shop.a*", "--where", "level=ERROR", "--format", "json"
    )
    (group,) = json.loads(done.out)["groups"]
    assert (group["count"], group["contexts"]) == (2, {})
    wrong = run("stacktraces", "log", log, "--where", "pud=x")
    assert wrong.code == 2
    assert "the fields are host, pod, container" in wrong.err


@pytest.mark.parametrize(
    "time", ["yesterday", "today", "now", "3 days ago", "2 hours", "90min", "2026-03-01"]
)
def test_times_that_are_understood(time: str) -> None:
    assert run("stacktraces", "log", "-", "--since", time).code == 0


@pytest.mark.parametrize("time", ["tomorrow", "3 fortnights", "ago", ""])
def test_times_that_are_not(time: str) -> None:
    done = run("stacktraces", "log", "-", "--since", time)
    assert (done.code, done.out) == (2, "")
    assert "is no time; write 2026-03-01," in done.err
