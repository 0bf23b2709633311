"""Decisions of people as rules, and going through what needs attention."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.errors import RuleError
from stacktraces.known import Issue, Run, open_store, operations, record
from stacktraces.known.decisions import as_one, as_own, keep
from stacktraces.known.issue import Stack
from stacktraces.known.review import Review, answers
from stacktraces.known.verdict import label
from stacktraces.model import Error, Frame, Group
from stacktraces.signatures.fingerprint import fingerprint
from stacktraces.signatures.issue_rule_files import load_issue_rules

NOW = Run(now="2026-03-02T00:00:00Z")


def issue(title: str, *fingerprints: str) -> Issue:
    return Issue(id=fingerprints[0], title=title, stacks=[Stack(each) for each in fingerprints])


class TestKeep:
    def test_the_last_decision_stands_first(self, tmp_path: Path) -> None:
        path = tmp_path / "issue-rules.toml"
        keep(path, as_one(issue("a", "4-aa", "4-bb")))
        keep(path, as_own(issue("b", "4-bb")))
        assert [(each.name, each.group, each.apart) for each in load_issue_rules(path).rules] == [
            ("b", None, True),
            ("a", "a", False),
        ]

    def test_one_with_the_same_conditions_gives_way(self, tmp_path: Path) -> None:
        path = tmp_path / "issue-rules.toml"
        path.write_text("# our rules\n")
        keep(path, as_own(issue("b", "4-bb")))
        text = path.read_text()
        for title in ("c", "b", "b"):
            keep(path, as_own(issue(title, "4-bb")))
        assert path.read_text() == text

    def test_names_are_told_apart_and_other_rules_stay_as_they_are(self, tmp_path: Path) -> None:
        path = tmp_path / "issue-rules.toml"
        mine = '# why\n[[rule]]   # first\nname = "t"\nmatch = {type = "X"}\nignore = true\n'
        path.write_text(mine)
        given = keep(path, as_own(issue("t", "4-cc")))
        assert 'name = "t (2)"' in given
        assert path.read_text() == "# why\n" + given + "\n" + mine.partition("\n")[2]

    def test_two_issues_of_one_title_are_two_groups(self, tmp_path: Path) -> None:
        path = tmp_path / "issue-rules.toml"
        keep(path, as_one(issue("t", "4-aa", "4-bb")))
        keep(path, as_one(issue("t", "4-cc", "4-dd")))
        assert [each.group for each in load_issue_rules(path).rules] == ["t (2)", "t"]

    def test_a_decision_on_more_replaces_those_on_parts_of_it(self, tmp_path: Path) -> None:
        path = tmp_path / "issue-rules.toml"
        keep(path, as_own(issue("b", "4-bb")))
        keep(path, as_one(issue("t", "4-aa", "4-bb")))
        keep(path, as_one(issue("t", "4-aa", "4-bb", "4-cc")))
        (rule,) = load_issue_rules(path).rules
        assert (rule.group, rule.match.fingerprint) == ("t", ["4-aa", "4-bb", "4-cc"])

    def test_what_a_rule_named_is_matched_by_its_fingerprint_without_rules(self) -> None:
        known = group("total")
        found = Issue(id="group-a", title="t", stacks=[Stack("group-a", known.error), Stack("4-bb")])
        assert as_one(found).match.fingerprint == [fingerprint(known.error, known.error.runtime), "4-bb"]

    def test_hostile_titles_are_only_text(self, tmp_path: Path) -> None:
        path = tmp_path / "issue-rules.toml"
        title = 'x"\n[[rule]]\nname = "y\x1b[2J'
        keep(path, as_one(issue(title, "4-aa")))
        assert "\x1b" not in path.read_text()
        assert len(load_issue_rules(path).rules) == 1

    def test_a_wrong_file_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "issue-rules.toml"
        path.write_text("[[rule]]\n")
        with pytest.raises(RuleError):
            keep(path, as_own(issue("b", "4-bb")))
        assert path.read_text() == "[[rule]]\n"


def group(function: str, message: str = "x", file: str = "shop/a.py") -> Group:
    frames = [Frame(function, file=file, line=3), Frame("handle", file="shop/web.py", line=9)]
    error = Error("ValueError", message, frames=frames)
    return Group(fingerprint(error, "python"), error, "python", "python", 1)


def deep(*more: str) -> Group:
    names = ["total", "price", "tax", *more, "order", "cart", "view", "handle", "serve"]
    error = Error("KeyError", "'x'", frames=[Frame(each, file=f"shop/{each}.py", line=3) for each in names])
    return Group(fingerprint(error, "python"), error, "python", "python", 1)


class TestReview:
    def test_an_answer_settles_what_is_surely_like_it(self, tmp_path: Path) -> None:
        store = open_store(tmp_path / "known.db", create=True)
        review = Review([deep(), deep("retry"), group("pay")], store, NOW)
        assert [each.judgement.verdict for each in review.waiting] == ["new"] * 3
        assert answers(review.waiting[0]) == ("new", "ignore", "skip")
        while review.waiting[0].group.error.type != "KeyError":
            review.answer("skip")
        asked = review.waiting[0].group.fingerprint
        settled = [each.group.fingerprint for each in review.answer("new")]
        assert [asked, *settled] in (
            [deep().fingerprint, deep("retry").fingerprint],
            [deep("retry").fingerprint, deep().fingerprint],
        )
        assert [each.id for each in store.issues()] == [asked]
        store.close()

    def test_what_is_like_an_issue_may_be_said_to_be_it(self, tmp_path: Path) -> None:
        store = open_store(tmp_path / "known.toml", create=True)
        record(label([group("total", "disk full")], store, run=NOW), store, run=NOW)
        other = group("total", "permission denied")
        review = Review([other], store, NOW)
        assert answers(review.waiting[0]) == ("new", "same", "ignore", "skip")
        review.answer("same")
        (kept,) = store.issues()
        assert [each.message for each in kept.exemplars] == ["disk full", "permission denied"]
        assert review.waiting == []
        store.close()

    def test_what_is_regressed_is_opened_again_or_ignored(self, tmp_path: Path) -> None:
        store = open_store(tmp_path / "known.toml", create=True)
        groups = [group("total"), group("pay")]
        record(label(groups, store, run=NOW), store, run=NOW)
        for each in groups:
            operations.change(store, each.fingerprint, lambda found: operations.resolve(found, version="1"))
        review = Review(groups, store, Run(now=NOW.now, app_version="2"))
        assert answers(review.waiting[0]) == ("open", "ignore", "skip")
        review.answer("open")
        review.answer("ignore")
        assert sorted(each.status for each in store.issues()) == ["ignored", "open"]
        assert review.waiting == []
        store.close()

    def test_what_is_skipped_is_left_as_it_is(self, tmp_path: Path) -> None:
        store = open_store(tmp_path / "known.toml", create=True)
        review = Review([group("total")], store, NOW)
        assert review.answer("skip") == []
        assert (review.waiting, list(store.issues())) == ([], [])
        store.close()
