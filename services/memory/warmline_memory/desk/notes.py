"""Notes: what the desk itself writes into a session, even into one that has ended: answers, instructions, resolutions.

A note that is kept elsewhere as well has the id of that row, so that forgetting the one finds the other.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import update
from uuid_utils.compat import uuid7

from warmline_memory.embedding import Ready
from warmline_memory.language import terms
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Role

IMPORTANCE = 0.9


def keep(
    db: Transaction,
    session_id: UUID,
    text: str,
    ready: Ready,
    *,
    kind: str,
    agent: str | None,
    note_id: UUID | None = None,
) -> UUID:
    """Remember a note as the newest memory of a session; the id of that memory, ``note_id`` where given.

    Whoever takes over from the session later finds it in its brief, or since its brief. Raises ``EmbeddingsWanted``.
    """
    embeddings = ready.of([text])
    assert embeddings is not None  # noqa: S101 (there is one text)
    home = db.scalars(
        update(tables.Session)
        .where(tables.Session.id == session_id)
        .values(memory_count=tables.Session.memory_count + 1)
        .returning(tables.Session)
        .execution_options(populate_existing=True)
    ).one()
    memory = tables.Memory(
        id=note_id or uuid7(),
        namespace=home.namespace,
        session_id=home.id,
        chain_id=home.chain_id,
        ordinal=home.memory_count,
        agent=agent or home.agent,
        kind=kind,
        role=Role.AGENT,
        content=text,
        importance=IMPORTANCE,
        importance_estimated=False,
        custom={},
        event_time=datetime.now(UTC),
        embedding_model_id=embeddings.model_id,
        embedding=embeddings.vectors[0],
        terms=terms.stored(text, home.tenant_id, home.namespace),
    )
    db.add(memory)
    db.flush()
    return memory.id
