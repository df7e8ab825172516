"""Replicas: reads that weigh much go to a streaming copy of the database, where that already holds all that was
committed when they began; to the primary everywhere else (docs/decisions/0027).

The primary is asked how far its log has come, in the transaction that has just looked up the key, and the copy whether
it has replayed as much. So nobody has to remember who wrote what when, and what a client, the worker or a command has
written is read, whichever process wrote it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

from warmline_memory import metrics
from warmline_memory.errors import Busy, OutcomeUnknown, SetupError, Unavailable
from warmline_memory.settings import Settings
from warmline_memory.storage.connections import NETWORK, BoundedConnection, driver
from warmline_memory.storage.failures import first_line
from warmline_memory.storage.transactions import Behind, Transaction
from warmline_memory.storage.urls import sqlalchemy_url

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often it is looked whether the replica is there. A read that is there when it goes silent waits no longer than
this and ``ANSWER_SECONDS`` together."""
ANSWER_SECONDS = 1.0
"""How long the replica may take to say how far it is."""
CONNECT_SECONDS = 2
"""How long a connection to the replica may take; libpq knows no shorter time."""
LOCK_MS = 200
"""How long a read waits there for a lock, which replay holds while it drops a table, or for a free connection."""
ASK_AGAIN_SECONDS = 0.002
"""How often a read asks whether the replica has arrived. Replay takes about as long."""
DOCTOR_SECONDS = 5.0
"""How long a replica that nobody disturbs may take to arrive where the primary was, before somebody should look."""
REST_SECONDS = 0.5
"""A replica that a read has waited for in vain is left alone for so long: others would wait in vain, too."""

# All that an acknowledged commit wrote was flushed before. Where commits are not flushed, only the end of all that was
# written is certain to be behind them; what was written last may then take the primary a fifth of a second to send.
_POSITION = (
    "SELECT system_identifier, pg_walfile_name(pg_current_wal_insert_lsn()), "
    "CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn() "
    "ELSE pg_current_wal_flush_lsn() END::text, "
    "coalesce(current_setting('warmline.namespaces', true), '') FROM pg_control_system()"
)
# A server that was promoted still says how far it had replayed. One that follows a primary which another one has
# replaced may have replayed more than that one has written, so the timelines are compared.
_STATE = (
    "SELECT pg_is_in_recovery(), system_identifier, greatest(timeline_id, min_recovery_end_timeline), "
    "coalesce(pg_last_wal_replay_lsn(), '0/0')::text, "
    "coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0)::float8 "
    "FROM pg_control_system(), pg_control_checkpoint(), pg_control_recovery()"
)
MAKE_ANEW = "Make it anew from the primary, as docs/scaling.md says; until then the primary answers."
_BIND = "SELECT set_config('warmline.namespaces', %s, true)"
_FAILURES = (Unavailable, OutcomeUnknown, Busy, DBAPIError, psycopg.Error)
"""Whatever may be the replica's doing. All other errors are the read's own, such as that something is not found."""
_NETWORK: dict[str, Any] = {**NETWORK}
Found = TypeVar("Found")
Opening: TypeAlias = Callable[..., AbstractContextManager[Transaction]]
"""Opens a transaction, as ``Database.transaction`` does."""


@dataclass(frozen=True)
class Position:
    """How far the log of a primary has come."""

    system: int
    """The number of its cluster, which its copies share."""
    timeline: int
    lsn: int
    namespaces: str
    """What the transaction that asked may see of its tenant, as ``database.bound_to`` sets it."""

    @classmethod
    def of(cls, db: Transaction) -> "Position":
        """Where the primary is now. What was committed before, by whomever, is before it."""
        ((system, file, lsn, namespaces),) = driver(db.connection()).cursor().execute(_POSITION).fetchall()
        # The name of a file of the log begins with the timeline, as eight hexadecimal digits.
        return cls(system, int(file[:8], 16), _number(lsn), namespaces)


@dataclass(frozen=True)
class State:
    """Where a server that should be a replica is."""

    copies: bool
    """Whether it still follows somebody."""
    system: int
    timeline: int
    lsn: int
    silent_seconds: float
    """How long ago that was committed which it replayed last."""

    @classmethod
    def of(cls, connection: BoundedConnection) -> "State":
        """Where the server is now."""
        with connection.answering_within(ANSWER_SECONDS) as raw:
            return cls(*_read(raw))

    def problem(self, position: Position) -> str:
        """Why it cannot answer for a primary, however long one waits; empty where it can."""
        if not self.copies:
            return "is no copy of another server (any more)"
        if self.system != position.system:
            return "is a copy of another database"
        if self.timeline != position.timeline:
            return f"has not come to timeline {position.timeline} of the primary yet"
        return ""

    def has(self, position: Position) -> bool:
        """Whether it holds all that was committed on the primary by then."""
        return not self.problem(position) and self.lsn >= position.lsn


@dataclass(frozen=True)
class Lag:
    """How far the replica is behind the primary."""

    up: bool
    bytes: int
    """So much of the log is not replayed yet."""
    seconds: float
    """How old the newest is that it has; 0 where it has everything."""


class Replica:
    """The streaming copy of a database, which answers some reads. Safe to share between threads.

    A thread of its own looks at it once a second; what it finds down is not tried by anybody.
    """

    def __init__(self, settings: Settings, transaction: Opening) -> None:
        """``transaction`` opens one on the replica."""
        self._url = sqlalchemy_url(settings.replica_database_url).set(drivername="postgresql")
        self._transaction = transaction
        self._wait_seconds = settings.replica_wait_ms / 1000
        self._down = "was not looked at yet"
        self._rests_until = 0.0
        self._reading: set[BoundedConnection] = set()
        self._lock = threading.Lock()
        self._looking: BoundedConnection | None = None
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watching the replica", daemon=True)
        self._watcher.start()

    @property
    def down(self) -> str:
        """Why nobody reads from it now; empty where it is there."""
        return self._down

    def read(self, db: Transaction, work: Callable[[Transaction], Found]) -> Found:
        """What ``work`` reads, on the replica or in ``db`` itself. Whatever is wrong with the replica is no error."""
        why = self._not_now()
        if not why:
            try:
                with self._arrived(Position.of(db), db) as reader:
                    found = work(reader)
                metrics.heavy_reads.labels("replica", "").inc()
                return found
            except Behind as behind:
                self._rests_until = time.monotonic() + REST_SECONDS
                why = "behind"
                log.info("A read went to the primary: the replica %s", behind)
            except _FAILURES as error:
                why = self._failed(error)
        metrics.heavy_reads.labels("primary", why).inc()
        return work(db)

    def lag(self, db: Transaction) -> Lag:
        """How far it is behind the primary, in one of whose transactions this is."""
        position = Position.of(db)
        try:
            with self._transaction() as reader:
                state = State.of(driver(reader.connection()))
        except _FAILURES:
            return Lag(False, 0, 0.0)
        missing = max(0, position.lsn - state.lsn)
        return Lag(not (self._down or state.problem(position)), missing, state.silent_seconds if missing else 0.0)

    def close(self) -> None:
        """Stop looking at it."""
        self._closing.set()
        self._watcher.join()

    def _not_now(self) -> str:
        if self._down:
            return "down"
        return "behind" if time.monotonic() < self._rests_until else ""

    @contextmanager
    def _arrived(self, position: Position, db: Transaction) -> Iterator[Transaction]:
        """A transaction on the replica, which is where the primary was, that sees what ``db`` may see. Raises
        ``Behind`` and whatever is wrong with it."""
        with self._transaction(tenant_id=db.tenant_id, address=db.address) as reader:
            connection = driver(reader.connection())
            with self._ended_with_the_replica(connection):
                self._wait(connection, position)
                connection.cursor().execute(_BIND, [position.namespaces])
                if db.signed_in is not None:
                    reader.sign_in(db.signed_in)
                reader.is_copy = True
                yield reader

    def _wait(self, connection: BoundedConnection, position: Position) -> None:
        until = time.monotonic() + self._wait_seconds
        while not (state := State.of(connection)).has(position):
            if problem := state.problem(position):
                raise Behind(problem)
            if time.monotonic() >= until:
                raise Behind(f"has {position.lsn - state.lsn} bytes left to replay")
            time.sleep(ASK_AGAIN_SECONDS)

    @contextmanager
    def _ended_with_the_replica(self, connection: BoundedConnection) -> Iterator[None]:
        """Have the watcher end this connection where the replica says nothing any more."""
        with self._lock:
            self._reading.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._reading.discard(connection)

    def _failed(self, error: Exception) -> str:
        """Why a read failed on the replica."""
        # What conflicts with replay is ended there, as is what waits for a lock. The replica itself is well.
        if isinstance(error, Busy):
            log.info("A read went to the primary: the replica was busy (%s)", first_line(error.__cause__))
            return "busy"
        self._note(f"failed: {first_line(error.__cause__ or error)}")
        return "failed"

    def _watch(self) -> None:
        while not self._closing.is_set():
            try:
                state = self._look()
                self._note("" if state.copies else "is no copy of another server (any more)")
            except (psycopg.Error, OSError) as error:
                self._note(f"does not answer: {first_line(error)}")
                self._hang_up()
            self._closing.wait(LOOK_SECONDS)
        self._drop()

    def _look(self) -> State:
        # Not a connection of the pool, which may all be in use, and which change nothing about the replica.
        if self._looking is None or self._looking.closed:
            self._looking = BoundedConnection.connect(
                self._url.render_as_string(hide_password=False),
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                prepare_threshold=None,
                **_NETWORK,
            )
        try:
            return State.of(self._looking)
        except psycopg.Error:
            self._drop()
            raise

    def _drop(self) -> None:
        if self._looking is not None:
            with suppress(psycopg.Error):
                self._looking.close()
            self._looking = None

    def _hang_up(self) -> None:
        """Have every read that waits for the replica fail now, and go to the primary."""
        with self._lock:
            for connection in self._reading:
                connection.hang_up()

    def _note(self, down: str) -> None:
        if bool(down) != bool(self._down):
            log.warning("The replica %s; reads go to the primary", down) if down else log.info("The replica is there")
        self._down = down


def diagnose_replica(primary: Opening, copy: Opening) -> str:
    """Look whether a replica can answer for its primary, by a transaction on either; a sentence on how it is. Raises
    ``SetupError``, which says what to do."""
    with primary() as db:
        position, began = Position.of(db), time.monotonic()
    try:
        with copy() as reader:
            connection = driver(reader.connection())
            while not (state := State.of(connection)).has(position):
                if problem := state.problem(position):
                    raise SetupError(what=f"The replica {problem}.", fix=MAKE_ANEW)
                if time.monotonic() - began > DOCTOR_SECONDS:
                    raise SetupError(
                        what=f"The replica is {position.lsn - state.lsn} bytes behind, {DOCTOR_SECONDS:g} s later too.",
                        fix="See its log, and pg_stat_replication on the primary; until then the primary answers.",
                    )
                time.sleep(ASK_AGAIN_SECONDS)
    except Unavailable as error:
        raise SetupError(
            what=f"The replica cannot be reached ({first_line(error.__cause__)}).",
            fix="Check WARMLINE_REPLICA_DATABASE_URL and that the server is up; until then the primary answers.",
        ) from error
    return f"it follows the database, and had all of it {(time.monotonic() - began) * 1000:.0f} ms after it was asked."


def _read(connection: BoundedConnection) -> tuple[bool, int, int, int, float]:
    rows: list[Any] = connection.execute(_STATE).fetchall()
    copies, system, timeline, lsn, silent = rows[0]
    return copies, system, timeline, _number(lsn), silent


def _number(lsn: str) -> int:
    """A place in the log as PostgreSQL writes it, such as ``16/B374D848``, as a number of bytes."""
    high, low = lsn.split("/")
    return (int(high, 16) << 32) + int(low, 16)
