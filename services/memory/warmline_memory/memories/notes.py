"""Notes: memories that the platform itself writes into a session, such as a handoff's brief, an answer, an instruction.

They are neither merged with what was said before nor refused by a session that has ended: whoever takes over from it
must find them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from uuid_utils.compat import uuid7

from warmline_memory.embedding import Embeddings
from warmline_memory.language import terms
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Role


def write(
    db: Transaction,
    session_id: UUID,
    content: str,
    embeddings: Embeddings,
    *,
    kind: str,
    importance: float,
    event_time: datetime,
    agent: str | None = None,
    role: Role | None = None,
    note_id: UUID | None = None,
    handoff_id: UUID | None = None,
    metadata: dict[str, Any] | None = None,
    external_id: str | None = None,
    importance_estimated: bool = False,
) -> tables.Memory:
    """Write a note as the newest memory of a session, which is locked by that; ``embeddings`` has one row, its own.

    It is said by the session's agent where no ``agent`` is given. ``note_id`` makes its id that of another row which
    holds the same words; ``handoff_id`` makes it the brief of a handoff.
    """
    home = db.scalars(
        update(tables.Session)
        .where(tables.Session.id == session_id)
        .values(memory_count=tables.Session.memory_count + 1)
        .returning(tables.Session)
        .execution_options(populate_existing=True)
    ).one()
    note = tables.Memory(
        id=note_id or uuid7(),
        namespace=home.namespace,
        session_id=home.id,
        chain_id=home.chain_id,
        ordinal=home.memory_count,
        handoff_id=handoff_id,
        agent=agent or home.agent,
        kind=kind,
        role=role,
        importance=importance,
        importance_estimated=importance_estimated,
        external_id=external_id,
        custom=metadata or {},
        event_time=event_time,
        **worded(content, embeddings, tenant_id=home.tenant_id, namespace=home.namespace),
    )
    db.add(note)
    db.flush()
    return note


def worded(
    content: str,
    embeddings: Embeddings,
    place: int = 0,
    *,
    tenant_id: UUID,
    namespace: str,
    searched: str | None = None,
) -> dict[str, Any]:
    """The columns of a memory that follow from its content. ``embeddings`` has its embedding in row ``place``;
    ``searched`` is what its words are found by, where that is more than its content.

    It is found by a scan until it is indexed anew: what the index has of its earlier words would still find it.
    """
    return {
        "content": content,
        "terms": terms.stored(content if searched is None else searched, tenant_id, namespace),
        "indexed_terms": None,
        "embedding": embeddings.vectors[place],
        "embedding_model_id": embeddings.model_id,
    }
