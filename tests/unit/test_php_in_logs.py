"""Errors of PHP in logs that wrap them: as data in JSON, and in strings with escaped line ends."""

from __future__ import annotations

import json
from pathlib import Path

from stacktraces.model import Group
from stacktraces.scanning import group

NEXTCLOUD = {
    "level": 3,
    "time": "2026-03-01T12:00:00+00:00",
    "message": "failed",
    "exception": {
        "Exception": "ShopError",
        "Message": "no order",
        "File": "/srv/shop/Order.php",
        "Line": 9,
        "Trace": [
            {"file": "/srv/shop/web.php", "line": 3, "function": "place", "class": "Shop", "type": "::"}
        ],
        "Previous": {
            "Exception": "KeyError",
            "Message": "no plum",
            "File": "/srv/shop/Price.php",
            "Line": 4,
            "Trace": [{"file": "/srv/shop/Order.php", "line": 8, "function": "price"}],
        },
    },
}
MONOLOG = {
    "message": "Uncaught",
    "context": {
        "exception": {
            "class": "KeyError",
            "message": "no plum",
            "code": 0,
            "file": "/srv/shop/Price.php:4",
            "trace": ["/srv/shop/Order.php:8"],
        }
    },
    "level": 500,
    "level_name": "CRITICAL",
    "channel": "shop",
    "datetime": "2026-03-01T12:00:00.000123+00:00",
}
PROXIED = (
    "[Sun Mar 01 12:00:00.123456 2026] [proxy_fcgi:error] [pid 7:tid 1] [client 10.0.0.1:50] AH01071: Got error"
    ' \'PHP message: PHP Fatal error:  Uncaught KeyError: no "plum" in /srv/shop/Price.php:4\\nStack trace:\\n'
    "#0 /srv/shop/web.php(3): price()\\n#1 {main}\\n  thrown in /srv/shop/Price.php on line 4'\n"
)


def groups(folder: Path, text: str) -> list[Group]:
    file = folder / "app.log"
    file.write_text(text)
    return group([str(file)]).groups


def test_exceptions_of_nextcloud_are_objects(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, json.dumps(NEXTCLOUD, separators=(",", ":")) + "\n")
    assert (found.error.type, found.error.message) == ("ShopError", "no order")
    assert [each.function for each in found.error.frames] == ["Shop::place", "{main}"]
    assert found.error.cause is not None
    assert found.error.cause.frames[0].file == "/srv/shop/Price.php"


def test_stacks_of_monologs_json_have_no_functions(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, json.dumps(MONOLOG) + "\n")
    assert (found.error.type, found.error.message) == ("KeyError", "no plum")
    places = [(each.file, each.line) for each in found.error.frames]
    assert places == [("/srv/shop/Price.php", 4), ("/srv/shop/Order.php", 8)]


def test_what_a_proxy_quotes_is_read_from_its_start(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, PROXIED)
    assert (found.error.type, found.error.message) == ("KeyError", 'no "plum"')
    assert [each.function for each in found.error.frames] == ["price", "{main}"]
