"""What ``storage.database.Direct`` gains: the same statements through it and through SQLAlchemy, in one process.

python -m bench.direct
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from warmline_local.servers import EmbeddedPostgres
from warmline_memory import tenancy
from warmline_memory.settings import Settings
from warmline_memory.storage import migrations, wire
from warmline_memory.storage.database import Database, Direct, Role
from warmline_memory.storage.tables import Memory, Tenant
from warmline_memory.storage.transactions import Transaction

TURNS = 1_000
MEMORIES = 1_000
DIMENSION = 384

_MEMORY = Memory.__table__.c
STATEMENTS: dict[str, tuple[Select[*tuple[object, ...]], dict[str, object]]] = {
    "one row of a tenant": (select(Tenant.__table__.c.name).where(Tenant.__table__.c.id == bindparam("tenant")), {}),
    "ten whole memories": (
        select(*wire.MEMORY_COLUMNS).where(_MEMORY.namespace == bindparam("namespace")).limit(10),
        {"namespace": "bench"},
    ),
    f"cards and terms of {MEMORIES:,} memories": (
        select(_MEMORY.card, _MEMORY.terms).where(_MEMORY.namespace == bindparam("namespace")),
        {"namespace": "bench"},
    ),
}

_FILL = text("""
INSERT INTO memories (id, namespace, kind, content, importance, importance_estimated, metadata, event_time,
  embedding_model_id, embedding, terms)
SELECT gen_random_uuid(), 'bench', 'message', repeat('What the customer said. ', 4), 0.5, false, '{}', now(),
  :model, array_fill(0.05, ARRAY[:dimension])::real[]::halfvec, decode(repeat('00', 160), 'hex')
FROM generate_series(1, :memories)
""")


def main() -> None:
    """Print the median times of each statement in microseconds: directly, by SQLAlchemy, and directly in text."""
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder, EmbeddedPostgres(Path(folder)) as server:
        migrations.upgrade(server.url)
        database = Database(Settings(database_url=server.url))
        tenant_id = _filled(database)
        print(f"{'median of ' + str(TURNS) + ', µs':40} {'Direct':>9} {'SQLAlchemy':>11} {'in text':>9}")
        for name, (statement, values) in STATEMENTS.items():
            with database.transaction(tenant_id=tenant_id) as db:
                times = _compared(db, statement, values or {"tenant": tenant_id})
            print(f"{name:40} {times[0]:9.0f} {times[1]:11.0f} {times[2]:9.0f}")
        database.close()


def _filled(database: Database) -> UUID:
    """Make a tenant with memories; its id."""
    with database.transaction(role=Role.ADMIN) as db:
        tenant_id = tenancy.create_tenant(db, f"bench-{uuid4()}").id
        model = "INSERT INTO embedding_models (name, dimension) VALUES ('bench', :dimension) RETURNING id"
        model_id = db.scalar(text(model), {"dimension": DIMENSION})
    with database.transaction(tenant_id=tenant_id) as db:
        db.execute(_FILL, {"model": model_id, "dimension": DIMENSION, "memories": MEMORIES})
    return tenant_id


def _compared(db: Transaction, statement: Select[*tuple[object, ...]], values: dict[str, object]) -> list[float]:
    """The medians of the three ways, which take turns, so that a busy machine slows them alike."""
    compiled = Direct(statement)
    sql = str(statement.compile(dialect=PGDialect_psycopg()))  # type: ignore[no-untyped-call]
    connection = cast(psycopg.Connection[Any], db.connection().connection.driver_connection)
    in_text = psycopg.Cursor(connection, row_factory=namedtuple_row)
    given = {**statement.compile().params, **values}
    ways: tuple[Callable[[], object], ...] = (
        lambda: compiled.run(db, **values),
        lambda: db.execute(statement, values).all(),
        lambda: in_text.execute(sql.encode(), given).fetchall(),
    )
    taken: tuple[list[float], ...] = ([], [], [])
    for _ in range(TURNS):
        for way, times in zip(ways, taken, strict=True):
            began = time.perf_counter()
            way()
            times.append((time.perf_counter() - began) * 1e6)
    return [median(times) for times in taken]


if __name__ == "__main__":
    main()
