"""What was played in a second is told to have happened weeks ago, consistently in every table."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import TenantKey
from warmline import Warmline
from warmline_local.sample import backdating, tenancy
from warmline_local.sample.timelines import Timeline
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database, Role
from warmline_schemas.handoffs import Handoff

BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
SAID_AT = BEGAN + timedelta(seconds=40)

pytestmark = pytest.mark.usefixtures("worker")


def a_dated_chain(client: Warmline, database: Database, tenant: TenantKey) -> Handoff:
    """A chain that is handed over and accepted five minutes later, told of a day in January."""
    timeline = Timeline(BEGAN, datetime.now(UTC))
    timeline.wait(0)
    session = client.session(agent="tier1-bot", namespace="user-dave")
    session.remember("Charged $299, the plan is $199", role="user", event_time=timeline.wait(40))
    timeline.wait(60)
    handoff = session.hand_off(to="billing-specialist", reason="An overcharge")
    client.handoffs.wait(handoff.id)
    timeline.wait(300)
    client.accept(handoff.id, agent="billing-specialist").session.end()
    with database.transaction(role=Role.ADMIN) as db:
        backdating.move(db, tenant.tenant_id, {handoff.chain_id: timeline.anchors})
    return client.handoffs.get(handoff.id)


def test_each_step_is_told_at_its_own_moment(client: Warmline, database: Database, tenant: TenantKey) -> None:
    handoff = a_dated_chain(client, database, tenant)
    assert handoff.accepted_at is not None
    assert timedelta(0) <= handoff.requested_at - (BEGAN + timedelta(seconds=100)) < timedelta(seconds=5)
    assert timedelta(0) <= handoff.accepted_at - (BEGAN + timedelta(seconds=400)) < timedelta(seconds=5)


def test_what_was_dated_when_it_was_said_stays(client: Warmline, database: Database, tenant: TenantKey) -> None:
    a_dated_chain(client, database, tenant)
    said = next(memory for memory in client.memories.list(namespace="user-dave") if memory.role == "user")
    assert said.event_time == SAID_AT
    assert said.created_at - SAID_AT < timedelta(seconds=5)


def test_events_stay_in_their_order_without_gaps(client: Warmline, database: Database, tenant: TenantKey) -> None:
    a_dated_chain(client, database, tenant)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        rows = db.execute(select(tables.Event.sequence, tables.Event.at).order_by(tables.Event.sequence)).all()
    assert [sequence for sequence, _ in rows] == list(range(1, len(rows) + 1))
    assert [at for _, at in rows] == sorted(at for _, at in rows)


def test_a_forgotten_tenant_has_nothing_left(client: Warmline, database: Database, tenant: TenantKey) -> None:
    a_dated_chain(client, database, tenant)
    with database.transaction(role=Role.ADMIN) as db:
        tenancy.forget(db, tenant.tenant_id)
    owned = [table for table in tables.Table.metadata.sorted_tables if "tenant_id" in table.columns]
    with database.transaction(role=Role.ADMIN) as db:
        left = {
            table.name
            for table in owned
            if db.execute(select(table.c.tenant_id).where(table.c.tenant_id == tenant.tenant_id)).first()
        }
    assert left == set()
