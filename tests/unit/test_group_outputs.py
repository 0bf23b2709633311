"""Each output of ``stacktraces log --format``: what other programs read in it, and that no input steers them."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec
import pytest
from markdown_it import MarkdownIt

from stacktraces.model import Error, Frame, Group, Judgement, KnownIssue, Origin, RelatedStack
from stacktraces.render.groups import Answer, Output, Shown, find, names
from stacktraces.render.report import ReportStats
from tests.attacks import ATTACK, LINES, filled, raw

STATS = ReportStats(bytes=1000, traces=5, groups=2, files=1, unreadable=[], seconds=0.5)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "|x"]


def answer(*shown: Shown, place: bool = True, values: bool = False) -> Answer:
    return Answer(
        shown=shown,
        stats=STATS,
        locate=lambda frame: ("shop/cart, old:1.py", frame.line or 1) if place and frame.file else None,
        own_frames=lambda frames, _: [bool(each.file and "shop" in each.file) for each in frames],
        version="1.2.3",
        values=values,
    )


def group(number: int = 1, **changes: object) -> Group:
    library = [
        Frame(function=f"call{each}", file="/usr/lib/python3/json.py", line=each) for each in (1, 2, 3)
    ]
    own = Frame(
        function="total",
        file="/srv/shop/cart.py",
        line=12,
        source="return sum(prices)",
        locals={"secret": "hunter2"},
    )
    found = Group(
        fingerprint=f"3-{number:016x}",
        error=Error(
            type="KeyError",
            message="'sku'\nsecond line",
            frames=[*library, own],
            cause=Error(type="OSError", message="disk full", frames=[own]),
            cause_kind="cause",
            related=[RelatedStack("freed by", [own])],
        ),
        format="python",
        runtime="python",
        count=number,
        first_seen="2026-05-01T10:00:00Z",
        last_seen="2026-05-01T11:00:00.5Z",
        timeline=[1, 0, 2],
        sources=[Origin("app.log", 3, 100)],
        culprit=own,
    )
    return msgspec.structs.replace(found, **changes)


def judged(verdict: str, number: int = 1, **changes: object) -> Shown:
    issue = KnownIssue("3-1", "A title", link="https://tracker.example/1")
    return Shown(group(number, **changes), Judgement(verdict=verdict, reason="it is so", issue=issue))  # type: ignore[arg-type]


def printed(name: str, given: Answer) -> str:
    return b"".join(find(name).pieces(given)).decode()


@pytest.mark.parametrize("name", names())
def test_nothing_found_is_an_answer(name: str) -> None:
    assert isinstance(find(name), Output)
    printed(name, answer())


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("text", [ATTACK, LINES])
def test_no_output_shows_hostile_text_raw(name: str, text: str) -> None:
    shown = Shown(filled(Group, text), filled(Judgement, text))
    for values in (False, True):
        found = printed(name, answer(shown, judged("new"), values=values))
        assert raw(found) is None


@pytest.mark.parametrize("name", names())
def test_values_of_variables_appear_only_where_asked_for(name: str) -> None:
    assert "hunter2" not in printed(name, answer(judged("new")))


def test_annotations_name_file_line_and_verdict() -> None:
    lines = printed("github", answer(judged("known"), judged("new"), judged("ignored"))).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error title=new%3A KeyError,file=shop/cart%2C old%3A1.py,line=12::KeyError: 'sku'%0A"
    )
    assert lines[1].startswith("::notice title=known%3A KeyError,")


def test_annotations_are_no_more_than_a_step_shows_and_new_ones_come_first() -> None:
    many = [judged("known", each) for each in range(1, 30)] + [judged("new", each) for each in range(1, 30)]
    lines = printed("github", answer(*many)).splitlines()
    assert [line.split(" ")[0] for line in lines[:-1]] == ["::error"] * 10 + ["::notice"] * 10
    assert lines[-1] == "38 more groups are in the summary of the step."


def test_a_message_is_no_command_of_the_runner() -> None:
    hostile = "x\n::set-env name=A::b\n##[add-path]/tmp\r\n%0A::error::y"
    text = printed("github", answer(judged("new", error=Error(type=hostile, message=hostile))))
    (line,) = text.splitlines()
    assert line.startswith("::error ")
    assert "%250A" in line


def test_the_summary_is_no_longer_than_a_step_may_write() -> None:
    assert find("github").companion is not None
    variable, pieces = find("github").companion  # type: ignore[misc]
    assert variable == "GITHUB_STEP_SUMMARY"
    many = [judged("new", each, error=Error(message="m" * 300, type="T" * 200000)) for each in range(30)]
    assert 100_000 < sum(map(len, pieces(answer(*many)))) <= 1024 * 1024


def tokens(text: str) -> Iterator[tuple[str, str]]:
    for block in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        yield block.type, block.content
        for each in block.children or ():
            yield each.type, each.content


@pytest.mark.parametrize(
    "text", [ATTACK, LINES, "`a``b", "``", "|x|", "[a](b) <b> @me #1 *x* ~~~", "\n```\n<script>", "````"]
)
def test_markdown_knows_no_markup_of_the_input(text: str) -> None:
    shown = Shown(filled(Group, text), filled(Judgement, text))
    plain_kinds = {kind for kind, _ in tokens(printed("markdown", answer(judged("new"))))}
    kinds = list(tokens(printed("markdown", answer(shown, judged("new")))))
    assert {kind for kind, _ in kinds} <= plain_kinds | {"text"}
    html = [content for kind, content in kinds if kind in ("html_block", "html_inline")]
    tags = {tag for each in html for tag in re.findall(r"<(/?\w+)", each)}
    assert tags <= {"details", "/details", "summary", "/summary", "code", "/code"}


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    shown = Shown(filled(Group, text), filled(Judgement, text))
    rows = list(csv.reader(io.StringIO(printed("csv", answer(shown)), newline="")))
    assert len(rows) == 2
    assert not [
        cell for cell in rows[1] if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "|"))
    ]


def test_a_table_of_values_has_one_row_for_each_group() -> None:
    header, row = csv.DictReader(io.StringIO(printed("csv", answer(judged("new", 4)))), strict=True), None
    (row,) = list(header)
    assert (row["verdict"], row["count"], row["type"], row["file"], row["line"], row["root_cause"]) == (
        "new",
        "4",
        "KeyError",
        "shop/cart, old:1.py",
        "12",
        "OSError: disk full",
    )


def test_junit_fails_for_what_is_not_known() -> None:
    shown = [judged("new", 1), judged("known", 2), judged("ignored", 3), judged("similar", 4)]
    suites = ElementTree.fromstring(printed("junit", answer(*shown)))
    assert suites.attrib == {"tests": "4", "failures": "2", "skipped": "1", "errors": "0"}
    cases = suites.findall("./testsuite/testcase")
    assert [next(child.tag for child in case) for case in cases] == [
        "failure",
        "system-out",
        "skipped",
        "failure",
    ]
    assert cases[0].find("failure").attrib == {"type": "KeyError", "message": "KeyError: 'sku'"}  # type: ignore[union-attr]


@pytest.mark.parametrize("text", [ATTACK, LINES, "\ufffe\uffff\x00\x01]]>"])
def test_junit_is_well_formed_whatever_the_input(text: str) -> None:
    ElementTree.fromstring(printed("junit", answer(Shown(filled(Group, text), filled(Judgement, text)))))


def test_code_quality_holds_what_has_a_place() -> None:
    (issue,) = json.loads(printed("gitlab", answer(judged("regressed"))))
    assert issue["location"] == {"path": "shop/cart, old:1.py", "lines": {"begin": 12}}
    assert (issue["severity"], issue["fingerprint"]) == ("critical", "3-0000000000000001")
    assert json.loads(printed("gitlab", answer(judged("new"), place=False))) == []
    assert find("gitlab").located


def test_sarif_has_place_stacks_and_fingerprint() -> None:
    (run,) = json.loads(printed("sarif", answer(judged("known", 7))))["runs"]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "KeyError"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "shop/cart%2C%20old%3A1.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 12}
    assert result["partialFingerprints"] == {"stacktraces/v3": "3-0000000000000007"}
    assert (result["baselineState"], result["level"], result["occurrenceCount"]) == ("unchanged", "note", 7)
    assert [stack["message"]["text"] for stack in result["stacks"]] == [
        "KeyError: 'sku'",
        "OSError: disk full",
    ]


def test_quickfix_names_a_place_in_each_line() -> None:
    lines = printed("quickfix", answer(judged("new", 2))).splitlines()
    assert lines[0] == "shop/cart, old:1.py:12: new: KeyError: 'sku' (2 ×)"
    assert lines[-1] == "shop/cart, old:1.py:12: in total"


class Page(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", [ATTACK, LINES])
def test_a_page_has_no_markup_of_the_input(text: str) -> None:
    page = Page(printed("html", answer(Shown(filled(Group, text), filled(Judgement, text)))))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == 1
    assert not {"img", "iframe", "object", "link", "base"} & set(tags)
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_a_page_links_to_nothing_but_web_pages() -> None:
    shown = judged("known")
    assert shown.judgement is not None
    for link, links in (
        ("https://tracker.example/1", 1),
        ("javascript:alert(1)", 0),
        ("data:text/html,x", 0),
    ):
        issue = KnownIssue("3-1", "A title", link=link)
        judgement = msgspec.structs.replace(shown.judgement, issue=issue)
        page = Page(printed("html", answer(Shown(shown.group, judgement))))
        assert [tag for tag, _ in page.tags].count("a") == links


def test_a_page_folds_libraries_around_own_frames_and_shows_locals_when_asked() -> None:
    text = printed("html", answer(judged("new"), values=True))
    assert "3 frames of libraries" in text
    assert "hunter2" in text


def test_metrics_add_up_what_is_beyond_the_limit() -> None:
    text = printed("openmetrics", answer(*(Shown(group(each)) for each in range(1, 211))))
    samples = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    counted = [int(count) for name, count in samples.items() if name.startswith("stacktraces_errors_total")]
    assert len(counted) == 201
    assert sum(counted) == sum(range(1, 211))
    assert samples['stacktraces_errors_total{fingerprint="others"}'] == str(sum(range(201, 211)))
    assert text.endswith("# EOF\n")


def test_an_event_of_sentry_has_causes_first_and_outermost_frames_first() -> None:
    header, item, event = map(json.loads, printed("sentry", answer(judged("new"))).splitlines())
    assert header["sdk"]["version"] == "1.2.3"
    assert item["type"] == "event"
    values = event["exception"]["values"]
    assert [each["type"] for each in values] == ["OSError", "KeyError"]
    assert [(each["function"], each["in_app"]) for each in values[1]["stacktrace"]["frames"]] == [
        ("total", True),
        ("call3", False),
        ("call2", False),
        ("call1", False),
    ]
    assert event["fingerprint"] == ["3-0000000000000001"]


def test_a_record_of_opentelemetry_stands_at_the_last_moment() -> None:
    document = json.loads(printed("otlp", answer(judged("new"))))
    (record,) = document["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
    values = {each["key"]: each["value"] for each in record["attributes"]}
    assert record["timeUnixNano"] == "1777633200500000000"
    assert values["exception.type"] == {"stringValue": "KeyError"}
    assert values["stacktraces.count"] == {"intValue": "1"}
    assert "disk full" in values["exception.stacktrace"]["stringValue"]
