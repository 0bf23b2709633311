"""Writers that put anything before each line: found by themselves, taken apart to the line, for every runtime."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stacktraces
from stacktraces.model import Error, Trace
from stacktraces.scanning import Occurrences, Options
from stacktraces.unwrapping.line_prefixes import LinePrefix, bearer_of, prefix_of
from tests.golden import CORPUS

PREFIXES: dict[str, Callable[[int, int], str]] = {
    "torchrun": lambda writer, line: f"[rank{writer}]: ",
    "torchrun, default": lambda writer, line: f"[default{writer}]:",
    "srun --label": lambda writer, line: f"{writer}: ",
    "honcho, foreman": lambda writer, line: f"10:05:{line % 60:02} web.{writer}    | ",
    "concurrently": lambda writer, line: f"[{'abc'[writer]}pi] ",
    "lerna": lambda writer, line: f"@shop/api-{writer}: ",
    "turbo": lambda writer, line: f"api{writer}:dev: ",
    "pdsh": lambda writer, line: f"node{writer}: ",
    "parallel --tag": lambda writer, line: f"host{writer}\t",
    "swarm": lambda writer, line: f"web_app.{writer}.abcd{writer}234efgh@node1    | ",
    "mpirun --tag-output": lambda writer, line: f"[1,{writer}]<stderr>:",
    "vLLM": lambda writer, line: f"(EngineCore_{writer} pid={2000 + writer}) ",
    "tox -p": lambda writer, line: f"py3{writer}: ",
    "a logger, one record": lambda writer, line: f"2026-03-01 12:00:00,10{writer} ERROR app.{writer}: ",
    "a logger, a record a line": lambda writer, line: (
        f"2026-03-01 12:00:0{line // 100},{line % 1000:03} ERROR app.{writer}: "
    ),
    "log4j": lambda writer, line: (
        f"2026-03-01 12:00:00,{line % 1000:03} [pool-1-thread-{writer}] ERROR c.e.Shop - "
    ),
    "seconds since the start": lambda writer, line: f"[{100 + line / 10:12.6f}] app{writer}: ",
    "a time alone": lambda writer, line: f"2026-03-01T12:00:00.{line:06}Z app-{writer} ",
    "logcat": lambda writer, line: f"03-01 12:00:00.{line % 1000:03}  4321  43{writer:02} E AndroidRuntime: ",
    "not yet written": lambda writer, line: f"<<shop {writer}>> ",
}
SAMPLES = {
    "python": "python/3.11-plain.native.txt",
    "go": "go/1.19-nil.txt",
    "java": "java/17-chain.txt",
    "java, a message of several lines": "java/17-multiline.txt",
    "javascript": "javascript/node20-plain.txt",
    "javascript, a cause": "javascript/node24-cause.txt",
}

MATRIX = (
    "2.7-plain 3.6-chain_of_both_kinds 3.6-class_in_main 3.8-explicit_cause 3.8-multi_line_call 3.9-class_local"
    " 3.9-mutual_recursion 3.10-attribute_error_suggests 3.11-group_nested 3.11-group_with_notes 3.11-notes_many"
    " 3.11-repeats 3.12-cause_without_traceback 3.12-import_frame 3.12-name_error_forgot_import"
    " 3.12-syntax_error_direct 3.12-syntax_error_import 3.13-exec_frame 3.13-plain"
)
"""Further shapes, which ``make test-matrix`` tries too."""
NOT_BEHIND_PREFIXES = ("3.11-notes_many", "3.12-cause_without_traceback", "3.12-syntax_error_direct")
"""What is dated later is none of the message, and what stands before a header may be of another record."""
if "STACKTRACES_MATRIX" in os.environ:
    SAMPLES |= {
        each: f"python/{each}.native.txt" for each in MATRIX.split() if each not in NOT_BEHIND_PREFIXES
    }


def told(error: Error | None) -> Any:
    """What is compared of an error."""
    if error is None:
        return None
    frames = tuple((each.function, each.file, each.line) for each in error.frames)
    return error.type, error.message, frames, told(error.cause)


def interleaved(lines: list[str], prefix: Callable[[int, int], str], writers: int) -> str:
    """Each writer's lines in order, those of different writers in an order made by chance."""
    chance = random.Random(5)
    waiting = {writer: iter(lines) for writer in range(writers)}
    found: list[str] = []
    while waiting:
        writer = chance.choice(sorted(waiting))
        line = next(waiting[writer], None)
        if line is None:
            del waiting[writer]
        else:
            found.append(prefix(writer, len(found)) + line)
    return "\n".join(found) + "\n"


def occurrences(folder: Path, text: str, **options: Any) -> list[Trace]:
    """The traces in a log of that text."""
    path = folder / "a.log"
    path.write_text(text)
    return list(Occurrences([str(path)], Options(**options)))


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_prefix_is_found_by_itself(tmp_path: Path, prefix: str, sample: str) -> None:
    data = (CORPUS / SAMPLES[sample]).read_bytes()
    bare = [told(each.error) for each in stacktraces.parse(data) if isinstance(each, Trace)]
    lines = data.decode().rstrip("\n").split("\n")
    for writers in (1, 3):
        text = interleaved(lines, PREFIXES[prefix], writers)
        found = [told(each.error) for each in occurrences(tmp_path, text)]
        assert sorted(found, key=repr) == sorted(bare * writers, key=repr)


@pytest.mark.parametrize("chunk", [512, 256 << 10])
def test_eight_ranks_that_interleave_at_random(tmp_path: Path, chunk: int) -> None:
    chance = random.Random(11)
    written: Counter[tuple[int, str]] = Counter()
    queues: list[list[str]] = []
    for rank in range(8):
        queue: list[str] = []
        while len(queue) < 1250:
            queue.append(f"12:00:{len(queue) % 60:02} INFO step {len(queue)}")
            if chance.random() < 0.1:
                depth, message = chance.randint(1, 6), f"'{rank}-{chance.randint(0, 9)}'"
                queue.append("Traceback (most recent call last):")
                for frame in range(depth):
                    queue += [f'  File "/srv/m{frame}.py", line {frame}, in f{frame}', f"    f{frame + 1}(x)"]
                queue.append(f"KeyError: {message}")
                written[depth, message] += 1
        queues.append([*queue, "12:01:00 INFO done"])
    lines: list[str] = []
    while any(queues):
        rank = chance.choice([each for each in range(8) if queues[each]])
        lines.append(f"[rank{rank}]: {queues[rank].pop(0)}\n")
    found = occurrences(tmp_path, "".join(lines), chunk=chunk)
    assert Counter((len(each.error.frames), each.error.message) for each in found) == written
    assert {each.context.process for each in found} == {f"rank{rank}" for rank in range(8)}


def test_a_syntax_error_without_a_header(tmp_path: Path) -> None:
    lines = [
        "start",
        '  File "/a.py", line 3',
        "    print('a'",
        "         ^",
        "SyntaxError: '(' was never closed",
        "end",
    ]
    (found,) = occurrences(tmp_path, "".join(f"[rank0]: {line}\n" for line in lines))
    assert (found.error.type, found.error.frames[0].file, found.error.frames[0].line) == (
        "SyntaxError",
        "/a.py",
        3,
    )


def test_a_header_behind_the_text_of_a_record(tmp_path: Path) -> None:
    trace = ['  File "/srv/a.py", line 3, in f', "    g()", "KeyError: 'x'"]
    first, second = (
        [f"2026-03-01 12:00:0{number},000 ERROR shop Traceback (most recent call last):", *trace]
        for number in (1, 2)
    )
    lines = [
        f"[rank{rank}]: {line}\n"
        for pair in zip(first, second, strict=True)
        for rank, line in enumerate(pair)
    ]
    lines += [f"[rank0]: {line}\n" for line in [*second, "2026-03-01 12:00:03,000 INFO shop end"]]
    found = occurrences(tmp_path, "".join(lines))
    assert [(each.error.message, each.context.process, each.context.level) for each in found] == [
        ("'x'", "rank0", "ERROR"),
        ("'x'", "rank1", "ERROR"),
        ("'x'", "rank0", "ERROR"),
    ]


def test_lines_that_are_filled_up_with_blanks(tmp_path: Path) -> None:
    lines = ["Traceback (most recent call last):", '  File "/a.py", line 3, in f', "    g()", "KeyError: 'x'"]
    (found,) = occurrences(tmp_path, "".join(f"{'[rank0]: ' + line:<70}\n" for line in lines))
    assert (found.error.message, found.error.frames[0].function) == ("'x'", "f")


def test_a_line_behind_a_later_second_is_none_of_the_message(tmp_path: Path) -> None:
    lines = ["Traceback (most recent call last):", '  File "/a.py", line 3, in f', "RuntimeError: one", "two"]
    text = "".join(f"10:05:41 web.1 | {line}\n" for line in lines) + "10:05:43 web.1 | three\n"
    (found,) = occurrences(tmp_path, text)
    assert found.error.message == "one\ntwo"


@pytest.mark.parametrize("before", ["> ", "    ", "\x1b[31m", "| ", "  + "])
def test_a_margin_names_no_writer(before: str) -> None:
    assert prefix_of(before.encode()) is None


@pytest.mark.parametrize(
    ("line", "fields", "time", "marks_record"),
    [
        ("[rank0]: x", {"process": "rank0"}, None, False),
        ("web_app.1.abc@node1    | x", {"process": "web_app.1.abc@node1"}, None, False),
        ("10:05:41 web.1    | x", {"process": "web.1"}, None, False),
        ("hostA\tx", {"process": "hostA"}, None, False),
        ("2026-03-01 12:00:00,003 ERROR app: x", {"level": "ERROR", "logger": "app"}, "2026-03-01 12:00:00,003", True),
        ("(Core pid=7) ERROR 06-29 11:22:29 [core.py:12] x", {"task": "Core", "pid": "7", "level": "ERROR", "logger": "core.py:12"}, "06-29 11:22:29", True),
        ("ERROR [shop of 7] x", {"level": "ERROR"}, None, True),
        ("two words: x", {}, None, False),
    ],
)  # fmt: skip
def test_what_a_prefix_says(line: str, fields: dict[str, str], time: str | None, marks_record: bool) -> None:
    assert bearer_of(line.encode(), len(line) - 1) == (fields, time, marks_record)


def test_a_time_may_change() -> None:
    prefix = prefix_of(b"10:05:41 web.1 | ")
    assert prefix == LinePrefix(b"", True, b" web.1 | ")
    assert prefix is not None
    assert [
        prefix.length(line) for line in (b"9:59:00 web.1 | x", b"10:05:41 web.1 |", b"10:05:41 web.2 | x")
    ] == [
        16,
        16,
        -1,
    ]


HEADER = "Traceback (most recent call last):"
KINDS = {
    "plain": [
        HEADER,
        '  File "/srv/m.py", line 3, in step',
        "    raise ValueError(n)",
        "ValueError: bad batch {}",
    ],
    "chain": [
        HEADER,
        '  File "/srv/m.py", line 5, in load',
        "KeyError: 'x'",
        "",
        "The above exception was the direct cause of the following exception:",
        "",
        HEADER,
        '  File "/srv/m.py", line 7, in load',
        "RuntimeError: cannot load {}",
    ],
    "several lines": [
        HEADER,
        '  File "/srv/m.py", line 9, in fit',
        "torch.OutOfMemoryError: tried {}",
        "GPU 0 has 3",
    ],
    "syntax": [
        HEADER,
        '  File "/srv/m.py", line 2, in f',
        '  File "x.py", line 3',
        "    def (",
        "SyntaxError: no {}",
    ],
    "group": [
        "  + Exception Group Traceback (most recent call last):",
        '  |   File "/srv/g.py", line 3, in main',
        "  | ExceptionGroup: many {} (1 sub-exception)",
        "  +-+---------------- 1 ----------------",
        "    | ValueError: one",
        "    +------------------------------------",
    ],
}
FIRST_LINES = {
    "plain": "bad batch {}",
    "chain": "cannot load {}",
    "several lines": "tried {}\nGPU 0 has 3",
    "syntax": "no {}",
    "group": "many {} (1 sub-exception)",
}


@pytest.mark.parametrize("seed", range(40) if "STACKTRACES_MATRIX" in os.environ else (3, 4))
def test_ten_thousand_records_of_eight_ranks(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    queues: list[list[str]] = [[] for _ in range(8)]
    written = []
    for number in range(10_000):
        queue = queues[chance.randrange(8)]
        queue.append(f"2026-03-01 12:{number // 600 % 60:02}:{number // 10 % 60:02},000 INFO step {number}")
        if chance.random() < 0.1:
            kind = chance.choice(sorted(KINDS))
            queue += [line.format(number) for line in KINDS[kind]]
            written.append(FIRST_LINES[kind].format(number))
    lines = []
    waiting = [(rank, iter(queue)) for rank, queue in enumerate(queues)]
    while waiting:
        rank, queue_lines = chosen = chance.choice(waiting)
        line = next(queue_lines, None)
        if line is None:
            waiting.remove(chosen)
        else:
            lines.append(f"[rank{rank}]: {line}")
    found = occurrences(tmp_path, "\n".join(lines) + "\n")
    assert sorted(each.error.message or "" for each in found) == sorted(written)
    assert not any(each.error.type is None for each in found)
