"""Events that a tenant's data has, written past the API."""

from typing import Any

from tests.conftest import TenantKey
from warmline_memory import events
from warmline_memory.storage.database import Database
from warmline_schemas.events import EventType


def happen(database: Database, tenant: TenantKey, *types: EventType, **about: Any) -> None:
    """Write events, and commit them all at once; of type `handoff.ready` unless others are given."""
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        for type in types or (EventType.HANDOFF_READY,):
            events.record(db, type, **about)
