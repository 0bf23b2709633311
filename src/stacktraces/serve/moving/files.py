"""What is moved as an answer, from a file: who is slow to take it holds up no database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ..store import SiteStore
from .lines import to_lines
from .reading import rows_of_store
from .writing import fill

Form: TypeAlias = Literal["jsonl", "db"]
MEDIA: dict[Form, str] = {"jsonl": "application/x-ndjson", "db": "application/vnd.sqlite3"}
_PIECE = 1 << 18


async def download(request: Request, form: Form) -> Response:
    """An answer with all that the site's database holds. Raises ``HTTPException`` where the disk is full."""
    state = request.app.state
    try:
        file = await run_in_threadpool(_file, state.store, state.settings.data, form)
    except OSError as error:
        raise HTTPException(503, "There is no room for the export on the site's disk.") from error
    headers = {
        "Content-Disposition": f'attachment; filename="stacktraces-site.{form}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(file), media_type=MEDIA[form], headers=headers)


def _file(store: SiteStore, folder: Path, form: Form) -> BinaryIO:
    with tempfile.TemporaryDirectory(dir=folder) as made:
        path = Path(made) / f"site.{form}"
        if form == "jsonl":
            with path.open("wb") as lines:
                lines.writelines(to_lines(store))
            return path.open("rb")
        other = SiteStore(str(path))
        try:
            with store.known.connection(writes=False) as connection:
                fill(other, lambda _: rows_of_store(connection))
        finally:
            other.close()
        return path.open("rb")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
