"""What is read for one customer does not grow with what else a tenant has, also while PostgreSQL knows nothing yet of
how many rows a young table has."""

from collections.abc import Callable
from contextlib import closing

import numpy as np
from sqlalchemy import text

from tests.conftest import make_tenant
from warmline_memory import embedding, memories, namespaces, sessions
from warmline_memory.embedding import Embeddings, open_embedder
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Memory, Remember, Role
from warmline_schemas.sessions import StartSession

CUSTOMERS, TURNS = 40, 6
MOST = 12
"""How often each of the customer's own memories may be read."""
READ = text(
    "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables "
    "WHERE relname = 'memories'"
)


def a_conversation(db: Transaction, model_id: int, namespace: str) -> list[Memory]:
    session = sessions.start(db, StartSession(namespace=namespace, agent="bot"))
    said = [Remember(session_id=session.id, content=f"Turn {turn}", role=Role.USER) for turn in range(TURNS)]
    return memories.remember(db, said, Embeddings(model_id, np.ones((TURNS, 384), np.float32)))


def rows_read(db: Transaction, work: Callable[[], object]) -> int:
    """How many rows of memories a piece of work reads."""
    before = db.scalars(READ).one()
    work()
    return int(db.scalars(READ).one() - before)


def test_what_is_read_for_one_customer_does_not_grow_with_the_others(apart: Settings) -> None:
    with closing(Database(apart)) as database, closing(open_embedder(apart)) as embedder:
        tenant_id = make_tenant(database).tenant_id
        with database.transaction() as db:
            model_id = embedding.use_model(db, embedder)
        for number in range(CUSTOMERS):
            with database.transaction(tenant_id=tenant_id) as db:
                said = a_conversation(db, model_id, f"user-{number}")
        with database.transaction(tenant_id=tenant_id) as db:
            assert rows_read(db, lambda: memories.hidden(db, said[-2:])) <= MOST * TURNS
            assert rows_read(db, lambda: namespaces.forget_namespace(db, "user-7")) <= MOST * TURNS
