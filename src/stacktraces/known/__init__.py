"""Known issues: what was seen before and judged by people, and what a new sighting means.

Typical use: ``open_store`` a baseline file or database, ``label`` the groups of a run, see which are
``failing``, and ``record`` what was seen.
"""

from ..model import Judgement, KnownIssue, Verdict
from .groups import group_crashes, group_traces
from .issue import Issue, Sighting, Stack
from .judging import Run
from .matching import Match, Matcher, StoreMatcher
from .store import Store, open_store
from .verdict import VERDICTS, FailOn, Labelled, failing, label, record, sightings

__all__ = [
    "VERDICTS",
    "FailOn",
    "Issue",
    "Judgement",
    "KnownIssue",
    "Labelled",
    "Match",
    "Matcher",
    "Run",
    "Sighting",
    "Stack",
    "Store",
    "StoreMatcher",
    "Verdict",
    "failing",
    "group_crashes",
    "group_traces",
    "label",
    "open_store",
    "record",
    "sightings",
]
