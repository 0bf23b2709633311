"""The benchmark's own measures, and the level that similarity must keep on labelled reports."""

import pytest

from bench.similarity.baselines import Commands, Fast
from bench.similarity.evaluation import Row, bcubed, best_threshold, measure, stream
from bench.similarity.fit import NAMES, Choice, newton, solve
from bench.similarity.reports import ARCHIVE, crashed_thread, load
from stacktraces.model import Frame, Thread
from stacktraces.signatures.decision import MIDDLE


def test_the_thread_that_a_report_is_about() -> None:
    idle = Thread(id="1", frames=[Frame(function="poll"), Frame(function="loop")])
    dying = Thread(id="2", frames=[Frame(function="abort"), Frame(function="free")])
    marked = Thread(id="3", crashed=True)
    assert crashed_thread([idle, dying]) is dying
    assert crashed_thread([idle, dying, marked]) is marked
    assert crashed_thread([idle]) is idle
    assert crashed_thread([]) is None


def test_measures() -> None:
    rows = [
        Row(known=True, rank=1, score=0.9),
        Row(known=True, rank=2, score=0.6),
        Row(known=True, rank=None, score=0.2),
        Row(known=True, rank=11, score=0.5),
        Row(known=False, rank=None, score=0.5),
        Row(known=False, rank=None, score=-1.0),
    ]
    figures = measure(rows, 0.5)
    assert (figures.recall_1, figures.recall_10) == (0.25, 0.5)
    assert figures.mean_average_precision == pytest.approx((1 + 1 / 2 + 1 / 11) / 4)
    assert figures.area == pytest.approx((2 + 2 + 1 + 1.5) / 8)
    assert (figures.precision, figures.recall_new) == (0.75, 0.5)
    assert figures.accuracy == pytest.approx(4 / 6)
    assert figures.strict == pytest.approx(2 / 6)


def test_bcubed() -> None:
    assert bcubed("aab", "xxy") == 1
    # Precision (2/3 + 2/3 + 1/3) / 3, recall 1.
    assert bcubed("aab", "xxx") == pytest.approx(2 * (5 / 9) / (1 + 5 / 9))
    assert bcubed("aab", "xyz") == pytest.approx(2 * (2 / 3) / (1 + 2 / 3))


def test_equations_are_solved() -> None:
    assert solve([[0.0, 2.0], [1.0, 1.0]], [4.0, 5.0]) == pytest.approx([3.0, 2.0])


def test_the_fit_learns_what_decides() -> None:
    def choice(alignment: float, chosen: int) -> Choice:
        features = [[alignment, *[0.0] * (len(NAMES) - 1)], [*[0.0] * (len(NAMES) - 1), 1.0]]
        return Choice(features=features, chosen=chosen)

    data = [
        choice(0.9, 0),
        choice(0.9, 0),
        choice(0.9, 1),
        choice(0.1, 1),
        choice(0.1, 1),
        choice(0.1, 0),
    ] * 50
    found = dict(zip(NAMES, newton(data), strict=True))
    assert found["alignment"] > 1
    assert 0 < found["new"] < found["alignment"]
    assert found["matched"] == pytest.approx(0)


@pytest.mark.skipif(not ARCHIVE.exists(), reason="the labelled reports are not part of the project")
def test_similarity_keeps_its_level() -> None:
    reports = load()
    rows = stream(reports[:400], Fast())
    fast = measure(rows, best_threshold(rows))
    ours = measure(stream(reports[:400], Commands()), MIDDLE)
    assert ours.recall_1 > fast.recall_1 + 0.05
    assert ours.area > fast.area + 0.04
    assert ours.strict > fast.strict + 0.09
    assert ours.recall_new > 0.7
