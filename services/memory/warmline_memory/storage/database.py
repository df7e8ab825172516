"""The database: one transaction at a time, inside one tenant, committed before any answer or signal leaves."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from typing import Any, cast as cast_type
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    any_,
    case,
    cast,
    column,
    event,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from warmline_memory.errors import OutcomeUnknown, SetupError, Unavailable
from warmline_memory.settings import Settings
from warmline_memory.storage import migrations
from warmline_memory.storage.connections import Pool, Silent, driver
from warmline_memory.storage.contents import ContentKeys
from warmline_memory.storage.failures import NOT_THE_PRIMARY, Outage, cause_of, first_line, translated_errors
from warmline_memory.storage.replicas import CONNECT_SECONDS, LOCK_MS, Lag, Position, Replica
from warmline_memory.storage.sealed_columns import Sealed, opened_by
from warmline_memory.storage.sealing import Sealer
from warmline_memory.storage.transactions import ADMINISTRATOR, WORKER, Signals, Transaction, stranger
from warmline_schemas.keys import EVERY

log = logging.getLogger(__name__)

OLDEST_PGVECTOR = (0, 8, 4)
"""The oldest pgvector whose indexes can be trusted: 0.8.2 and 0.8.3 fix a buffer overflow and a corrupted index, 0.8.4
a graph that was not repaired."""

WAIT_SECONDS = 0.5
"""How often it is looked whether a database that is waited for is there."""

# One statement enters a transaction, since a round trip costs more than setting ten values. ``true`` makes each of them
# last until the transaction ends, so that a pooled connection carries nothing over (docs/decisions/0002).
_ENTER = (
    "SELECT set_config('role', %(role)s, true), set_config('warmline.tenant_id', %(tenant)s, true), "
    "set_config('warmline.key_hash', %(key_hash)s, true), "
    "set_config('warmline.tenant_name', %(tenant_name)s, true), set_config('lock_timeout', %(lock_timeout)s, true), "
    "set_config('statement_timeout', %(statement_timeout)s, true), "
    "set_config('idle_in_transaction_session_timeout', %(idle_timeout)s, true), set_config('jit', 'off', true), "
    "set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)"
)
"""The statement that drops to a role and a tenant. It also settles how statements are planned.

A plan depends on the statement alone, never on whose rows it is for: a plan made for one small tenant would be slow for
a large one, and making plans takes longer than running them. No statement reads a whole table where there is an index,
whatever the statistics of a fresh table say. Just-in-time compiling takes longer than the statements do.
"""
IDLE_MS = 30_000
"""A process that stands still in the middle of a transaction keeps its locks no longer than this, in milliseconds."""
_EXTENSIONS = table("pg_extension", column("extname"), column("extversion"))
_VERSIONS = select(
    select(_EXTENSIONS.c.extversion).where(_EXTENSIONS.c.extname == "vector").scalar_subquery(),
    migrations.REVISIONS.c.version_num,
    migrations.SERVES_FROM,
)
MOST_CHECKED = 1_000
"""So many content keys are opened when a process starts: a thirtieth of a second. All of them are sealed alike."""
_CONTENT_KEYS: Select[str] = select(column("sealed", Text)).select_from(table("content_keys")).limit(MOST_CHECKED)
_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]


class Role(StrEnum):
    """Whom a transaction acts as. None of them is a superuser or passes row-level security by."""

    APP = "warmline_app"
    SWEEP = "warmline_sweep"
    ADMIN = "warmline_admin"


_NOBODY = {"role": Role.APP.value, "tenant": "", "key_hash": "", "tenant_name": ""}


class Database:
    """A pool of connections. Every transaction on it, whoever opens it, starts by dropping to a role and a tenant."""

    def __init__(
        self,
        settings: Settings,
        url: str = "",
        signals: Signals = Signals(),  # noqa: B008 (it is frozen)
        replica: Replica | None = None,
    ) -> None:
        self._pool = Pool(settings, url or settings.database_url)
        self.engine = self._pool.engine
        self._enter_seconds = float(settings.database_connect_seconds)
        self._outage = Outage()
        self._timeouts = {
            "lock_timeout": f"{settings.lock_timeout_ms}ms",
            "statement_timeout": f"{settings.statement_timeout_ms}ms",
            "idle_timeout": f"{IDLE_MS}ms",
        }
        event.listen(self.engine, "begin", self._enter)
        self._signals, self._replica = signals, replica
        sealer = Sealer(settings.encryption_keys.get_secret_value())
        self._content_keys = ContentKeys(sealer, self.transaction, seals=settings.seal_content)

    @contextmanager
    def transaction(
        self,
        *,
        tenant_id: UUID | None = None,
        key_hash: bytes | None = None,
        tenant_name: str = "",
        role: Role = Role.APP,
        address: str | None = None,
    ) -> Iterator[Transaction]:
        """Open a transaction as ``role`` inside a tenant; commit at the end of the block, roll back on any error.

        With ``key_hash`` (32 bytes) instead of ``tenant_id`` only the API key or the sign-in with that hash can be
        seen, until its tenant is entered; with ``tenant_name`` the
        tenant of that name.
        ``address`` is where the request came from, for what is recorded of it.

        Raises ``Unavailable``, ``Busy`` and ``UnstorableText`` for the database's own troubles, and ``OutcomeUnknown``
        where its connection was lost during the commit; any other failure, of the commit too, is raised as it is.
        """
        options = {
            "tenant": str(tenant_id or ""),
            "key_hash": (key_hash or b"").hex(),
            "tenant_name": tenant_name,
            "role": role.value,
        }
        nobody = ADMINISTRATOR if role is Role.ADMIN else stranger(address) if address else WORKER
        with (
            translated_errors(self._outage),
            self._entered(options) as connection,
            Transaction(
                connection, tenant_id, self._content_keys, nobody=nobody, address=address, elsewhere=self._replica
            ) as db,
            opened_by(db.contents),
            self._dropping(connection),
        ):
            yield db
            for callback in db.before_commit:
                callback()
            db.flush()
            _commit(connection)
        # Only here, where the connection is back in its pool and the rows can be seen by whoever is woken.
        self._follow_up(db)

    @contextmanager
    def _entered(self, options: dict[str, str]) -> Iterator[Connection]:
        """A connection in a transaction that has entered its tenant; rolled back unless it was committed."""
        connection = self._connected(options)
        try:
            connection.begin()
        except (DBAPIError, psycopg.OperationalError) as error:
            connection.invalidate()
            connection.close()
            if isinstance(cause_of(error), Silent):
                raise
            # The connection was lost while it was in its pool, and nothing was done on it yet. A second one is new.
            connection = self._connected(options)
            connection.begin()
        self._outage.over()
        with connection:
            yield connection

    def _connected(self, options: dict[str, str]) -> Connection:
        # ``_enter`` finds the options when the transaction begins.
        return self.engine.connect().execution_options(warmline=options)

    @contextmanager
    def _dropping(self, connection: Connection) -> Iterator[None]:
        """Drop a connection on which nothing can be done any more, instead of rolling back on it."""
        raw = driver(connection)
        try:
            yield
        except Exception as error:
            if raw.closed and not connection.invalidated:
                connection.invalidate()
            elif isinstance(cause_of(error), NOT_THE_PRIMARY):
                # The address leads to another server by now, and every connection to the old one must go there.
                self._pool.renew()
            raise

    def _follow_up(self, db: Transaction) -> None:
        """Do what a transaction left to be done once it has committed."""
        signals, tenant_id = self._signals, cast_type(UUID, db.tenant_id)
        steps: list[Callable[[], object]] = [partial(signals.news, tenant) for tenant in db.announced]
        steps += [partial(signals.due, tenant_id, handoff_id) for handoff_id in db.nudged]
        steps += [partial(signals.grown, tenant_id, namespace) for namespace in db.grown]
        for step in steps + db.after_commit:
            # What was asked for is done. An error here would tell the caller that it is not, and keep the next from
            # being done.
            try:
                step()
            except Exception:
                log.exception("Something that follows a commit failed; the commit holds")

    def replica_lag(self) -> Lag | None:
        """How far the replica is behind now; None where there is none."""
        if self._replica is None:
            return None
        with self.transaction() as db:
            return self._replica.lag(db)

    def connections(self) -> tuple[int, int]:
        """How many connections are in use now, and how many may be at most."""
        return self._pool.in_use(), self._pool.limit

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def wait(self, seconds: float) -> None:
        """Wait until the database answers, but no longer than this: it may be starting, too."""
        # Loading a process takes longer than Postgres takes to be back. A process that ended instead would be loaded
        # anew, and would meet the next moment without a database.
        until = time.monotonic() + seconds
        while True:
            try:
                with translated_errors(self._outage), self.engine.connect():
                    return
            except Unavailable as error:
                left = until - time.monotonic()
                if left <= 0:
                    return
                log.warning("Waiting for the database, %.0f s at most: %s", left, first_line(error.__cause__))
                time.sleep(min(left, WAIT_SECONDS))

    def check(self) -> None:
        """Look whether the database can serve this code. Raises ``SetupError``, which says what to do."""
        try:
            with translated_errors(self._outage), self.engine.connect() as connection:
                found = connection.execute(_VERSIONS).one_or_none()
        except DBAPIError as error:
            raise SetupError(
                what=f"The database is not ready for Warmline ({first_line(error)}).",
                fix="Run `warmline migrate`, and give the database user the roles warmline_app and warmline_sweep.",
            ) from error
        except Unavailable as error:
            raise SetupError(
                what=f"The database cannot be reached ({first_line(error.__cause__)}).",
                fix="Check WARMLINE_DATABASE_URL and that the server is up.",
            ) from error
        self._check_versions(*(found or (None, None, None)))

    def check_replica(self) -> None:
        """Look whether the database says how far its log has come, where a replica depends on it. Raises
        ``SetupError``, which says what to do."""
        if self._replica is None:
            return
        try:
            with self.transaction() as db:
                Position.of(db)
        except (DBAPIError, psycopg.Error) as error:
            raise SetupError(
                what=f"The database does not say how far its log has come ({first_line(error)}).",
                fix="Take WARMLINE_REPLICA_DATABASE_URL away, or let warmline_app ask (docs/scaling.md).",
            ) from error

    def check_content_keys(self) -> int:
        """Look whether the platform's keys open the content keys of its tenants; how many these are, of at most
        ``MOST_CHECKED``. Raises ``SetupError``, which says what to do."""
        self._content_keys.check_sealer()
        with self.transaction(role=Role.SWEEP) as db:
            sealed = db.execute(_CONTENT_KEYS).scalars().all()
        for one in sealed:
            self._content_keys.sealer.open(one)
        return len(sealed)

    def _check_versions(self, vector: str | None, revision: str | None, serves_from: str | None) -> None:
        migrations.check_serves(revision, serves_from)
        if vector is None or tuple(map(int, vector.split("."))) < OLDEST_PGVECTOR:
            raise SetupError(
                what=f"The database has pgvector {vector}; Warmline needs 0.8.4 or newer.",
                fix="Update pgvector on the server, then run ALTER EXTENSION vector UPDATE.",
            )

    def _enter(self, connection: Connection) -> None:
        asked = connection.get_execution_options().get("warmline", _NOBODY)
        # Past SQLAlchemy, as ``Direct`` does it: this runs in every transaction. It does so little that a server which
        # takes long for it is not there.
        with driver(connection).answering_within(self._enter_seconds) as raw:
            raw.cursor().execute(_ENTER, {**asked, **self._timeouts})


@contextmanager
def open_replica(settings: Settings, signals: Signals) -> Iterator[Replica | None]:
    """The replica that the settings name, while the block runs; None where they name none."""
    if not settings.replica_database_url:
        yield None
        return
    short = {"lock_timeout_ms": LOCK_MS, "database_connect_seconds": CONNECT_SECONDS}
    copy = Database(settings.model_copy(update=short), settings.replica_database_url, signals)
    replica = Replica(settings, copy.transaction)
    try:
        yield replica
    finally:
        replica.close()
        copy.close()


class Direct:
    """A statement that goes to the driver directly, for what nearly every request runs (docs/decisions/0015).

    SQLAlchemy's work around a small statement takes as long as the statement itself. Here it is compiled once; values
    go in as psycopg adapts them, and rows come out as named tuples of what psycopg reads.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase) -> None:
        """``statement`` is one that answers rows: an INSERT, UPDATE or DELETE has a RETURNING."""
        compiled = statement.compile(dialect=_DIALECT)
        self._sql = str(compiled).encode()
        # What SQLAlchemy made parameters of by itself, such as the number of a LIMIT; the caller gives the others.
        self._given = {name: value for name, value in compiled.params.items() if value is not None}
        # Rows come past the types, and with them past what opens sealed columns.
        types = {column.name: column.type for column in statement.exported_columns}
        self._sealed = {name: type_ for name, type_ in types.items() if isinstance(type_, Sealed)}

    def run(self, db: Transaction, **values: object) -> list[Any]:
        """Run it in the transaction with these values for its parameters; all rows."""
        # As the session does before each statement of its own: what was changed in it may be what is asked about.
        db.flush()
        cursor = driver(db.connection()).cursor(row_factory=namedtuple_row)
        rows = cursor.execute(self._sql, self._given | values).fetchall()
        return [self._opened(row) for row in rows] if self._sealed else rows

    def _opened(self, row: Any) -> Any:
        return row._replace(**{name: type_.read(getattr(row, name)) for name, type_ in self._sealed.items()})


def bound_to(namespaces: SQLColumnExpression[list[str]]) -> ColumnElement[str]:
    """A column to select: reading it keeps the rest of the transaction from the rows of other namespaces.

    ``namespaces`` are patterns, of which ``*`` is for all.
    """
    listed = func.array_to_string(namespaces, ",")
    bound = case((literal(EVERY) == any_(namespaces), ""), else_=listed)
    return func.set_config("warmline.namespaces", bound, True)


def entering(tenant_id: SQLColumnExpression[UUID]) -> ColumnElement[str]:
    """A column to select: reading it lets the rest of the transaction see and write that tenant's rows."""
    return func.set_config("warmline.tenant_id", cast(tenant_id, Text), True)


def _commit(connection: Connection) -> None:
    """Commit. Raises ``OutcomeUnknown`` where nobody can say whether the server did so."""
    raw = driver(connection)
    if raw.was_cut():
        # The COMMIT was never sent, so this is an outage like any other.
        raise psycopg.OperationalError("the connection was lost before the commit")
    try:
        connection.commit()
    except (DBAPIError, psycopg.Error) as error:
        if raw.closed:
            raise OutcomeUnknown() from error
        raise
