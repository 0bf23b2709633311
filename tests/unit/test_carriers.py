"""Every carrier keeps the promises of its own samples, and takes no other carrier's lines for its own."""

from __future__ import annotations

import pytest

from stacktraces.carriers import Carrier, Sample, all_carriers
from stacktraces.carriers._detect import detect

CARRIERS = all_carriers()
SAMPLES = [(carrier, sample) for carrier in CARRIERS for sample in carrier.samples]
NEAR_MISSES = [(carrier, line) for carrier in CARRIERS for line in carrier.near_misses]


def _name(value: object) -> str | None:
    return value.name if isinstance(value, Carrier) else None


def test_names_are_unique_and_every_carrier_proves_itself() -> None:
    names = [carrier.name for carrier in CARRIERS]
    assert len(names) == len(set(names))
    assert [carrier.name for carrier in CARRIERS if not carrier.samples or not carrier.near_misses] == []


@pytest.mark.parametrize(("carrier", "sample"), SAMPLES, ids=_name)
def test_unwraps_its_samples(carrier: Carrier, sample: Sample) -> None:
    record = carrier.unwrap(sample.line)
    assert record is not None
    assert record.text == sample.text
    assert record.time == sample.time
    assert record.fields == sample.fields
    assert record.partial == sample.partial


@pytest.mark.parametrize(("carrier", "line"), NEAR_MISSES, ids=_name)
def test_leaves_near_misses(carrier: Carrier, line: bytes) -> None:
    assert carrier.unwrap(line) is None


@pytest.mark.parametrize(("carrier", "sample"), SAMPLES, ids=_name)
def test_a_file_of_one_line_repeated_is_told(carrier: Carrier, sample: Sample) -> None:
    told = [each.name for each in detect((sample.line + b"\n") * 5)][:1]
    if carrier.bare_continuation:
        traced = b"Traceback (most recent call last):" in sample.line or b'  File "' in sample.line
        assert told == ([carrier.name] if traced else [])
    else:
        assert told == [carrier.name]
