"""Java exceptions that the compiled part counts give what reading each of them gives."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import need_compiled_part
from tests.property.test_repeats import compose, cri, docker, plain, result

need_compiled_part()

RECORDS = [
    "2024-05-01 12:00:{0:02d},{1:03d} ERROR [main-{1}] shop.Api - request {1} failed\n",
    "12:00:{0:02d}.{1:03d} [main] ERROR shop.Api -- failed\n",
    "2024-05-01 12:00:{0:02d},{1:03d} ERROR order {1} failed: ",
    "2024-05-01 12:00:{0:02d},{1:03d} WARN java.io.IOException: again: ",
    "May 1, 2024 12:00:{0:02d} PM shop.Api main\nSEVERE: failed\n",
    "not a record {0}\n",
    "",
]
HEADS = ["{0}", "{0}", "{0}", 'Exception in thread "main-{1}" {0}', "<#1a2b3c4d> {0}"]
TYPES = [
    "java.lang.IllegalStateException",
    "shop.Orders$OrderFailed",
    "java.lang.NullPointerException",
    "java.lang.Exception",
    "OrderFailed",
]
MESSAGES = [
    ": one",
    ": two",
    "",
    ": ",
    ":",
    ": null",
    ": Stack trace",
    ": java.io.IOException: nested",
    ": Traceback (most recent call last):",
    ": goroutine 1 [running]:",
    ': Exception in thread "x" a.B: c',
    ": first\nsecond",
    ": first:\njava.io.IOException: second",
    ": first\n\tat not.A.frame(Not.java:1)\nsecond",
    ": first\n\nCaused by: nobody",
    ": grüße",
    ": 2024-05-01 12:00:00 x",
]
FRAMES = [
    "\tat shop.Orders.main(Orders.java:33)\n",
    "\tat shop.Store.price(Store.java:3)\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n",
    "\tat shop.Orders.lambda$total$0(Orders.java:21) ~[app.jar:1.2]\n\tat shop.Orders.main(Orders.java:33) [app.jar:1.2]\n",
    "\tat java.base/java.lang.Thread.dumpStack(Thread.java:1389)\n\tat shop.Orders.main(Orders.java:60)\n",
    "\tat shop.T.total of an order(T.kt:3)\n",
    "    at shop.Orders.main (Orders.java:33)\n",
    "",
]
ENDS = ["", "", "\t... 1 more\n", "\t... 2 common frames omitted\n", "\t... suppressed 3 lines\n"]
LINKS = [
    "Caused by: {0}",
    "Caused by: {0}",
    "\tSuppressed: {0}",
    "Wrapped by: {0}",
    "Caused by: [CIRCULAR REFERENCE: {0}]",
]


def occurrence(kind: Random, random: Random) -> str:
    """A log record with an exception, of the kind that ``kind`` draws, as it is once."""

    def named() -> str:
        usual, odd = kind.choice(MESSAGES[:2]), kind.choice(MESSAGES)
        return kind.choice(TYPES) + (odd if random.random() < 0.08 else usual[:2] + str(random.randrange(50)))

    number = random.randrange(60)
    text = kind.choice(RECORDS[:1] * 4 + RECORDS).format(number, number * 7)
    text += kind.choice(HEADS).format(named(), number) + "\n" + kind.choice(FRAMES[:3] * 3 + FRAMES)
    for _ in range(kind.randrange(3)):
        text += (
            kind.choice(LINKS).format(named())
            + "\n"
            + kind.choice(FRAMES[:3] * 3 + FRAMES)
            + kind.choice(ENDS)
        )
    return text


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    seeds = draw(st.lists(st.integers(0, 1 << 32), min_size=1, max_size=4))
    random = draw(st.randoms(use_true_random=False))
    lines = []
    for index in range(draw(st.integers(3, 30))):
        text = occurrence(Random(random.choice(seeds)), random)
        lines += [(index % 5 == 4, line) for line in text.removesuffix("\n").split("\n")]
    text = draw(st.sampled_from([plain, plain, plain, cri, docker, compose]))(
        [(0, line) for _, line in lines]
    )
    return text.encode()[: None if draw(st.booleans()) else -draw(st.integers(1, 40))]


@settings(deadline=None, max_examples=150)
@given(logs(), st.sampled_from([{}, {"chunk": 64}, {"chunk": 1000}]))
def test_counting_is_reading(log: bytes, options: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.log")
        path.write_bytes(log)
        assert result(path, **options) == result(path, fast=False, engine="builtin", **options)
