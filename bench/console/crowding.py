"""Crowding: thousands of open cases in hundreds of queues and a conversation of any length, in seconds.

What is copied was written by the platform itself: handoffs with their briefs, sessions and memories, over its API. The
copies go in by SQL, each a case of its own with a customer of its own.
"""

from collections.abc import Mapping
from typing import LiteralString

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[object, ...]]

CREW = "crew-"
"""The names of the queues begin so; a number follows."""

_PAIRED: LiteralString = """
CREATE TEMP TABLE copy ON COMMIT DROP AS
WITH model AS (SELECT id, source_session_id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS number
               FROM handoffs WHERE state = 'ready')
SELECT n, model.id AS of_handoff, model.source_session_id AS of_session, uuidv7() AS handoff, uuidv7() AS session
FROM generate_series(0, %s - 1) AS n JOIN model ON model.place = n %% model.number
"""
_CUSTOMERS: LiteralString = """
INSERT INTO customers (tenant_id, id, namespace, display_name)
SELECT tenant_id, uuidv7(), 'customer/crowd-' || n, 'Customer ' || n
FROM copy JOIN handoffs ON handoffs.id = copy.of_handoff
"""


def crowd(url: str, cases: int, queues: int) -> None:
    """Open so many further cases, which wait in so many queues, as the database's owner."""
    with psycopg.connect(url) as connection:
        connection.execute(_PAIRED, [cases])
        connection.execute(_CUSTOMERS)
        _copy(
            connection,
            "sessions",
            "copy JOIN sessions AS model ON model.id = copy.of_session",
            {"id": "copy.session", "chain_id": "copy.session", "namespace": "'customer/crowd-' || n"},
        )
        _copy(
            connection,
            "handoffs",
            "copy JOIN handoffs AS model ON model.id = copy.of_handoff",
            {
                "id": "copy.handoff",
                "chain_id": "copy.session",
                "source_session_id": "copy.session",
                "namespace": "'customer/crowd-' || n",
                "target": f"'queue:{CREW}' || n % {queues}",
                "requested_at": "now() - n * interval '1 second'",
                "accept_due_at": "now() + (n % 7200 - 600) * interval '1 second'",
            },
        )
    _vacuum(url)


def lengthen(url: str, session_id: str, times: int) -> None:
    """Say all that was said in an open session so many times, as the database's owner."""
    with psycopg.connect(url) as connection:
        last = f"(SELECT max(ordinal) FROM memories WHERE session_id = '{session_id}')"
        _copy(
            connection,
            "memories",
            f"memories AS model JOIN generate_series(1, {times - 1}) AS n ON model.session_id = '{session_id}'",
            {"id": "uuidv7()", "ordinal": f"model.ordinal + n * {last}", "external_id": "NULL", "fingerprint": "NULL"},
        )
        connection.execute("UPDATE sessions SET memory_count = memory_count * %s WHERE id = %s", [times, session_id])
    _vacuum(url)


def _copy(connection: Connection, table: str, source: str, changed: Mapping[str, str]) -> None:
    """Insert what ``source`` has of ``model`` rows, with these columns given by other expressions."""
    kept = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"
    names = [str(name) for (name,) in connection.execute(f"{kept} AND table_schema = 'public'", [table])]
    values = [sql.SQL(changed[name]) if name in changed else sql.Identifier("model", name) for name in names]
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(values),
        sql.SQL(source),
    )
    connection.execute(statement)


def _vacuum(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
