"""Python's tracebacks in wrappings that hide their line ends, in mails and in services' payloads; where messages end."""

from __future__ import annotations

import base64
import json
import quopri
from datetime import UTC
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from stacktraces.model import Error, Trace
from stacktraces.scanning import Occurrences, Options

ROOT = """Traceback (most recent call last):
  File "/srv/pond/app.py", line 6, in outer
    inner(x)
  File "/srv/pond/app.py", line 3, in inner
    raise ValueError('bad weight 3')
ValueError: bad weight 3
"""
CHAIN = f"""{ROOT}
The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/pond/run.py", line 2, in do_it
    app.outer(3)
  File "/srv/pond/app.py", line 8, in outer
    raise Boom('cannot pack') from e
app.Boom: cannot pack
"""


def found(text: str, path: Path) -> list[Trace]:
    path.write_text(text)
    return list(Occurrences([str(path)], Options(zone=UTC)))


def is_whole(error: Error) -> bool:
    cause = error.cause
    return (
        (error.type, error.message) == ("app.Boom", "cannot pack")
        and [each.function for each in error.frames] == ["outer", "do_it"]
        and cause is not None
        and (cause.type, cause.message) == ("ValueError", "bad weight 3")
        and [each.function for each in cause.frames] == ["inner", "outer"]
    )


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def mail(body: str, encoding: str) -> str:
    text = quopri.encodestring(body.encode()).decode() if encoding == "quoted-printable" else None
    text = base64.encodebytes(body.encode()).decode() if text is None else text
    return f"Content-Type: text/plain\nContent-Transfer-Encoding: {encoding}\nSubject: x\n\n{text}"


def alternatives() -> str:
    message = EmailMessage()
    message["Subject"] = "Failed"
    message.set_content(CHAIN, cte="quoted-printable")
    message.add_alternative(f"<pre>{CHAIN}</pre>", subtype="html", cte="quoted-printable")
    return str(message)


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"[ERROR] {CHAIN.replace(chr(10), sign)}\n"
            for sign in (" | ", "|", "; ", "\t", " ↵ ", "`n", "\r")
        ),
        json.dumps({"time": "2031-01-02T03:04:05Z", "message": "failed", "trace": encoded(CHAIN)}) + "\n",
        json.dumps({"data": encoded("x" + CHAIN)}) + "\n",
        f"2031-01-02 03:04:05,678 ERROR app: failed trace={encoded('xy' + CHAIN)} code=3\n",
        mail(CHAIN, "quoted-printable"),
        mail(CHAIN, "base64"),
        alternatives(),
        CHAIN.replace("    ", "\t"),
    ],
)
def test_a_chain_is_found_once_and_whole(text: str, tmp_path: Path) -> None:
    traces = found(text, tmp_path / "x.log")
    assert [is_whole(each.error) for each in traces] == [True]


FRAMES = [("/srv/pond/run.py", 2, "do_it"), ("/srv/pond/app.py", 8, "outer")]
FRAMES_OF_CAUSE = [("/srv/pond/app.py", 6, "outer"), ("/srv/pond/app.py", 3, "inner")]


def errors(keys: tuple[str, str, str], more: Any, *, inverted: bool) -> list[dict[str, Any]]:
    """The chain as a service has it, the escaped error first."""
    pairs = (("app.Boom", "cannot pack", FRAMES), ("ValueError", "bad weight 3", FRAMES_OF_CAUSE))
    return [
        more(
            kind,
            text,
            [dict(zip(keys, each, strict=True)) for each in (frames[::-1] if inverted else frames)],
        )
        for kind, text, frames in pairs
    ]


def of_rollbar(kind: str, text: str, frames: Any) -> dict[str, Any]:
    return {"frames": frames, "exception": {"class": kind, "message": text}}


def of_bugsnag(kind: str, text: str, frames: Any) -> dict[str, Any]:
    return {"errorClass": kind, "message": text, "stacktrace": frames, "type": "python"}


def of_airbrake(kind: str, text: str, frames: Any) -> dict[str, Any]:
    return {"type": kind, "message": text, "backtrace": frames}


@pytest.mark.parametrize(
    "payload",
    [
        {
            "data": {
                "timestamp": 1925089445,
                "body": {"trace_chain": errors(("filename", "lineno", "method"), of_rollbar, inverted=False)},
            }
        },
        {"events": [{"exceptions": errors(("file", "lineNumber", "method"), of_bugsnag, inverted=True)}]},
        {"errors": errors(("file", "line", "function"), of_airbrake, inverted=True)},
    ],
    ids=["rollbar", "bugsnag", "airbrake"],
)
def test_what_services_are_sent_is_read_in_its_order(payload: Any, tmp_path: Path) -> None:
    traces = found(json.dumps(payload) + "\n", tmp_path / "x.json")
    assert [is_whole(each.error) for each in traces] == [True]


@pytest.mark.parametrize(
    ("source", "message", "ends"),
    [
        ("raise ValueError('bad weight 3')", "bad weight 3", True),
        ('raise ValueError(f"bad weight {x!r}")', "bad weight 'x'", True),
        ('raise ValueError(f"weight {x} is bad")', "weight 3 is bad", True),
        ('raise ValueError("bad weight %s" % x)', "bad weight heavy", False),
        ("raise ValueError('two\\nlines')", "two", False),
        ("raise ValueError(text)", "bad weight 3", False),
    ],
)
def test_a_message_in_the_source_is_whole(source: str, message: str, ends: bool, tmp_path: Path) -> None:
    head = ROOT.replace("raise ValueError('bad weight 3')", source).replace("bad weight 3\n", f"{message}\n")
    [trace] = found(f"started\n{head}and so on\n", tmp_path / "x.log")
    assert trace.error.message == (message if ends else f"{message}\nand so on")
    assert bool(trace.uncertain) is not ends


def test_lines_that_ray_printed_once_for_several_workers(tmp_path: Path) -> None:
    mark = " [repeated 2x across cluster]"
    text = "".join(f"(f pid=12) {line}\n" for line in ROOT.splitlines())
    text += "".join(f"(f pid=14) {line}{mark}\n" for line in ROOT.splitlines())
    first, second = found(text, tmp_path / "x.log")
    assert first.error == second.error


def test_a_frame_that_no_message_announces_is_another_writers(tmp_path: Path) -> None:
    lines = ROOT.splitlines()
    text = "\n".join(["started", *lines, *lines[3:], ""])
    first = found(text, tmp_path / "x.log")[0]
    assert first.error.message == "bad weight 3"
    assert any("another writer" in each for each in first.uncertain)
