"""Tells receivers of what happened: a thread that gathers, sends, tries again, and forgets."""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ...errors import StacktracesError
from ...known import Labelled, times
from ...known.sql import SqlStore
from ..metrics import Metrics
from ..store import StoredOccurrence
from . import events, forms, gathering, messages, queue, receivers
from .forms import Parcel, Ways
from .outcome import Refused
from .queue import Attempt, Delivery
from .receivers import Receiver
from .watching import Watch

if TYPE_CHECKING:
    from .mail import MailSettings
    from .posting import Poster

_PATIENCE = 2.0
"""Seconds between two looks at the queue where nothing was due."""
_AFTER_FAILURE = 5.0
_AT_ONCE = 4
"""Receivers that are sent to at the same time."""
_WATCH_EVERY = 60
_FORGET_EVERY = 3600
_KEPT_DAYS = 30
_LAST_SECONDS = 2.0
"""That the end waits for what is being sent; what was not sent by then is sent after the next start."""
_ATTEMPTS = 5
"""Shown of a receiver."""
_LOGGER = logging.getLogger(__name__)


class Notices:
    """Every method that reads or writes raises ``StoreError`` where the database fails."""

    def __init__(
        self,
        known: SqlStore,
        url: str,
        *,
        mail: MailSettings | None = None,
        private: bool = False,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``url`` is the site's address, for links; ``private``: webhooks may reach private addresses.

        ``metrics`` counts what is sent.
        """
        self._store = known
        self._url = url.rstrip("/")
        self._clock = clock
        self._metrics = metrics or Metrics()
        self.ways = Ways(functools.cache(functools.partial(_poster, private)), mail, private)
        self._watch = Watch()
        self._watched = self._forgot = float("-inf")
        self._ending = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def hear(
        self, connection: Connection, labelled: Sequence[Labelled], stored: Collection[StoredOccurrence]
    ) -> None:
        """Write down what the verdicts on what is being stored mean, in the transaction that stores it."""
        events.write(connection, events.events(labelled, stored))

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon."""
        self._ending.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_LAST_SECONDS)

    def _run(self) -> None:
        while not self._ending.is_set():
            wait = _PATIENCE
            try:
                wait = 0.0 if self.round() else _PATIENCE
            except (StacktracesError, OSError) as error:
                # The database is gone for a while: what is to be sent is in it.
                _LOGGER.warning("%s", error)
                wait = _AFTER_FAILURE
            except Exception:
                _LOGGER.exception("notices cannot be sent")
                wait = _AFTER_FAILURE
            self._wake.wait(wait)
            self._wake.clear()

    def round(self) -> bool:
        """Do what is to be done now; gives whether something was sent, or tried."""
        now = int(self._clock())
        self._look_and_forget(now)
        with self._store.connection(writes=False) as connection:
            projects = gathering.ready(connection, now)
        for project in projects:
            with self._store.connection(writes=True) as connection:
                gathering.gather(connection, project, now, self._url)
        with self._store.connection(writes=False) as connection:
            due = queue.due(connection, now, _AT_ONCE)
        threads = [threading.Thread(target=self._deliver, args=(each,), daemon=True) for each in due]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return bool(due)

    def _look_and_forget(self, now: int) -> None:
        if now >= self._watched + _WATCH_EVERY:
            self._watched = now
            with self._store.connection(writes=False) as connection:
                growing = self._watch.look(connection, now)
            if growing:
                with self._store.connection(writes=True) as connection:
                    events.write(connection, growing)
        if now >= self._forgot + _FORGET_EVERY:
            self._forgot = now
            with self._store.connection(writes=True) as connection:
                queue.forget(connection, now, times.days_before(times.now(), _KEPT_DAYS))

    def _deliver(self, delivery: Delivery) -> None:
        try:
            self._try(delivery)
        except (StacktracesError, OSError) as error:
            _LOGGER.warning("%s", error)
        except Exception:
            _LOGGER.exception("%s cannot be sent", delivery.message)

    def _try(self, delivery: Delivery, *, again: bool = True) -> None:
        """Send it once, and note how that went; without ``again`` that was the last try."""
        now = int(self._clock())
        with self._store.connection(writes=True) as connection:
            if not queue.claim(connection, delivery, now):
                return
        why = self._send(delivery)
        with self._store.connection(writes=True) as connection:
            if why is None:
                queue.sent(connection, delivery.number)
                result = "sent"
            else:
                why.again &= again
                result = "again" if queue.refused(connection, delivery, why, now) else "given up"
                if why.gone:
                    receivers.pause(connection, delivery.receiver, "the receiver answers that it is gone")
        self._metrics.sent(delivery.form, result)

    def _send(self, delivery: Delivery) -> Refused | None:
        form = forms.find(delivery.form)
        if form is None:
            return Refused(f"this version of stacktraces does not know {delivery.form}", again=False)
        content = messages.decode(delivery.content)
        try:
            form.send(Parcel(delivery.message, delivery.target, delivery.secret, content), self.ways)
        except Refused as why:
            return why
        return None

    def receivers(self) -> list[tuple[Receiver, list[Attempt]]]:
        """All receivers, with how sending to each went last."""
        with self._store.connection(writes=False) as connection:
            found = receivers.everybody(connection)
            return [(each, queue.last(connection, each.id, _ATTEMPTS)) for each in found]

    def receiver(self, name: str) -> Receiver:
        """The receiver of that id. Raises ``UsageError`` where there is none."""
        with self._store.connection(writes=False) as connection:
            return receivers.find(connection, name)

    def with_attempts(self, name: str) -> tuple[Receiver, list[Attempt]]:
        """The receiver of that id, with how sending to it went last. Raises ``UsageError``."""
        with self._store.connection(writes=False) as connection:
            return receivers.find(connection, name), queue.last(connection, name, _ATTEMPTS)

    def add(self, project: str, form: str, target: str, kinds: Collection[str]) -> Receiver:
        """Set up a receiver. Raises ``UsageError`` for what cannot be one."""
        with self._store.connection(writes=True) as connection:
            return receivers.add(connection, project, form, target, kinds, self.ways)

    def pause(self, name: str, why: str | None) -> None:
        """Send nothing more to a receiver, for that reason; ``None`` goes on."""
        with self._store.connection(writes=True) as connection:
            receivers.pause(connection, name, why)

    def remove(self, name: str) -> None:
        """Forget a receiver."""
        with self._store.connection(writes=True) as connection:
            receivers.remove(connection, name)

    def test(self, name: str) -> None:
        """Send a test to a receiver now; how that went is its latest attempt. Raises ``UsageError``."""
        now = int(self._clock())
        with self._store.connection(writes=True) as connection:
            receiver = receivers.find(connection, name)
            project = gathering.project_of(connection, receiver.project)
            content = messages.test(project, self._url)
            # Due later, so that the thread does not send it meanwhile.
            message = gathering.add(connection, content, [receiver.id], now, now + _WATCH_EVERY)
            (delivery,) = queue.of_message(connection, message)
        self._try(delivery, again=False)


def _poster(private: bool) -> Poster:
    from .posting import Poster

    return Poster(private=private)
