"""Plain text: a log, a traceback, anything that ``stacktraces log`` reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from ...scanning import Occurrences, Options
from ...sources.inputs import Source
from . import Occurrence


def read(content: bytes) -> Iterator[Occurrence]:
    """The occurrences in ``content``."""
    for each in Occurrences([Source("request", cast(BinaryIO, io.BytesIO(content)))], Options()):
        yield Occurrence(each)
