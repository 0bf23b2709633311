"""Delivering messages: tried again where that may help, and each once."""

from __future__ import annotations

import os
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.client import HTTPException

import msgspec

from ..errors import InputError
from .messages import Message

TRIES = 4
TIMEOUT = 20.0
"""Seconds that a receiver may take."""
_LONGEST_WAIT = 30.0
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class Refused(Exception):
    """A receiver did not take a message; why, in words."""


def deliver(message: Message, sleep: Callable[[float], None] = time.sleep) -> None:
    """Send ``message``; tries again where the receiver is busy or away. Raises ``Refused``."""
    for tried in range(1, TRIES + 1):
        wait = min(_LONGEST_WAIT, 2.0**tried / 2)
        request = urllib.request.Request(message.url, message.body, message.headers, method="POST")
        try:
            with _opener.open(request, timeout=TIMEOUT):
                return
        except urllib.error.HTTPError as error:
            reason = f"the receiver answers {error.code} {error.reason}"
            if error.code not in _AGAIN:
                raise Refused(reason) from error
            wait = _asked(error.headers.get("Retry-After"), wait)
        except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
            reason = f"the receiver cannot be reached ({getattr(error, 'reason', error)})"
        if tried == TRIES:
            raise Refused(f"{reason}, {TRIES} times")
        sleep(wait)


class _Direct(urllib.request.HTTPRedirectHandler):
    """A receiver that sends elsewhere is refused: keys would go there, too."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_Direct)


def _asked(value: str | None, wait: float) -> float:
    """Seconds that ``Retry-After`` asks for, within bounds."""
    if value is None:
        return wait
    if value.isdigit():
        return min(_LONGEST_WAIT, float(value))
    try:
        return min(_LONGEST_WAIT, max(0.0, parsedate_to_datetime(value).timestamp() - time.time()))
    except ValueError:
        return wait


class Sent:
    """A file that remembers what each receiver was told, so that it is told once.

    Raises ``InputError`` where the file is none of these or cannot be written.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._told: dict[str, list[str]] = {}
        try:
            with open(path, "rb") as file:
                self._told = msgspec.json.decode(file.read(), type=dict[str, list[str]])
        except FileNotFoundError:
            pass
        except (OSError, msgspec.DecodeError) as error:
            raise InputError(f"{path} cannot be read as a list of what was sent ({error}).") from error

    def knows(self, receiver: str, what: str) -> bool:
        """Whether the receiver was told."""
        return what in self._told.get(receiver, ())

    def add(self, receiver: str, what: str) -> None:
        """The receiver has been told: remembered on the disk at once."""
        self._told.setdefault(receiver, []).append(what)
        folder = os.path.dirname(os.path.abspath(self._path))
        try:
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(msgspec.json.encode(self._told))
            os.replace(file.name, self._path)
        except OSError as error:
            raise InputError(f"{self._path} cannot be written ({error.strerror}).") from error
