"""A trace in strings and on one line, in any notation: what each of them gives is the trace once."""

from __future__ import annotations

import html
import json
import pprint
from pathlib import Path

import pytest

from stacktraces.scanning import Options, group

PYTHON = "\n".join(
    (
        "Traceback (most recent call last):",
        '  File "/srv/app/shop/orders.py", line 42, in run',
        '    total = prices["sku"]',
        "KeyError: 'sku-7'",
    )
)
JAVA = (
    "java.lang.IllegalStateException: no price\n\tat com.shop.Orders.run(Orders.java:42)\n"
    "\tat com.shop.Main.main(Main.java:7)"
)
NODE = (
    "TypeError: x is not a function\n    at run (/srv/app/orders.js:42:7)\n"
    "    at Object.<anonymous> (/srv/app/main.js:7:1)"
)
LINES = PYTHON.split("\n")
ESCAPED = PYTHON.replace("'", "\\'").replace("\n", "\\n")
LOGGED = "2026-01-01 00:00:00,000 ERROR failed"
LAMBDA = (
    "[ERROR] KeyError: 'sku-7'\rTraceback (most recent call last):\r"
    '\xa0\xa0File "/var/task/a.py", line 3, in handler\r\xa0\xa0\xa0\xa0x[1]'
)
FRAME_OF_LAMBDA = '  File "/var/task/a.py", line 3, in handler\n    x[1]\n'
OLD_FRAMES = [["/var/task/a.py", 3, "handler", "x[1]"], ["/var/task/b.py", 4, "inner", "y"]]


def in_json(*, indent: int | None = None, **keys: object) -> str:
    return json.dumps(keys, indent=indent) + "\n"


PYTHON_SHAPES = {
    "any key": in_json(a={"b": [{"c": PYTHON}]}),
    "JSON in JSON": in_json(ts="2026-01-01T00:00:00Z", message=in_json(error=PYTHON)),
    "JSON in JSON in JSON": in_json(message=in_json(x=in_json(error=PYTHON))),
    "lines under any key": in_json(level="error", ts="2026-01-01T00:00:00Z", where=LINES),
    "lines under a usual key": in_json(message="x", traceback=LINES),
    "lines with their ends": in_json(message="x", traceback=[f"{line}\n" for line in LINES]),
    "format_exception": in_json(
        message="x", detail=[f"{LINES[0]}\n", "\n".join(LINES[1:3]) + "\n", f"{LINES[3]}\n"]
    ),
    "lines, printed over lines": in_json(message="x", where=LINES, indent=2),
    "string in a log": f"{LOGGED}: "
    + in_json(message="x", where=PYTHON, indent=2)
    + "2026-01-01 00:00:01,000 INFO ok\n",
    "lines in a log": f"{LOGGED}: "
    + in_json(message="x", where=LINES, indent=2)
    + "2026-01-01 00:00:01,000 INFO ok\n",
    "repr": f"{LOGGED} { ({'error': PYTHON})!r}\n",
    "repr of lines": f"{LOGGED} {LINES!r}\n",
    "pprint": f"{LOGGED}\n{pprint.pformat({'error': PYTHON, 'job': 7})}\n",
    "repr of bytes": f"failed {PYTHON.encode()!r}\n",
    "repr of an error": f"failed CalledError({PYTHON!r})\n",
    "JavaScript": f"{{ error: '{ESCAPED}' }}\n",
    "JavaScript, pieces": "  stack: "
    + " +\n    ".join("'" + line.replace("'", "\\'") + "\\n'" for line in LINES)
    + "\n",
    "escaped line ends": PYTHON.replace("\n", "\\n") + "\n",
    "escaped line ends behind a log line": f"{LOGGED}: " + PYTHON.replace("\n", "\\n") + "\n",
    "octal": "Jan  1 00:00:00 host app[7]: " + PYTHON.replace("\n", "#012") + "\n",
    "carriage returns": f"{LOGGED}\r" + PYTHON.replace("\n", "\r") + "\n",
    "blanks": "ERROR failed: " + " ".join(LINES) + "\n",
    "one blank for each line end": f"{LOGGED}: {' '.join(PYTHON.split())}\n",
    "bars": "ERROR failed: " + " | ".join(LINES) + "\n",
    "YAML": "---\njob: 7\nerror: |\n" + "\n".join(f"  {line}" for line in LINES) + "\nnext: 1\n",
    "YAML, a list": "- job: 7\n  error: |-\n" + "\n".join(f"    {line}" for line in LINES) + "\n- job: 8\n",
    "YAML, quoted": f"job: 7\nerror: {json.dumps(PYTHON)}\n",
    "a page": f"<html><pre>{html.escape(PYTHON)}</pre></html>\n",
    "a cell": "<td>" + html.escape(PYTHON).replace("\n", "<br/>") + "</td>\n",
    "an attribute": '<log message="' + html.escape(PYTHON).replace("\n", "&#10;") + '"/>\n',
    "an attribute, hexadecimal": '<log message="' + html.escape(PYTHON).replace("\n", "&#xA;") + '"/>\n',
    "logfmt": f'time=2026-01-01T00:00:00Z level=error msg="failed" err={json.dumps(PYTHON)}\n',
    "logfmt, single quotes": f"level=error err='{ESCAPED}'\n",
    "Ansible": 'fatal: [web]: FAILED! => {"changed": false, "module_stderr": '
    + json.dumps(PYTHON + "\n")
    + ', "rc": 1}\n',
    "Prefect": f"12:00:00.123 | ERROR   | Flow run 'a' - Encountered an exception:\n{PYTHON}\n12:00:01.123 | INFO    | done\n",
    "Lambda, lists": in_json(errorMessage="'sku-7'", errorType="KeyError", stackTrace=OLD_FRAMES),
    "Lambda, lists over lines": in_json(
        errorMessage="'sku-7'", errorType="KeyError", stackTrace=OLD_FRAMES, indent=2
    ),
    "Lambda, JSON": in_json(
        errorMessage="'sku-7'", errorType="KeyError", requestId="1", stackTrace=[FRAME_OF_LAMBDA]
    ),
    "Lambda, text": LAMBDA + "\n",
    "Lambda, aws logs tail": f"2026-01-01T00:00:00.123000+00:00 2026/01/01/[$LATEST]8c1f {LAMBDA}\n",
    "Lambda, console": LAMBDA.replace("\r", "\n") + "\nEND RequestId: 1\n",
    "Lambda, console with times": f"2026-01-01T00:00:00.123Z\t{LAMBDA}\nEND RequestId: 1\n".replace(
        "\r", "\n"
    ),
    "Lambda, blanks": LAMBDA.replace("\r", " ").replace("\xa0", " ") + "\n",
    "Lambda, one blank for each line end": " ".join(LAMBDA.replace("\xa0", " ").split()) + "\n",
    "Lambda, events": in_json(events=[{"timestamp": 1767225600123, "message": LAMBDA + "\n"}], indent=4),
}
KEYS = (
    "stack_trace",
    "exception.stacktrace",
    "error.stack",
    "stacktrace",
    "err",
    "full_message",
    "thrown",
    "cause",
)
OTHERS = {"java.lang.IllegalStateException": JAVA, "TypeError": NODE}
OTHER_SHAPES = {
    f"{kind} {name}": (kind, shape)
    for kind, text in OTHERS.items()
    for name, shape in {
        **{key: in_json(level="ERROR", message="failed", **{key: text}) for key in KEYS},
        "nested": in_json(
            time=1767225600123, msg="failed", error={"type": kind, "message": "m", "stack": text}
        ),
        "lines": in_json(errorType=kind, errorMessage="m", trace=text.split("\n")),
        "a record a line": "".join(
            in_json(timestamp="2026-01-01T00:00:00Z", stream="stderr", log=line) for line in text.split("\n")
        ),
        "a table": f'Time,Message\n2026-01-01T00:00:00Z,"{text}"\n',
        "octal": "Jan  1 00:00:00 host app[7]: " + text.replace("\n", "#012").replace("\t", "#011") + "\n",
    }.items()
}


def read(path: Path, text: str) -> list[tuple[int, str | None, str | None]]:
    path.write_text(text, newline="")
    groups, again = (group([str(path)], Options(chunk=chunk)).groups for chunk in (1 << 18, 64))
    assert all(each.error.frames for each in groups)
    assert [(each.fingerprint, each.count, each.sources) for each in groups] == [
        (each.fingerprint, each.count, each.sources) for each in again
    ]
    return [(each.count, each.error.type, each.error.message) for each in groups]


@pytest.mark.parametrize("name", PYTHON_SHAPES)
def test_python(name: str, tmp_path: Path) -> None:
    assert read(tmp_path / "a.log", PYTHON_SHAPES[name]) == [(1, "KeyError", "'sku-7'")]


@pytest.mark.parametrize("name", OTHER_SHAPES)
def test_other_runtimes(name: str, tmp_path: Path) -> None:
    kind, text = OTHER_SHAPES[name]
    assert [each[:2] for each in read(tmp_path / "a.log", text)] == [(1, kind)]


@pytest.mark.parametrize("depth", [10, 100_000])
def test_what_never_ends_is_read_in_linear_time(depth: int, tmp_path: Path) -> None:
    """Lists, strings and escapes that are cut off or wrong, with a trace in each."""
    for opening in ("[", '["', "{'a': [", "\\", '"\\', "<br", "&#10;", "#012", "   ", " | "):
        read(tmp_path / "a.log", opening * depth + PYTHON.replace("\n", "\\n") + "\n")


def test_a_record_that_is_cut_off_gives_what_is_there(tmp_path: Path) -> None:
    whole = in_json(ts="2026-01-01T00:00:00Z", message="failed", error=PYTHON)
    assert read(tmp_path / "a.log", whole[: whole.index("KeyError")]) == [(1, None, None)]
