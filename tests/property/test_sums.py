"""The results of parts add up to the result of the whole, however it is cut and in whatever order."""

from __future__ import annotations

import random
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bench import logs
from stacktraces.results.result import Result
from stacktraces.scanning import Options, group
from stacktraces.scanning.reading import spans

NOW = datetime(2024, 6, 1)
CARRIERS = ("plain", "docker", "cri")

PYTHON = """\
Traceback (most recent call last):
  File "/srv/app.py", line {n}, in total
    return sum(prices)
{type}: {message}
"""
CHAINED = PYTHON + "\nDuring handling of the above exception, another exception occurred:\n\n" + PYTHON
JAVA = """\
Exception in thread "main" java.lang.IllegalStateException: {message}
\tat shop.Cart.total(Cart.java:{n})
\tat shop.Main.main(Main.java:7)
Caused by: java.io.IOException: {message}
\tat shop.Disk.read(Disk.java:9)
\t... 1 more
"""
JSON = '{{"time": "2024-05-01T12:{minute:02}:00Z", "level": "error", "host": "web-{n}", "message": {text}}}\n'
RECORD = "2024-05-01 12:{minute:02}:{second:02},000 ERROR shop.web {message}\n"
ODD = [
    "",
    "\n",
    "x" * 300 + "\n",
    '  File "a.py", line 1, in f\n',
    "\tat shop.Cart.total(Cart.java:3)\n",
    "héllo\r\n",
]


def _piece(draw: st.DrawFn) -> str:
    values = {
        "n": draw(st.integers(1, 3)),
        "minute": draw(st.integers(0, 59)),
        "second": draw(st.integers(0, 59)),
        "type": draw(st.sampled_from(["KeyError", "ValueError"])),
        "message": draw(st.sampled_from(["x", "y: z", "'fig'", "12"])),
    }
    kind = draw(st.sampled_from([PYTHON, PYTHON, CHAINED, JAVA, JSON, None]))
    if kind is None:
        return draw(st.sampled_from(ODD))
    if kind is JSON:
        import json

        return JSON.format(**values, text=json.dumps(PYTHON.format(**values)))
    record = RECORD.format(**values) if draw(st.integers(0, 3)) else ""
    return record + kind.format(**values)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Logs of a few traces, not in order of time, some of them without one."""
    text = "".join(_piece(draw) for _ in range(draw(st.integers(0, 12)))).encode()
    return text[: len(text) - draw(st.integers(0, 40))]


def essence(result: Result) -> bytes:
    result.stats.seconds = 0.0
    return result.to_json(show_locals=True)


def in_parts(path: Path, cuts: list[int], options: Options) -> list[Result]:
    borders = [None, *sorted(cuts), None]
    return [group([path], options, start=start, end=end) for start, end in pairwise(borders)]


def added(parts: list[Result], chance: random.Random) -> Result:
    """The sum of ``parts``, in any order and any nesting, some of them by way of JSON."""
    parts = list(parts)
    chance.shuffle(parts)
    while len(parts) > 1:
        number = chance.randint(2, len(parts))
        several = [parts.pop(chance.randrange(len(parts))) for _ in range(number)]
        several = [
            Result.from_json(each.to_json(show_locals=True)) if chance.random() < 0.3 else each
            for each in several
        ]
        parts.append(several[0].merge(*several[1:]))
    return parts[0].merge(Result())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts(), st.lists(st.integers(0, 3000), max_size=6), st.randoms(use_true_random=False), st.booleans())
@example(b"", [0], random.Random(1), False)
def test_parts_add_up_to_the_whole(
    tmp_path: Path, text: bytes, cuts: list[int], chance: random.Random, contexts: bool
) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(text)
    options = Options(now=NOW, contexts=contexts)
    whole = essence(group([path], options))
    assert essence(added(in_parts(path, cuts, options), chance)) == whole


@pytest.mark.parametrize("carrier", CARRIERS)
def test_parts_of_a_large_log_add_up(tmp_path: Path, carrier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "_RUN_UP", 30_000)
    path = tmp_path / "app.log"
    logs.write(path, size=600_000, share=0.3, carrier=carrier, distinct=40, seed=3)
    chance, options = random.Random(5), Options(now=NOW)
    cuts = sorted(chance.randrange(600_000) for _ in range(15))
    assert essence(added(in_parts(path, cuts, options), chance)) == essence(group([path], options))


def test_files_add_up_in_any_order(tmp_path: Path) -> None:
    for number in range(6):
        logs.write(
            tmp_path / f"{number}.log", size=60_000, share=0.3, carrier="plain", distinct=9, seed=number
        )
    options = Options(now=NOW)
    paths = [str(each) for each in sorted(tmp_path.iterdir())]
    whole = essence(group([str(tmp_path)], options))
    assert essence(group(paths[::-1], options)) == whole
    parts = [group([each], options) for each in paths]
    for seed in range(4):
        assert essence(added(parts, random.Random(seed))) == whole


def test_a_document_is_not_cut_and_counts_once(tmp_path: Path) -> None:
    """Its records are no lines: it belongs to the part in which it starts."""
    import json

    messages = [PYTHON.format(n=number, type="KeyError", message="x") for number in range(3)]
    records = [
        {"@timestamp": f"2024-05-01T12:00:0{number}.000Z", "message": message}
        for number, message in enumerate(messages)
    ]
    path, options = tmp_path / "answer.json", Options(now=NOW)
    path.write_text(json.dumps({"hits": {"hits": [{"_source": each} for each in records]}}, indent=1))
    assert spans.is_document(str(path))
    whole = group([path], options)
    assert whole.stats.traces == 3
    assert essence(added(in_parts(path, [50, 300, 500], options), random.Random(1))) == essence(whole)
