"""Notes: what the desk itself writes into a session, even into one that has ended: answers, instructions, resolutions.

A note that is kept elsewhere as well has the id of that row, so that forgetting the one finds the other.
"""

from datetime import UTC, datetime
from uuid import UUID

from warmline_memory import memories
from warmline_memory.embedding import Ready
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
    note = memories.write_note(
        db,
        session_id,
        text,
        embeddings,
        kind=kind,
        importance=IMPORTANCE,
        event_time=datetime.now(UTC),
        agent=agent,
        role=Role.AGENT,
        note_id=note_id,
    )
    return note.id
