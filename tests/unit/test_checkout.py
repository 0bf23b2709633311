"""Which file of a source tree a frame means."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.checkout import Checkout, Location
from stacktraces.model import Frame


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "shop/cart.py": "import os\n\ndef total():\n    return sum(prices)\n",
        "shop/admin/cart.py": "a\nb\nc\nd\n",
        "app.py": "one\ntwo\n",
        "src/main/java/com/example/Cart.java": "a\nb\nc\n",
        "other/java/org/sample/Cart.java": "a\nb\nc\n",
        "node_modules/shop/cart.js": "x\n",
        ".hidden/secret.py": "x\n",
        "web/cart.ts": "x\ny\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    return tmp_path


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        (Frame(file="/srv/releases/7/shop/cart.py", line=4), Location("shop/cart.py", 4)),
        (Frame(file="shop\\admin\\cart.py", line=2), Location("shop/admin/cart.py", 2)),
        (Frame(file="/usr/lib/cart.py", line=2), None),  # Two files, and one name agrees.
        (Frame(file="/srv/cart.py", line=4, source="return sum(prices)"), Location("shop/cart.py", 4)),
        (Frame(file="/srv/shop/cart.py", line=4, source="return 0"), None),  # Another text stands there.
        (Frame(file="/srv/shop/cart.py", line=5000), None),
        (Frame(file="/srv/shop/cart.py", line=0), None),
        (Frame(file="/srv/shop/cart.py"), None),
        (Frame(file="app.py", line=2), Location("app.py", 2)),
        (Frame(file="/srv/app.py", line=2), None),  # One name is not enough without the line's text.
        (Frame(file="/srv/app.py", line=2, source="two"), Location("app.py", 2)),
        (
            Frame(function="com.example.Cart.total", file="Cart.java", line=3),
            Location("src/main/java/com/example/Cart.java", 3),
        ),
        (Frame(function="net.elsewhere.Cart.total", file="Cart.java", line=3), None),
        (Frame(file="webpack:///./web/cart.ts?a1b2", line=2), Location("web/cart.ts", 2)),
        (Frame(file="/srv/node_modules/shop/cart.js", line=1), None),
        (Frame(file="/srv/.hidden/secret.py", line=1), None),
        (Frame(file="link.py", line=1), None),
        (Frame(file="../../../etc/passwd", line=1), None),
        (Frame(file="/", line=1), None),
        (Frame(file="<string>", line=1), None),
        (Frame(function="f"), None),
    ],
)
def test_a_frame_is_found_where_that_is_certain(tree: Path, frame: Frame, found: Location | None) -> None:
    assert Checkout(str(tree)).locate(frame) == found


def test_a_tree_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert Checkout(str(tmp_path / "absent")).locate(Frame(file="a.py", line=1)) is None
