"""Containers of Docker, through its API: ``docker://NAME``; a glob names several, ``docker://*`` all."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator
from typing import Any

from ...errors import InputError
from ..inputs import Readable
from ..lines import LineSource, with_time
from ..objects import reason_of


def sources_of(url: str) -> Iterable[Readable]:
    """The logs of containers, running or not. Raises ``InputError``."""
    try:
        import docker
    except ImportError:
        raise InputError(f"{url} needs an extra: pip install 'stacktraces-py[docker]'.") from None
    pattern = url.partition("://")[2].strip("/") or "*"
    try:
        containers = docker.from_env().containers.list(all=True)
    except Exception as error:  # The client raises errors of its own and of what it uses.
        raise InputError(f"{url} cannot be read: Docker does not answer ({reason_of(error)}).") from error
    found = [
        each for each in containers if fnmatch.fnmatchcase(each.name, pattern) or each.id.startswith(pattern)
    ]
    if not found:
        raise InputError(f"{url} names no container; `docker ps --all` lists them.")
    return [_source(each) for each in sorted(found, key=lambda each: str(each.name))]


def _source(container: Any) -> Readable:
    return LineSource(f"docker://{container.name}", lambda: _lines(container))


def _lines(container: Any) -> Iterator[bytes]:
    chunks = container.logs(stream=True, follow=False, timestamps=True)
    # Of a container with a terminal the client gives text.
    return stamped_lines(each.encode() if isinstance(each, str) else each for each in chunks)


def stamped_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines that start with a time as RFC 3339, as container runtimes write them to files."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from map(_in_cri, lines)
    if rest:
        yield _in_cri(rest)


def _in_cri(line: bytes) -> bytes:
    printed, _, text = line.partition(b" ")
    return with_time(printed.decode("ascii", "replace"), text.decode("utf-8", "surrogateescape"))
