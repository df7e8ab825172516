"""Plans: what EXPLAIN says of the desk's statements, where most handoffs are closed."""

from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from tests.builders.databases import a_database
from tests.builders.plans import explained
from tests.conftest import TenantKey, make_tenant
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import handoffs, queues
from warmline_memory.jobs import sweeping
from warmline_memory.operators import operators
from warmline_memory.settings import Settings
from warmline_memory.storage import Transaction, tables
from warmline_memory.storage.database import Database

SESSION = {"session": UUID("01978f6e-7c1a-7000-8000-000000000001")}
QUEUE, ANN = "queue:billing", "human:ann"
FILL = """
INSERT INTO sessions (id, chain_id, namespace, agent, owns_conversation, metadata)
VALUES (:session, :session, 'user-dave', 'tier1-bot', true, '{}');
INSERT INTO operators (id, name, display_name, queues, capacity)
VALUES (gen_random_uuid(), 'ann', 'Ann', '{billing}', 100);
INSERT INTO handoffs (id, chain_id, namespace, state, mode, source_session_id, source_agent, target, reason, hop,
                      target_session_id, brief, ready_at, accepted_at, closed_at, holder, metadata)
SELECT gen_random_uuid(), :session, 'user-dave', state, 'consult', :session, 'tier1-bot',
       CASE number % 2 WHEN 0 THEN 'queue:billing' ELSE 'queue:other' END, 'Why', 1,
       CASE state WHEN 'ready' THEN NULL ELSE CAST(:session AS uuid) END, '{}', now(),
       CASE state WHEN 'ready' THEN NULL ELSE now() END,
       CASE state WHEN 'closed' THEN now() END, CASE state WHEN 'ready' THEN NULL ELSE 'human:ann' END, '{}'
FROM generate_series(1, 5000) AS number,
     LATERAL (SELECT CASE WHEN number % 50 > 1 THEN 'closed' WHEN number % 100 < 2 THEN 'ready' ELSE 'accepted' END)
       AS chosen (state)
"""


@pytest.fixture(scope="module")
def filled(postgres: EmbeddedPostgres, settings: Settings) -> Iterator[Database]:
    """A database of its own."""
    with a_database(postgres) as url:
        database = Database(settings, url)
        yield database
        database.close()


@pytest.fixture(scope="module")
def busy(filled: Database) -> TenantKey:
    """A tenant with 5,000 handoffs, of which one in fifty is open."""
    tenant = make_tenant(filled)
    with filled.transaction(tenant_id=tenant.tenant_id) as db:
        for statement in FILL.split(";"):
            db.execute(text(statement), SESSION if ":session" in statement else {})
    with psycopg.connect(filled.engine.url.render_as_string(False).replace("+psycopg", "")) as connection:
        connection.execute("ANALYZE")
    return tenant


def _tell(db: Transaction) -> object:
    return queues.recorded(db, tables.Handoff(id=SESSION["session"]))


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda db: queues.waiting(db, QUEUE, operators.named(db, "ann"), 50), "handoffs_waiting"),
        (lambda db: queues.waiting(db, None, None, 50), "handoffs_waiting"),
        (lambda db: queues.standing(db, "billing"), "handoffs_waiting"),
        (lambda db: handoffs.claim_next(db, QUEUE, "bot"), "handoffs_waiting"),
        (lambda db: operators.load(db, ANN), "handoffs_held"),
        (_tell, "events_by_handoff"),
        (lambda db: db.execute(sweeping.to_wake()).all(), "handoffs_to_wake"),
    ],
    ids=["waiting", "waiting for people", "standing", "claim next", "load", "told", "to wake"],
)
def test_what_is_open_is_found_by_its_own_index(
    filled: Database, busy: TenantKey, ask: Callable[[Transaction], object], index: str
) -> None:
    with explained(filled, busy) as (db, plans):
        ask(db)
    assert index in "".join(plans)
    assert "Seq Scan on handoffs" not in "".join(plans)
