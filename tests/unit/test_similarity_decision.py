"""From evidence to known, new or unsure; and pairs of errors that a person would tell apart or join."""

import pytest

from stacktraces.model import Error, Frame
from stacktraces.signatures import document as documents
from stacktraces.signatures.decision import COEFFICIENTS, KNOWN, NEW, Candidate, decide
from stacktraces.signatures.index import IssueIndex
from stacktraces.signatures.similarity import Evidence

APP = "/srv/shop/cart/"
DJANGO = "/usr/lib/python3/dist-packages/django/core/"


def frames(*calls: str, root: str = APP) -> list[Frame]:
    return [
        Frame(function=name, file=(DJANGO if module.startswith("dj_") else root) + module + ".py", line=3)
        for module, _, name in (call.partition(":") for call in calls)
    ]


OUTER = ("dj_views:dispatch", "dj_handlers:inner", "dj_base:get_response", "main:main")
CALLS = ("prices:get_price", "cart:total", "views:checkout", *OUTER)


def document(error: Error) -> documents.StackDocument:
    return documents.document(error, "python")


def error(*calls: str, kind: str = "KeyError", message: str = "no price for 17", root: str = APP) -> Error:
    return Error(type=kind, message=message, frames=frames(*calls, root=root))


def index(others: int = 60) -> IssueIndex:
    found = IssueIndex()
    found.add("the issue", document(error(*CALLS)))
    for number in range(others):
        kind = ("KeyError", "ValueError", "TypeError")[number % 3]
        calls = (f"m{number}:f{number}", f"n{number}:g{number}", f"views:view_{number}", *OUTER)
        found.add(f"other {number}", document(error(*calls, kind=kind, message=f"reason {'x' * number}")))
    return found


@pytest.mark.parametrize("others", [0, 60])
@pytest.mark.parametrize(
    "same",
    [
        error(*CALLS, message="no price for 18"),
        error(*CALLS, root="/home/jane/work/shop/cart/"),
        error(*CALLS[:3]),
        error(*CALLS[:5]),
        error(*CALLS[:2], *CALLS[1:2] * 30, *CALLS[2:]),
        error(*CALLS[:3], "deco:wrapper", *CALLS[3:]),
        error(*CALLS[:-3], "dj_new:inner_3", *CALLS[-3:]),
    ],
    ids=["message value", "path", "truncated", "cut", "recursion", "wrapper", "other framework version"],
)
def test_the_same_bug_is_known(same: Error, others: int) -> None:
    decision = index(others).match(document(same))
    assert decision.label == "known"
    assert decision.best is not None
    assert decision.best.issue == "the issue"


@pytest.mark.parametrize("others", [0, 60])
@pytest.mark.parametrize(
    "different",
    [
        error(CALLS[0], "reports:report", "jobs:nightly", "worker:execute", "worker:loop"),
        error("xml:parse", "feeds:load", "views2:import_feed", *OUTER, message="no feed"),
        error("stock:check", "stock:reserve", "orders:place"),
        error(*CALLS, kind="ValueError", message="negative"),
        error(*CALLS, kind="IndexError", message="out of range"),
    ],
    ids=["same helper", "same framework", "elsewhere", "other type", "sibling type"],
)
def test_a_different_bug_is_new(different: Error, others: int) -> None:
    assert index(others).match(document(different)).label == "new"


@pytest.mark.parametrize("others", [0, 60])
@pytest.mark.parametrize(
    "like",
    [error(*CALLS, kind="PriceError"), error(*CALLS, message="the price list is empty")],
    ids=["retyped", "other message"],
)
def test_what_may_be_the_same_bug_is_unsure(like: Error, others: int) -> None:
    assert index(others).match(document(like)).label == "unsure"


def test_probabilities_share_what_there_is() -> None:
    evidence = Evidence(alignment=1, matched=2, addresses=0.5)
    score = COEFFICIENTS.score(evidence, 0)
    alone = decide([Candidate(issue="a", score=score, evidence=evidence, stack=0)])
    both = decide([Candidate(issue=name, score=score, evidence=evidence, stack=0) for name in "ab"])
    assert alone.label == both.label == "known"
    assert both.candidates[0].probability == pytest.approx(both.probability / 2)
    assert both.probability > alone.probability > KNOWN


@pytest.mark.parametrize(("score", "label"), [(-5.0, "new"), (0.0, "unsure"), (5.0, "known")])
def test_labels(score: float, label: str) -> None:
    score += COEFFICIENTS.new + 0.6 * (score == 0)
    decision = decide([Candidate(issue="a", score=score, evidence=Evidence(), stack=0)])
    assert decision.label == label
    assert (decision.probability < NEW) == (label == "new")


def test_a_score_is_the_sum_of_what_is_shown() -> None:
    evidence = Evidence(
        alignment=0.5, matched=1, addresses=0.2, raised=False, error_type=False, causes=False, message=False
    )
    shown = COEFFICIENTS.contributions(evidence, 7)
    assert COEFFICIENTS.score(evidence, 7) == pytest.approx(sum(shown.values()))
    assert set(shown) == {
        "alignment", "matched", "rarest", "addresses", "log_age",
        "raised_differs", "type_differs", "causes_differ", "message_differs",
    }  # fmt: skip


def test_extreme_scores_do_not_overflow() -> None:
    evidence = Evidence()
    high = decide([Candidate(issue="a", score=5000.0, evidence=evidence, stack=0)])
    low = decide([Candidate(issue="a", score=-5000.0, evidence=evidence, stack=0)])
    assert (high.probability, low.probability) == (1.0, 0.0)
