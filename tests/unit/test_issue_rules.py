"""Rules of a team's own: what they match, what becomes of it, and how wrong ones are refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import stacktraces
from stacktraces.errors import RuleError
from stacktraces.known import Run, StoreMatcher, failing, label, open_store, record
from stacktraces.model import Error, Frame
from stacktraces.signatures.issue_rule_files import load_issue_rules, parse_issue_rules
from stacktraces.signatures.issue_rules import Conditions, IssueRules, matches

DISK = """\
2026-03-01 10:00:0{second} ERROR write failed
Traceback (most recent call last):
  File "/srv/shop/{file}.py", line 10, in {function}
    os.write(fd, data)
{error}
"""
FULL, DENIED = "OSError: [Errno 28] No space left on device", "OSError: [Errno 13] Permission denied: '/a'"
RULES = """\
[[rule]]
name = "disk full"
match = { type = "OSError", message = "*No space left*" }
group = "disk full"
owner = "storage"
severity = "high"

[[rule]]
name = "cart"
match = { file = "shop/cart.py" }
ignore = true
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    traces = [
        DISK.format(second=0, file="disk", function="write", error=FULL),
        DISK.format(second=1, file="disk", function="write", error=DENIED),
        DISK.format(second=2, file="cache", function="flush", error=FULL),
        DISK.format(second=3, file="disk", function="write", error=FULL),
        DISK.format(second=4, file="cart", function="total", error="KeyError: 'x'"),
    ]
    path.write_text("".join(traces))
    return path


def rules(text: str) -> IssueRules:
    return parse_issue_rules(text, "issue-rules.toml")


def found(log: Path, text: str, **options: object) -> dict[str | None, list[tuple[str, int]]]:
    """The groups that each rule has, each by the innermost function and its count."""
    result = stacktraces.scan(log, issue_rules=rules(text), **options)  # type: ignore[arg-type]
    by_rule: dict[str | None, list[tuple[str, int]]] = {}
    for each in result.groups:
        name = each.rule.name if each.rule else None
        by_rule.setdefault(name, []).append((each.error.frames[0].function or "", each.count))
    return by_rule


def test_what_a_rule_groups_is_one_group(log: Path) -> None:
    expected = {"disk full": [("write", 3)], None: [("write", 1)], "cart": [("total", 1)]}
    assert found(log, RULES) == expected
    with ThreadPoolExecutor(1) as executor:
        assert found(log, RULES, executor=executor) == expected


def test_what_bears_a_message_of_a_rule_stands_apart_however_often_it_was_seen(log: Path) -> None:
    """Traces that differ in the message alone are counted by their bytes, unless a rule reads messages."""
    log.write_text(log.read_text() * 20)
    text = '[[rule]]\nname = "full"\nmatch = { function = "write", message = "*No space*" }\nowner = "x"\n'
    assert found(log, text) == {"full": [("write", 40)], None: [("write", 20), ("flush", 20), ("total", 20)]}


def test_the_first_rule_decides(log: Path) -> None:
    first = '[[rule]]\nname = "all"\nmatch = { runtime = "python" }\ngroup = "python"\n'
    assert found(log, first + RULES) == {"all": [("write", 5)]}
    assert found(log, RULES + first) == {
        "disk full": [("write", 3)],
        "all": [("write", 1)],
        "cart": [("total", 1)],
    }


ERROR = Error(
    "shop.errors.Failed",
    "order 7 failed",
    frames=[
        Frame("shop.Cart.total", file="C:\\srv\\shop\\cart.py", line=3),
        Frame("main", module="/lib/libx.so"),
    ],
    cause=Error("OSError", "[Errno 28] No space left", frames=[Frame("write", file="/srv/disk.py")]),
)


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(type="Failed"),
        Conditions(type=["X", "shop.*"]),
        Conditions(type="OSError", message="*Errno 28*"),
        Conditions(message="order * failed"),
        Conditions(function="total"),
        Conditions(function="*Cart.total", file="cart.py"),
        Conditions(file="shop/cart.py"),
        Conditions(file="disk.py", function="write"),
        Conditions(module="libx.so"),
        Conditions(fingerprint="4-ab", runtime="python"),
    ],
    ids=str,
)
def test_what_matches(conditions: Conditions) -> None:
    assert matches(conditions, ERROR, "python", "4-abcdef")


@pytest.mark.parametrize(
    "conditions",
    [
        Conditions(type="errors"),
        Conditions(type="Failed", message="*Errno 28*"),
        Conditions(function="total", file="disk.py"),
        Conditions(file="art.py"),
        Conditions(runtime="java"),
        Conditions(fingerprint="4-b"),
        Conditions(type="failed"),
    ],
    ids=str,
)
def test_what_does_not_match(conditions: Conditions) -> None:
    assert not matches(conditions, ERROR, "python", "4-abcdef")


def test_many_stars_end() -> None:
    error = Error("E", "a" * 100_000)
    assert not matches(Conditions(message="*a" * 60 + "b"), error, None, "4-a")


WRONG = {
    "rule = 3": "issue-rules.toml:1: Expected `array`, got `int`",
    "[[rule]\n": "issue-rules.toml:1: not valid TOML",
    '[[rule]]\nname = "a"\n': "issue-rules.toml:1: Object missing required field `match`",
    '\n[[rule]]\nname = "a"\nmatch = { typ = "X" }\nignore = true\n': "issue-rules.toml:4: Object contains unknown",
    '[[rule]]\nname = "a"\nmatch = { type = "X" }\nignore = "yes"\n': "issue-rules.toml:4: Expected `bool`",
    '[[rule]]\nname = "a"\nmatch = { type = "X" }\nseverity = "red"\n': "issue-rules.toml:4: Invalid enum value",
    '[[rule]]\nname = "a"\nmatch = {}\nignore = true\n': "issue-rules.toml:1: rule 'a' matches all errors",
    '[[rule]]\nname = "a"\nmatch = { type = "X" }\n': "issue-rules.toml:1: rule 'a' does nothing",
    '[[rule]]\nname = "a"\nmatch = { type = "X" }\napart = true\ngroup = "x"\n': "contradicts itself",
    '[[rule]]\nname = "a"\nmatch = { type = "" }\nignore = true\n': "rule 'a' has an empty `type` in `match`",
    '[[rule]]\nname = "a"\nmatch = { type = ["X", ""] }\nignore = true\n': "has an empty `type` in `match`",
    '[[rule]]\nname = "a"\nmatch = { type = "X" }\ngroup = ""\ntitle = "t"\n': "has an empty `group`",
    '[[rule]]\nname = "a"\nmatch = { fingerprint = "4-*" }\nignore = true\n': "has a glob as `fingerprint`",
    '[[rule]]\nname = " "\nmatch = { type = "X" }\nignore = true\n': "a rule without a name",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_refused_with_file_line_and_reason(text: str) -> None:
    with pytest.raises(RuleError) as raised:
        rules(text)
    assert WRONG[text] in str(raised.value)
    assert str(raised.value).startswith("issue-rules.toml:")


def test_rules_that_contradict_one_another_are_refused() -> None:
    one = '[[rule]]\nname = "{name}"\nmatch = {{ type = {type} }}\n{then}\n'
    first = one.format(name="a", type='["X", "Y"]', then="ignore = true")
    with pytest.raises(
        RuleError, match="5: rule 'b' never decides: rule 'a' at line 1 has the same conditions"
    ):
        rules(first + one.format(name="b", type='["Y", "X"]', then='group = "g"'))
    with pytest.raises(RuleError, match="5: rule 'a' has the name of the rule at line 1"):
        rules(first + one.format(name="a", type='"Z"', then='group = "g"'))


GROUPED = '[[rule]]\nname = "{name}"\nmatch = {{ type = "{name}" }}\ngroup = "g"\n{then}\n'


@pytest.mark.parametrize("then", ['owner = "{name}"', 'title = "{name}"', "ignore = {ignore}"])
def test_rules_of_one_group_that_say_different_things_of_it_are_refused(then: str) -> None:
    first = GROUPED.format(name="a", then=then.format(name="a", ignore="true"))
    second = GROUPED.format(name="b", then=then.format(name="b", ignore="false"))
    with pytest.raises(
        RuleError, match="6: rule 'b' contradicts rule 'a' at line 1: of the group 'g' it says"
    ):
        rules(first + second)


def test_what_one_rule_says_of_a_group_holds_for_all_of_it() -> None:
    found = rules(GROUPED.format(name="a", then="") + GROUPED.format(name="b", then='owner = "me"'))
    assert [each.told.owner for each in found.rules] == ["me", "me"]


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert len(rules("\ufeff" + RULES).rules) == 2


def test_what_does_not_match_is_not_ignored_with_what_has_its_fingerprint(tmp_path: Path) -> None:
    """A cause in the middle of a chain is no part of the fingerprint."""
    chain = """\
Traceback (most recent call last):
  File "/srv/a.py", line 1, in root
OSError: x

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/a.py", line 2, in middle
{middle}: x

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/a.py", line 3, in top
ValueError: x
"""
    path = tmp_path / "chains.log"
    path.write_text("\n".join(chain.format(middle=each) for each in ("KeyError", "LookupError", "KeyError")))
    assert found(path, "") == {None: [("top", 3)]}
    ignored = '[[rule]]\nname = "keys"\nmatch = { type = "KeyError" }\nignore = true\n'
    assert found(path, ignored) == {"keys": [("top", 2)], None: [("top", 1)]}


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"no\.toml: the rules cannot be read"):
        load_issue_rules(tmp_path / "no.toml")
    (tmp_path / "bad.toml").write_bytes(b'[[rule]]\nname = "\xff"\n')
    with pytest.raises(RuleError, match=r"bad\.toml:2: the rules are not UTF-8 text"):
        load_issue_rules(tmp_path / "bad.toml")


@pytest.mark.parametrize("kind", ["known.toml", "known.db"])
class TestKnown:
    NOW = Run(now="2026-03-02T00:00:00Z")

    def verdicts(self, log: Path, store: Path, text: str, update: bool = False) -> dict[str, str]:
        groups = stacktraces.scan(log, issue_rules=rules(text) if text else None).groups
        opened = open_store(store, create=True)
        try:
            labelled = label(groups, opened, matcher=StoreMatcher(opened), run=self.NOW)
            if update:
                record(labelled, opened, run=self.NOW)
            assert not failing([each for each in labelled if each.judgement.verdict == "ignored"], ["any"])
            return {
                f"{each.group.error.frames[0].function} {each.group.count}": each.judgement.verdict
                for each in labelled
            }
        finally:
            opened.close()

    def test_a_group_of_a_rule_is_known_once_it_was_recorded(
        self, log: Path, tmp_path: Path, kind: str
    ) -> None:
        store = tmp_path / kind
        first = self.verdicts(log, store, RULES, update=True)
        assert first == {"write 3": "new", "write 1": "new", "total 1": "ignored"}
        again = self.verdicts(log, store, RULES)
        assert again == {"write 3": "known", "write 1": "known", "total 1": "ignored"}
        opened = open_store(store)
        assert sorted(each.title for each in opened.issues()) == [
            "OSError: [Errno 13] Permission denied: <value> in write",
            "disk full",
        ]
        opened.close()

    def test_what_was_recorded_before_there_was_a_rule_is_known(
        self, log: Path, tmp_path: Path, kind: str
    ) -> None:
        store = tmp_path / kind
        self.verdicts(log, store, "", update=True)
        assert self.verdicts(log, store, RULES)["write 3"] == "known"

    def test_what_is_known_stays_known_when_a_rule_gives_its_message_an_owner(
        self, log: Path, tmp_path: Path, kind: str
    ) -> None:
        store = tmp_path / kind
        self.verdicts(log, store, "", update=True)
        owned = '[[rule]]\nname = "o"\nmatch = { message = "*No space*" }\nowner = "x"\n'
        assert set(self.verdicts(log, store, owned).values()) == {"known"}

    def test_what_a_rule_keeps_apart_is_like_nothing_else(self, log: Path, tmp_path: Path, kind: str) -> None:
        store = tmp_path / kind
        log.write_text(DISK.format(second=0, file="disk", function="write", error=FULL))
        self.verdicts(log, store, "", update=True)
        apart = '[[rule]]\nname = "mine"\nmatch = { function = "write" }\napart = true\n'
        assert self.verdicts(log, store, apart, update=True) == {"write 1": "new"}
        assert self.verdicts(log, store, apart) == {"write 1": "known"}
        assert self.verdicts(log, store, "") == {"write 1": "known"}
