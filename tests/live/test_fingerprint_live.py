"""One fingerprint for each bug in every CPython on the machine."""

from __future__ import annotations

from collections import defaultdict

import pytest

from stacktraces.errors import UnknownFormatError
from stacktraces.model import Trace
from stacktraces.parsing import parse
from stacktraces.signatures.fingerprint import fingerprint
from tests.generate.runner import cases

pytestmark = pytest.mark.live

UNEQUAL = {
    # What the text of one version does not hold, a fingerprint cannot.
    "recursion_over_the_limit.native": "before 3.13 no more than the innermost 1,000 frames are printed",
    "tab_error_direct.native": "no error in 2.7",
    "tab_error_direct.module": "no error in 2.7",
    "object_allocated_at": "3.6 prints it innermost first, which is not read",
    "unraisable_in_del": "2.7 prints no frames",
    "unraisable_deep": "2.7 prints no frames",
}


def test_a_bug_has_one_fingerprint_in_every_python() -> None:
    found: defaultdict[str, defaultdict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for case in cases():
        try:
            errors = [each.error for each in parse(case.text) if isinstance(each, Trace)]
        except UnknownFormatError:
            errors = []
        found[case.shape][tuple(fingerprint(each, "python") for each in errors)].append(case.version)
    versions = {case.version for case in cases()}
    if len(versions) < 2:
        pytest.skip("needs two CPythons of different versions")
    unequal = {shape: list(each.values()) for shape, each in found.items() if len(each) > 1}
    assert {shape: each for shape, each in unequal.items() if shape not in UNEQUAL} == {}
