"""Exceptions that a log has as data read as the interpreter itself would have printed them."""

from __future__ import annotations

import json
import re
import traceback
from pathlib import Path
from typing import Any

import pytest

from stacktraces.carriers import StackData
from stacktraces.runtimes import known_trace_lines
from stacktraces.runtimes.python.structured import exceptions_from, rendered
from stacktraces.scanning import Occurrences
from stacktraces.unwrapping.detection import detect
from stacktraces.unwrapping.stack_data import text_of
from stacktraces.unwrapping.unwrapper import unwrapped

CORPUS = Path(__file__).parents[1] / "corpus"
KNOWN = known_trace_lines()


def as_data(error: BaseException) -> list[dict[str, Any]]:
    """What structlog's ``dict_tracebacks`` makes of an exception."""
    chain: list[dict[str, Any]] = []
    link: BaseException | None = error
    is_cause = False
    while link is not None:
        chain.append(
            {
                "exc_type": type(link).__name__,
                "exc_value": str(link),
                "exc_notes": list(getattr(link, "__notes__", [])),
                "is_cause": is_cause,
                "frames": [
                    {"filename": frame.filename, "lineno": frame.lineno, "name": frame.name}
                    for frame in traceback.extract_tb(link.__traceback__)
                ],
                "is_group": isinstance(link, BaseExceptionGroup),
                "exceptions": [as_data(each) for each in getattr(link, "exceptions", ())],
            }
        )
        is_cause = link.__cause__ is not None
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return chain


def raised(code: str) -> BaseException:
    try:
        exec(compile(code, "/srv/app/not_on_this_disk.py", "exec"), {})
    except BaseException as error:  # noqa: BLE001
        return error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    "code",
    [
        "raise ValueError('one\\ntwo')",
        "raise ValueError",
        "try:\n    1/0\nexcept Exception as e:\n    raise KeyError('x') from e",
        "try:\n    1/0\nexcept Exception:\n    [][1]",
        "try:\n    try:\n        1/0\n    except Exception as e:\n        raise KeyError('x') from e\n"
        "except Exception:\n    raise OSError(2, 'gone')",
        "raise ExceptionGroup('two', [ValueError('a'), KeyError('b')])",
        "raise ExceptionGroup('o', [ValueError('a'), ExceptionGroup('i', [OSError('x'), TypeError('m\\nn')])])",
        "raise ExceptionGroup('o', [ExceptionGroup('i', [OSError('x')]), ValueError('a')])",
        "e = ValueError('a'); e.add_note('n1\\nn2'); e.add_note('n3'); raise e",
        "try:\n    1/0\nexcept Exception as e:\n    raise ExceptionGroup('g', [ValueError(1)]) from e",
        "try:\n    raise ExceptionGroup('g', [ValueError(1)])\nexcept Exception as e:\n    raise KeyError('x') from e",
        "def f():\n    try:\n        1/0\n    except Exception as e:\n        raise KeyError('x') from e\n"
        "try:\n    f()\nexcept Exception as e:\n    raise ExceptionGroup('g', [e, ValueError(2)]) from None",
    ],
)
def test_as_the_interpreter_prints_it(code: str) -> None:
    error = raised(code)
    data = exceptions_from(as_data(error))
    assert data is not None
    assert rendered(data) == "".join(traceback.format_exception(error)).rstrip("\n")


def without_source(text: str) -> str:
    """Without source and caret lines, and without the modules of types."""
    kept = [line for line in text.split("\n") if not re.match(r"(?:(?:  )*\| )?    +[^ |+]", line)]
    return re.sub(r"(?m)^(?:shop|json\.decoder)\.", "", "\n".join(kept))


def test_structlog_as_data_and_as_text_say_the_same() -> None:
    """Two real runs of one program: all but source lines and the types' modules agree."""
    texts = []
    for name in ("dicts", "json"):
        data = (CORPUS / "structlog" / f"{name}.txt").read_bytes()
        stack = detect(data, KNOWN)
        assert [carrier.name for carrier in stack] == ["structlog-json"]
        (stream,) = unwrapped(data, stack, KNOWN)
        events, position = [], 0
        while position < len(stream.text):
            place = stream.place(position)
            event = bytes(stream.text[place.start : place.end]).decode()
            if "in countdown" not in event:
                events.append(without_source(event))
            position = place.end
        texts.append(events)
    assert len([event for event in texts[0] if "Traceback" in event]) == 5
    assert texts[0] == texts[1]


def test_nesting_beyond_reason_is_cut() -> None:
    data: list[dict[str, Any]] = [{"exc_type": "ValueError"}]
    for _ in range(60):
        data = [{"exc_type": "ExceptionGroup", "is_group": True, "exceptions": [data]}]
    chain = exceptions_from(data)
    assert chain is not None
    assert rendered(chain).count("ExceptionGroup") == 32


@pytest.mark.parametrize("value", [None, [], {}, "x", [1], [{"exc_type": None}], [{"frames": []}]])
def test_other_lists_are_not_exceptions(value: object) -> None:
    assert exceptions_from(value) is None


HEADER = "Traceback (most recent call last):\n"
FRAME = '  File "/srv/app/a.py", line 3, in f\n    g()'


@pytest.mark.parametrize(
    ("stack", "kind", "message", "expected"),
    [
        (FRAME + "\n", "KeyError", "'x'", HEADER + FRAME + "\nKeyError: 'x'"),
        (HEADER + FRAME, "KeyError", "", HEADER + FRAME + "\nKeyError"),
        (HEADER + FRAME + "\nKeyError: 'x'\n", "KeyError", "'x'", HEADER + FRAME + "\nKeyError: 'x'"),
        ("a.B: m\n\tat c.D(D.java:1)\n", "a.B", "m", "a.B: m\n\tat c.D(D.java:1)"),
        ("\tat c.D.e(D.java:1)\n", "a.B", "m", "a.B: m\n\tat c.D.e(D.java:1)"),
        ("    at f (/a.js:1:2)", "TypeError", "m", "TypeError: m\n    at f (/a.js:1:2)"),
        (None, "KeyError", "'x'", "KeyError: 'x'"),
        (None, None, None, None),
    ],
)
def test_what_loggers_leave_off_is_put_back(
    stack: str | None, kind: str | None, message: str | None, expected: str | None
) -> None:
    assert text_of(StackData(stack, kind, message), KNOWN) == expected


def test_exceptions_without_frames_are_found(tmp_path: Path) -> None:
    """None was raised, or the limit on tracebacks is 0: Python prints no header for the former."""
    error, cause = {"exc_type": "ValueError", "exc_value": "boom"}, {"exc_type": "KeyError", "is_cause": True}
    members = [[{"exc_type": "KeyError"}], [{"exc_type": "OSError"}]]
    group = {"exc_type": "ExceptionGroup", "exc_value": "two", "is_group": True, "exceptions": members}
    chains: list[list[dict[str, Any]]] = [
        [error],
        [error, cause],
        [group],
        [error, {**group, "is_cause": True}],
    ]
    lines = [json.dumps({"event": "failed", "level": "error", "exception": chain}) for chain in chains]
    path = tmp_path / "a.log"
    path.write_text("\n".join(lines) + "\n")
    found = [trace.error for trace in Occurrences([str(path)])]
    assert [each.type for each in found] == ["ValueError", "ValueError", "ExceptionGroup", "ValueError"]
    assert [each.cause and each.cause.type for each in found] == [None, "KeyError", None, "ExceptionGroup"]
    assert [child.type for child in found[2].children] == ["KeyError", "OSError"]
