"""The journal of systemd, from its files: ``journal:///var/log/journal``, or one ``.journal`` file.

``journal:///var/log/journal?unit=shop.service&since=2h`` narrows it. journalctl reads the files, whose
format is its own.
"""

from __future__ import annotations

import os
import subprocess
import time
import urllib.parse
from collections.abc import Iterable, Iterator

from ...errors import InputError
from ..inputs import Readable
from ..lines import LineSource, nanoseconds

_CHUNK = 1 << 20


def sources_of(url: str) -> Iterable[Readable]:
    """The journal in a file or folder. Raises ``InputError``."""
    parts = urllib.parse.urlsplit(url)
    path, given = urllib.parse.unquote(parts.path), dict(urllib.parse.parse_qsl(parts.query))
    command = ["journalctl", "--output=export", "--no-pager", "--quiet"]
    if path and not os.path.exists(path):
        raise InputError(f"{url} does not exist; check the path.")
    if path:
        command.append(f"--directory={path}" if os.path.isdir(path) else f"--file={path}")
    if "unit" in given:
        command.append(f"--unit={given['unit']}")
    now = time.time_ns()
    command += [
        f"--{name}=@{nanoseconds(given[name], now, url) // 10**9}"
        for name in ("since", "until")
        if name in given
    ]
    return [LineSource(url, lambda: _entries(url, command))]


def _entries(url: str, command: list[str]) -> Iterator[bytes]:
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except FileNotFoundError:
        raise InputError(f"{url} needs journalctl, which is not installed.") from None
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            while chunk := process.stdout.read(_CHUNK):
                yield chunk
        finally:
            process.kill()
        said = process.stderr.read().decode("utf-8", "replace").strip()
    if said:
        raise InputError(f"{url} cannot be read to its end: {' '.join(said.split())[:300].rstrip('.')}.")
