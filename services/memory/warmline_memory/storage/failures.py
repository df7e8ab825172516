"""The database's own troubles, as errors that callers know."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import StatementError, TimeoutError

from warmline_memory.errors import (
    Busy,
    Deadlocked,
    OutOfReach,
    OutOfTime,
    Unavailable,
    UnstorableText,
    UnstorableValue,
    WarmlineError,
)

# What the database answers where it has too much to do for now: the same request may succeed a moment later.
_TOO_BUSY = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.TooManyConnections,
)
_WAYS_TO_BE_BUSY: dict[type[BaseException], type[Busy]] = {
    # Out of time may be the statement's own fault as well: it may take as long the next time.
    psycopg.errors.QueryCanceled: OutOfTime,
    psycopg.errors.DeadlockDetected: Deadlocked,
}
_OUT_OF_RANGE = (psycopg.errors.DatetimeFieldOverflow, psycopg.errors.NumericValueOutOfRange)
NOT_THE_PRIMARY = psycopg.errors.ReadOnlySqlTransaction
"""What a server answers to a write when another one has taken its place, and it has become a copy of that."""
_AWAY = (psycopg.OperationalError, NOT_THE_PRIMARY, psycopg.errors.IdleInTransactionSessionTimeout)
SHORTEST_SECONDS, LONGEST_SECONDS = 1.0, 30.0
"""The bounds of what callers are asked to wait for a database that is away."""


class Outage:
    """Since when the database has been away, as far as one process has noticed."""

    def __init__(self) -> None:
        self._began: float | None = None

    def over(self) -> None:
        """Note that the database answered."""
        self._began = None

    def retry_seconds(self) -> float:
        """How long to wait before the next try: half as long as the outage has lasted."""
        # Most outages end within seconds, and those that do not are asked less and less, as by an exponential back-off.
        # One thread may undo what another one notes at the same time: at worst somebody comes back too early.
        now = time.monotonic()
        self._began = self._began or now
        return min(LONGEST_SECONDS, max(SHORTEST_SECONDS, (now - self._began) / 2))


@contextmanager
def translated_errors(outage: Outage) -> Iterator[None]:
    """Raise the database's own troubles as ``Busy``, ``Unavailable`` and ``UnstorableText``, all others as they are."""
    try:
        yield
    except TimeoutError as error:
        raise Busy(why="every database connection is in use") from error
    except UnicodeEncodeError as error:
        raise UnstorableText() from error
    except (StatementError, psycopg.Error) as error:
        # The type of a column may have raised one while its statement was made: that there is no key to seal with.
        own = cause_of(error)
        raise (own if isinstance(own, WarmlineError) else _translated(error, outage)) from error


def cause_of(error: BaseException) -> BaseException | None:
    """The driver's error in an error of SQLAlchemy's; the driver's own are theirs."""
    return error.orig if isinstance(error, StatementError) else error


def first_line(error: BaseException | None) -> str:
    """What the database said, in one line."""
    return str(getattr(error, "orig", None) or error).strip().split("\n", maxsplit=1)[0]


def _translated(error: Exception, outage: Outage) -> Exception:
    cause = cause_of(error)
    if isinstance(cause, _TOO_BUSY):
        return _WAYS_TO_BE_BUSY.get(type(cause), Busy)(why=first_line(error))
    if isinstance(cause, _OUT_OF_RANGE):
        return UnstorableValue()
    if isinstance(cause, UnicodeEncodeError | psycopg.DataError):
        return UnstorableText()
    if isinstance(cause, psycopg.errors.InsufficientPrivilege) and 'policy "binding"' in str(cause):
        return OutOfReach(missing="namespace")
    if isinstance(cause, _AWAY):
        return Unavailable(what="The database", fix="Try again when it is back.", retry_seconds=outage.retry_seconds())
    return error
