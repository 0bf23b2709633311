"""Masking the variable parts of a message."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces.signatures.message import LIMIT, MASKS, Mask, mask


@pytest.mark.parametrize("rule", MASKS, ids=lambda rule: f"{rule.name} {rule.sample}")
def test_each_rule_matches_its_sample(rule: Mask) -> None:
    is_end = rule.sample in ("3", "7d9f")
    around = ("item-", ".") if is_end else ("x ", " y.")
    assert re.fullmatch(rule.pattern, rule.sample) or is_end
    assert mask(around[0] + rule.sample + around[1]) == f"{around[0]}<{rule.name}>{around[1]}"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("list index out of range", "list index out of range"),
        ("'missing'", "<value>"),
        ("it's not the dog's bowl: 'x'", "it's not the dog's bowl: <value>"),
        ("can't and won't", "can't and won't"),
        ("invalid literal for int() with base 10: 'abc'", "invalid literal for int() with base <number>: <value>"),
        ("[Errno 2] No such file or directory: '/srv/x y/z'",
         "[Errno <number>] No such file or directory: <value>"),
        ("refused by 10.1.2.3:5432 and [::1]:80 and fe80::1%eth0", "refused by <ip> and <ip> and <ip>"),
        ("GET https://u:p@example.org/a?b=c failed", "GET <url> failed"),
        ("<Foo object at 0x7f3a5c0010> is gone", "<Foo object at <hex>> is gone"),
        ("name 'x' is not defined. Did you mean: 'xy'?", "name <value> is not defined"),
        ("took 3.5 s of 20ms", "took <duration> of <duration>"),
        ("after 1m30s and 250 MB/s at 3.2 GHz", "after <duration> and <number> at <number>"),
        ("pod shop-api-7d4b9c6f5-x2x8z of web-0 is gone", "pod <id> of web-<number> is gone"),
        ("customer cus_9s6XKzkNRiz8i3, order ORD-4TX81", "customer <id>, order <id>"),
        ("bad token dGhpcyBpcyBhIHRva2VuIDEyMzQ1Njc4==", "bad token <id>"),
        ("MyHttp2ConnectionHandler is closed", "MyHttp2ConnectionHandler is closed"),
        ("at a1b2c3d in tmpx8_2k4qa", "at <hex> in <path>"),
        ("[1, 2, 3] and ['a', 'b']", "[<number>] and [<value>]"),
        ("{'a': 1, 'b': 2}", "{<value>: <number>}"),
        ("commit 9f86d081884c7d65 is no word like defaced", "commit <hex> is no word like defaced"),
        ("2 rows, 1,234.5 kB, 5%, -3, 1e9", "<number> row, <number>"),
        ("a::b and std::vector", "a::b and std::vector"),
        ("open /etc/passwd, not a/b", "open <path>, not a/b"),
        ("worker3 of Thread-12, item_7", "worker<number> of Thread-<number>, item_<number>"),
        ("on 01/May/2024, at 12:00:01", "on <date>, at <time>"),
        ("  two\n lines  ", "two lines"),
        ("utf8 codec", "utf<number> codec"),
        ("python3.11 x86_64 sha256", "python<number> x86_<number> sha<number>"),
        ("", ""),
    ],
)  # fmt: skip
def test_messages(message: str, expected: str) -> None:
    assert mask(message) == expected


@given(st.text(max_size=300), st.integers(min_value=0), st.integers(min_value=0))
def test_a_number_within_any_message_does_not_count(message: str, one: int, other: int) -> None:
    assert mask(f"{message} {one}, ") == mask(f"{message} {other}, ")


ADDRESSES = st.ip_addresses().map(str).filter(lambda address: any(each.isdigit() for each in address))


@given(st.uuids(), st.integers(), ADDRESSES | st.just("::ffff:10.0.0.1"), st.datetimes())
def test_values_do_not_count(uuid: object, number: int, address: str, time: object) -> None:
    found = mask(f"job {uuid} of {number} on {address} at {time}")
    assert found == "job <uuid> of <number> on <ip> at <date>"


@pytest.mark.parametrize(
    "part",
    ["a", "1.", "'", '"', "`", "http://", "/a", "a@", ":", "0-", "Mon ", "1:", "f0", "0x", "Did you mean", "1,", "[",
     "datetime.date(1,", "-", "a.b@c.", "ab:", "\\", "C:\\", "e9", "Jan "],
)  # fmt: skip
def test_hostile_messages_are_cut(part: str) -> None:
    assert len(mask(part * 100_000)) <= LIMIT * len("<duration>")
