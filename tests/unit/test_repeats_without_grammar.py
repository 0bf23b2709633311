"""Traces of which no grammar tells what varies: from the third occurrence on they are counted without reading."""

from __future__ import annotations

import pytest

from stacktraces.scanning import Options
from stacktraces.scanning.reading.bare import BareReader
from stacktraces.scanning.reading.scanner import Scan, make_grouping, setup_for
from tests.conftest import need_compiled_part

need_compiled_part()

COUNT = 60
SHAPES = {
    "ruby": "2024-05-01 12:00:{0:02d},{0:03d} ERROR worker-{1} request {0} failed\n"
    "shop.rb:3:in `price': no plum {1} (KeyError)\n\tfrom shop.rb:9:in `place'\n\tfrom shop.rb:17:in `<main>'\n",
    "ruby-logger": "E, [2024-05-01T12:00:{0:02d}.{0:06d} #42] ERROR -- : order {1} failed (KeyError)\n"
    "/srv/shop.rb:3:in `price'\n/srv/shop.rb:9:in `place'\n",
    "elixir-without-dates": "12:00:{0:02d}.123 [error] GenServer #PID<0.{1}.0> terminating\n"
    "** (RuntimeError) order {1} failed\n    (shop 0.1.0) lib/shop.ex:6: Shop.place/1\n"
    "    (stdlib 4.2) gen_server.erl:1123: :gen_server.try_dispatch/4\nLast message: {{:place, {1}}}\nState: %{{}}\n\n",
    "rust": "2024-05-01 12:00:{0:02d}.{0:03d} INFO request {1}\n"
    "thread 'worker' panicked at src/main.rs:4:5:\norder {1} of {0} failed\n",
    "php-notice": "[01-May-2024 12:00:{0:02d} UTC] PHP Warning:  no order {1} in /srv/a.php on line 7\n",
}


def scan(path, options: Options) -> tuple[list[object], int]:
    """What was found, and how often something was read."""
    reads = 0
    read = BareReader._read

    def counted(*arguments):
        nonlocal reads
        reads += 1
        return read(*arguments)

    setup = setup_for(options)
    grouping = make_grouping(options, setup.clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BareReader, "_read", counted)
        for _ in Scan(grouping, options, setup).part(str(path), 0):
            pass
    found = [
        (each.fingerprint, each.count, each.earliest, each.latest, each.sources, each.error)
        for each in grouping.settled()
    ]
    return found, reads


def log(shape: str) -> str:
    others = [shape.format(at, at * at * 7 % 5003) for at in range(COUNT)]
    return "".join(others) + "2024-05-01 12:01:00,000 INFO done\n"


@pytest.mark.parametrize("name", SHAPES)
def test_repeats_are_counted(name, tmp_path) -> None:
    path = tmp_path / "x.log"
    path.write_text(log(SHAPES[name]), encoding="utf-8")
    found, reads = scan(path, Options(jobs=1))
    each, all_reads = scan(path, Options(jobs=1, fast=False))
    assert found == each
    assert sum(group[1] for group in found) == COUNT
    assert reads < COUNT / 3 < all_reads


def test_another_number_of_digits_that_a_reader_looks_at_is_read(tmp_path) -> None:
    text = (
        "2024-05-01 12:00:{0:02d},{0:03d} ERROR failed\n{1} plums\nE::F: order {0}\n    /srv/a.rb:3:in `f'\n"
    )
    plums = [*range(10, 40), 1_714_564_800]
    path = tmp_path / "x.log"
    path.write_text("".join(text.format(*each) for each in enumerate(plums)), encoding="utf-8")
    assert scan(path, Options(jobs=1))[0] == scan(path, Options(jobs=1, fast=False))[0]
