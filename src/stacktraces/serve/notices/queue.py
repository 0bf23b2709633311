"""The queue of what is to be sent to each receiver, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection, Update, func, select

from .outcome import Refused
from .tables import DELIVERY, MESSAGE, NOTICE, RECEIVER

State: TypeAlias = Literal["waiting", "sent", "failed"]
TRIES = 14
FIRST_WAIT = 20
"""Seconds until the second try. Each further one comes after twice the time, or ``LONGEST_WAIT``."""
LONGEST_WAIT = 4 * 3600
KEEP = 30 * 86400
"""Seconds for which it is kept what was told and sent."""
_LONGEST_ERROR = 300


class Delivery(NamedTuple):
    """One message for one receiver."""

    number: int
    message: str
    content: str
    receiver: str
    form: str
    target: str
    secret: str
    tries: int


_DELIVERIES = (
    select(
        DELIVERY.c.number, DELIVERY.c.message, MESSAGE.c.content, RECEIVER.c.id,
        RECEIVER.c.form, RECEIVER.c.target, RECEIVER.c.secret, DELIVERY.c.tries,
    )
    .join(MESSAGE, MESSAGE.c.id == DELIVERY.c.message)
    .join(RECEIVER, RECEIVER.c.id == DELIVERY.c.receiver)
)  # fmt: skip


class Attempt(NamedTuple):
    """How sending went last, for a person."""

    type: str
    state: State
    tries: int
    tried: int | None
    """Seconds since 1970."""
    due: int
    error: str | None


def put(connection: Connection, message: str, receivers: Sequence[str], due: int) -> None:
    """Let ``message`` be sent to each of ``receivers``, not before ``due``."""
    rows = [
        {"message": message, "receiver": each, "state": "waiting", "tries": 0, "due": due}
        for each in receivers
    ]
    if rows:
        connection.execute(DELIVERY.insert(), rows)


def due(connection: Connection, now: int, most: int) -> list[Delivery]:
    """What is to be sent now: the oldest of each receiver, of ``most`` receivers."""
    columns = DELIVERY.c
    waiting = (columns.state == "waiting") & (columns.due <= now)
    oldest = select(func.min(columns.number)).where(waiting).group_by(columns.receiver)
    statement = _DELIVERIES.where(columns.number.in_(oldest)).order_by(columns.due, columns.number)
    return [Delivery(*row) for row in connection.execute(statement.limit(most))]


def of_message(connection: Connection, message: str) -> list[Delivery]:
    """What is sent of one message."""
    return [Delivery(*row) for row in connection.execute(_DELIVERIES.where(DELIVERY.c.message == message))]


def wait_after(tries: int) -> int:
    """Seconds until the next try, after that many."""
    return int(min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (tries - 1)))


def claim(connection: Connection, delivery: Delivery, now: int) -> bool:
    """Take ``delivery`` for one try; False where somebody else did.

    The next try is set before this one is made: where we are killed meanwhile, it is sent again.
    """
    columns = DELIVERY.c
    same = (columns.number == delivery.number) & (columns.tries == delivery.tries)
    values = {"tries": delivery.tries + 1, "tried": now, "due": now + wait_after(delivery.tries + 1)}
    claimed = DELIVERY.update().where(same, columns.state == "waiting").values(values)
    return connection.execute(claimed).rowcount == 1


def sent(connection: Connection, number: int) -> None:
    """The receiver has it."""
    connection.execute(_of(number).values(state="sent", error=None))


def refused(connection: Connection, delivery: Delivery, why: Refused, now: int) -> bool:
    """The receiver has not taken what was claimed: try later, or give up; gives whether it is tried again."""
    tries = delivery.tries + 1
    again = why.again and tries < TRIES
    wait = max(wait_after(tries), min(LONGEST_WAIT, int(why.wait)))
    values = {
        "error": str(why)[:_LONGEST_ERROR],
        "state": "waiting" if again else "failed",
        "due": now + wait,
    }
    connection.execute(_of(delivery.number).values(values))
    return again


def _of(number: int) -> Update:
    return DELIVERY.update().where(DELIVERY.c.number == number)


def give_up(connection: Connection, receiver: str, why: str) -> None:
    """Send nothing more of what waits for ``receiver``."""
    waiting = (DELIVERY.c.receiver == receiver) & (DELIVERY.c.state == "waiting")
    connection.execute(DELIVERY.update().where(waiting).values(state="failed", error=why))


def last(connection: Connection, receiver: str, most: int) -> list[Attempt]:
    """How sending to ``receiver`` went, the latest message first."""
    columns = DELIVERY.c
    wanted = (columns.state, columns.tries, columns.tried, columns.due, columns.error)
    statement = (
        select(MESSAGE.c.type, *wanted)
        .join(MESSAGE, MESSAGE.c.id == columns.message)
        .where(columns.receiver == receiver)
        .order_by(columns.number.desc())
        .limit(most)
    )
    return [Attempt(*row) for row in connection.execute(statement)]


def forget(connection: Connection, now: int, day: str) -> None:
    """Forget what was sent, or could not be, longer than ``KEEP`` ago, and the events before ``day``."""
    old = select(MESSAGE.c.id).where(MESSAGE.c.made < now - KEEP)
    connection.execute(DELIVERY.delete().where(DELIVERY.c.message.in_(old)))
    connection.execute(MESSAGE.delete().where(MESSAGE.c.made < now - KEEP))
    connection.execute(NOTICE.delete().where(NOTICE.c.at < day))
