"""Memories as rows, for tests that need neither an API nor a model."""

from datetime import UTC, datetime
from uuid import uuid4

import numpy as np

from tests.conftest import TenantKey
from warmline_memory.storage import Database, Role, tables


def keep(database: Database, tenant: TenantKey, content: str) -> None:
    """Keep a memory past the API, without a model for its embedding."""
    with database.transaction(tenant_id=tenant.tenant_id, role=Role.ADMIN) as db:
        model = tables.EmbeddingModel(name=uuid4().hex, dimension=3)
        db.add(model)
        db.flush()
        db.add(
            tables.Memory(
                namespace="user-dave",
                kind="fact",
                content=content,
                importance=0.5,
                importance_estimated=False,
                custom={},
                event_time=datetime.now(UTC),
                times_seen=1,
                embedding_model_id=model.id,
                embedding=np.ones(3, np.float32),
                terms=b"",
            )
        )
