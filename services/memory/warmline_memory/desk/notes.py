"""Notes: answers, instructions and resolutions, which the desk itself writes into a session, even an ended one.

A note may be kept in another table too, as an answer is in ``inquiries``. It then has the id of that row, so that
forgetting the memory finds the row.
"""

from datetime import UTC, datetime
from uuid import UUID

from warmline_memory import memories
from warmline_memory.embedding import Ready
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Role

IMPORTANCE = 0.9
"""A note was written for the next receiver, so it matters more than a turn; only a handoff's brief has 1.0."""


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
    """Remember a note as the newest memory of a session. Answers the memory's id, which is ``note_id`` where given.

    A later receiver of the session's work finds the note in the brief, or among the memories since the brief. Raises
    ``EmbeddingsWanted``.
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
        # A lead may have done it on what somebody else holds: the words are those of the person who wrote them.
        agent=db.person or agent,
        role=Role.AGENT,
        note_id=note_id,
    )
    return note.id
