"""Each way to show snapshots."""

from __future__ import annotations

import html.parser
import json
import re
from pathlib import Path
from typing import Any

import pytest

from stacktraces.model import Error, Snapshot
from stacktraces.render.snapshots import Shown, find, names
from stacktraces.render.snapshots._locks import lock_graph
from stacktraces.snapshots.merging import Merged
from stacktraces.snapshots.movement import joined
from stacktraces.snapshots.similar_stacks import join_similar
from tests.unit.snapshots import deadlock, mutex, process, snapshot, thread

HOSTILE = "</script><script>alert('x')</script>\"'&;\n\x1b[31m\u202e\ud800 \\n {graph}"


def shown(name: str, *snapshots: Snapshot, **facts: Any) -> str:
    return b"".join(find(name).pieces(snapshots, Shown(**facts))).decode()


def server() -> Snapshot:
    return snapshot(
        process(
            7,
            thread(1, "poll listen", name="listener", state="waiting for connections", idle=True),
            thread(2, "read serve work", name="worker"),
            thread(3, "pop work", name="worker", state="waiting for work", idle=True),
            thread(4, "pop work", name="worker", state="waiting for work", idle=True),
            thread(5, "gone", ended=True),
        ),
        host="www1",
        time="2026-11-23T02:00:00Z",
    )


def test_outputs_are_found_by_folder() -> None:
    assert names() == ("dot", "folded", "html", "json", "speedscope", "table", "text", "tree")


def test_tree() -> None:
    assert shown("tree", server()) == (
        "4 threads in 1 process\n"
        "├─ 3  work\n"
        "│  ├─ 2  pop  [worker (waiting for work)]\n"
        "│  └─ 1  serve, read  [worker]\n"
        "└─ 1  listen, poll  [listener (waiting for connections)]\n"
    )


def test_tree_of_many_names_the_outlier_first() -> None:
    many = [snapshot(process(pid, thread(1, "poll listen")), host=f"www{pid}") for pid in range(1, 31)]
    odd = snapshot(process(31, thread(1, "lock_wait\x1b[2J listen")), host="www31")
    lines = shown("tree", *many, odd).splitlines()
    assert lines == [
        "1 of 31 served processes: served 31 on www31",
        "  only here: 1 thread: lock_wait\\x1b[2J, listen",
        "  not here: 30 threads: poll, listen",
        "31 threads in 31 processes",
        "└─ 31 in 31  listen",
        "   ├─ 30 in 30  poll",
        "   └─ 1 in 1  lock_wait\\x1b[2J",
    ]


def test_tree_fits_a_terminal_and_does_not_run_away() -> None:
    narrow = shown("tree", server(), width=40)
    assert max(map(len, narrow.splitlines())) <= 40
    assert narrow.replace("\n", " ").count("waiting") == 2
    forks = [thread(n, " ".join([f"leaf{n}", *(f"f{m}" for m in range(n, 0, -1))])) for n in range(1, 300)]
    assert max(map(len, shown("tree", snapshot(process(1, *forks))).splitlines())) < 200


def test_tree_of_similar_stacks() -> None:
    one = snapshot(process(1, thread(1, "read a b c d e"), thread(2, "poll a b c d e")))
    assert "└─ 2  e, d, c, b, a, …\n" in shown("tree", one, combine=join_similar)


def test_table() -> None:
    lines = shown("table", server()).splitlines()
    assert lines[0] == "served 7 on www1"
    assert lines[1].split("  ")[0] == "threads"
    assert re.split(r" {2,}", lines[2].strip()) == ["2", "3", "worker", "waiting for work", "pop, work"]
    assert max(map(len, shown("table", server(), width=60).splitlines())) <= 60
    assert "\x1b[" in shown("table", server(), color=True)


def test_folded() -> None:
    lines = shown("folded", server()).splitlines()
    assert "served 7;worker (waiting for work);work;pop 2" in lines
    assert sum(int(line.rpartition(" ")[2]) for line in lines) == 4
    odd = shown("folded", snapshot(process(1, thread(1, "operator;() main"))))
    assert odd == "served 1;main;operator,() 1\n"


def test_speedscope_holds_what_its_file_format_asks_for() -> None:
    document = json.loads(shown("speedscope", server(), snapshot(process(8, thread(1, "a b")))))
    assert document["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = document["shared"]["frames"]
    assert all(
        isinstance(frame["name"], str) and set(frame) <= {"name", "file", "line", "col"} for frame in frames
    )
    assert [profile["name"] for profile in document["profiles"]] == ["served 7 on www1", "served 8"]
    for profile in document["profiles"]:
        assert (profile["type"], profile["unit"], profile["startValue"]) == ("sampled", "none", 0)
        assert len(profile["samples"]) == len(profile["weights"])
        assert sum(profile["weights"]) == profile["endValue"]
        assert all(0 <= index < len(frames) for sample in profile["samples"] for index in sample)
    named = [[frames[index]["name"] for index in sample] for sample in document["profiles"][0]["samples"]]
    assert ["worker (waiting for work)", "work", "pop"] in named


def test_lock_graph_finds_the_cycle_and_the_crowd() -> None:
    graph = lock_graph(deadlock())
    assert graph is not None
    assert {vertex.key for vertex in graph.vertices if vertex.cyclic} == {"t5001", "t5002", "l0xa", "l0xb"}
    assert ("3 × worker", "waiting for a mutex") in [vertex.words for vertex in graph.vertices]
    assert sorted(graph.edges) == [
        ("l0xa", "t5001"),
        ("l0xb", "t5002"),
        ("l0xc", "t5006"),
        ("t5001", "l0xb"),
        ("t5002", "l0xa"),
        ("t5003", "l0xc"),
    ]
    assert lock_graph(process(1, thread(1, "a"))) is None


def test_lock_graph_of_a_lock_that_its_owner_awaits_and_of_unknown_owners() -> None:
    own = lock_graph(process(1, thread(1, "a", locks_awaited=[mutex("0xa", 1)])))
    assert own is not None
    assert all(vertex.cyclic for vertex in own.vertices)
    away = lock_graph(
        process(
            1, thread(1, "a", locks_awaited=[mutex("0xa", 77)]), thread(2, "a", locks_awaited=[mutex("0xb")])
        )
    )
    assert away is not None
    assert ("thread 5077", "not in this snapshot") in [vertex.words for vertex in away.vertices]
    assert not any(vertex.cyclic for vertex in away.vertices)


def test_lock_graph_of_a_long_chain_is_no_deep_recursion() -> None:
    chain = [thread(n, "a", locks_awaited=[mutex(f"0x{n}", n + 1)]) for n in range(1, 20_000)]
    graph = lock_graph(process(1, *chain))
    assert graph is not None
    assert not any(vertex.cyclic for vertex in graph.vertices)
    assert "too many to draw" in shown("html", snapshot(process(1, *chain)))


def test_dot() -> None:
    text = shown("dot", snapshot(deadlock()), snapshot(process(8, thread(1, "a"))))
    assert text.count("subgraph") == 1
    assert '"0 t5001" -> "0 l0xb" [color=red];' in text
    assert '"0 t5003" -> "0 l0xc";' in text
    odd = process(1, thread(1, "a", name='x"]; evil [label="', locks_awaited=[mutex('0x\\"1')]))
    assert 'label="thread 1 x\\"]; evil [label=\\""' in shown("dot", snapshot(odd))


class _Page(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_html_holds_all_parts() -> None:
    stuck = deadlock()
    stuck.error = Error(type="SIGABRT")
    text = shown("html", snapshot(stuck, uncertain=["gdb took longer than 60 s."]), server())
    words = " ".join(_Page(text).words)
    for part in (
        "11 threads in 2 processes",
        "Crash of served 4711 SIGABRT, in which thread is not told.",
        "gdb took longer than 60 s.",
    ):
        assert part in words
    for part in ("Flame graph", "Locks", "Groups of threads", "Processes", "waiting for work"):
        assert part in words
    assert text.count('<details class="group">') == len(Merged([snapshot(stuck), server()]).stacks())
    assert text.count("<svg") == 1
    assert 'class="thread bad"' in text


def test_html_of_several_hosts_says_where_they_differ() -> None:
    everywhere = thread(1, "poll listen", state="waiting for connections", idle=True)
    waiting = [
        snapshot(process(pid, everywhere), host=host) for pid, host in enumerate(("www1", "www2"), start=1)
    ]
    odd = snapshot(process(3, everywhere, thread(2, "lock_wait serve")), host="www3<b>")
    page = shown("html", *waiting, odd)
    assert "4 threads in 3 processes on 3 hosts" in page
    assert "No host is seen to hang." in page
    rows = re.findall("<tr><td>(www.*?)</td></tr>", page)
    assert [re.split("</td><td>", row) for row in rows] == [
        ["www3&lt;b&gt;", "", "1", "1", "1", "0", "1"],
        ["www1", "", "1", "1", "0", "0", "0"],
        ["www2", "", "1", "1", "0", "0", "0"],
    ]
    assert "On 3 of 3 hosts: www1 1, www2 1, www3&lt;b&gt; 1" in page
    assert '<span class="pill work">1 of 3 hosts</span>' in page
    assert '<section id="hosts">' not in shown("html", odd)


def test_html_asks_the_network_for_nothing() -> None:
    page = _Page(shown("html", snapshot(deadlock()), server()))
    policy = next(each["content"] for tag, each in page.tags if tag == "meta" and "http-equiv" in each)
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for tag, attributes in page.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "form", "base")
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes), attributes
        assert (attributes.get("href") or "#").startswith("#")


def test_html_keeps_values_back_unless_asked() -> None:
    secret = snapshot(process(1, thread(1, "login main"), command="/usr/sbin/served --password=hunter2"))
    assert "hunter2" not in shown("html", secret)
    assert shown("html", secret, values=True).count("hunter2") == 5


def hostile() -> Snapshot:
    lock = mutex(HOSTILE, 2)
    lock.kind = lock.name = HOSTILE
    threads = [
        thread(1, "x", name=HOSTILE, state=HOSTILE, locks_awaited=[lock], motion="stood still"),
        thread(2, "x", name=HOSTILE, state=HOSTILE, crashed=True, motion="moved"),
    ]
    for each in threads:
        frame = each.frames[0]
        frame.function = frame.module = frame.file = frame.args = HOSTILE
        frame.locals = {HOSTILE: HOSTILE}
    return snapshot(
        process(
            3,
            *threads,
            executable=HOSTILE,
            command=HOSTILE,
            name=HOSTILE,
            error=Error(type=HOSTILE, message=HOSTILE),
            looks=2,
            seconds=1.0,
        ),
        host=HOSTILE,
        time=HOSTILE,
        uncertain=[HOSTILE],
    )


@pytest.mark.parametrize("name", [name for name in names() if name != "json"])
@pytest.mark.parametrize("level", [0, 4])
def test_nothing_in_the_input_steers_the_reader(name: str, level: int) -> None:
    text = shown(name, hostile(), level=level, values=True)
    assert text
    assert not re.search(r"[^\n\t -~\u00a1-\u2027\u2030-\ud7ff]", text)


def test_nothing_in_the_input_becomes_a_tag_or_a_script() -> None:
    tags = [tag for tag, _ in _Page(shown("html", hostile(), values=True)).tags]
    assert tags.count("script") == 1
    plain = [tag for tag, _ in _Page(shown("html", snapshot(deadlock()), values=True)).tags]
    assert set(tags) <= set(plain) | {"h3", "section"}


def test_the_script_of_the_page_is_the_only_one_that_its_policy_lets_run() -> None:
    import base64
    import hashlib

    text = shown("html", server())
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text


def test_looks_in_text_say_what_is_stuck() -> None:
    first = snapshot(
        process(7, thread(1, "lock f", state="waiting for a mutex"), thread(2, "a")),
        time="2026-01-01T00:00:00Z",
    )
    second = snapshot(
        process(7, thread(1, "lock f", state="waiting for a mutex"), thread(2, "a b")),
        time="2026-01-01T00:00:04Z",
    )
    assert shown("text", *joined([first, second])) == (
        "Pid 7 Executable /usr/sbin/served \n"
        "2 looks in 4.0 s: 1 stood still, 1 moved.\n"
        "Partly stuck: 1 thread stood still in the midst of work: 1 × waiting for a mutex for 4.0 s at least.\n"
        "1 * [1] (waiting for a mutex for 4.0 s at least)\n"
        "  lock, f, \n"
        "1 * [2] (moved)\n"
        "  a, b, \n"
    )


def test_package_data_is_beside_the_module() -> None:
    folder = Path(__import__("stacktraces.render.snapshots").render.snapshots.__path__[0])
    assert {"page.css", "page.js"} <= {path.name for path in folder.iterdir()}
