"""What other processes are told once a transaction has committed, and never before or without that."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.conftest import TenantKey
from warmline_memory import handoffs, sessions
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Signals, Transaction
from warmline_schemas.handoffs import RequestHandoff
from warmline_schemas.sessions import StartSession


class Heard:
    """What was told, in order."""

    def __init__(self) -> None:
        self.due: list[tuple[UUID, UUID]] = []
        self.news: list[UUID] = []


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def telling(settings: Settings, heard: Heard) -> Iterator[Database]:
    """A database whose signals are written down."""
    signals = Signals(news=heard.news.append, due=lambda *due: heard.due.append(due))
    database = Database(settings, signals=signals)
    yield database
    database.close()


def requested(db: Transaction) -> UUID:
    session = sessions.start(db, StartSession(namespace="user-dave", agent="bot"))
    return handoffs.request(db, RequestHandoff(session_id=session.id, to="human:ann", reason="refund")).id


def test_a_requested_handoff_is_due_after_the_commit(telling: Database, tenant: TenantKey, heard: Heard) -> None:
    with telling.transaction(tenant_id=tenant.tenant_id) as db:
        handoff_id = requested(db)
        assert (heard.due, heard.news) == ([], [])
    assert (heard.due, heard.news) == ([(tenant.tenant_id, handoff_id)], [tenant.tenant_id])


def test_a_transaction_that_rolls_back_tells_nobody(telling: Database, tenant: TenantKey, heard: Heard) -> None:
    with pytest.raises(ZeroDivisionError), telling.transaction(tenant_id=tenant.tenant_id) as db:
        requested(db)
        _ = 1 / 0
    assert (heard.due, heard.news) == ([], [])


def test_a_retried_handoff_is_due_again(telling: Database, tenant: TenantKey, heard: Heard) -> None:
    with telling.transaction(tenant_id=tenant.tenant_id) as db:
        handoff_id = requested(db)
        db.execute(
            text(
                "UPDATE handoffs SET state = 'failed', problem = 'x', due_at = NULL, closed_at = now() WHERE id = :id"
            ),
            {"id": handoff_id},
        )
    with telling.transaction(tenant_id=tenant.tenant_id) as db:
        handoffs.retry(db, handoff_id)
    assert heard.due == 2 * [(tenant.tenant_id, handoff_id)]
