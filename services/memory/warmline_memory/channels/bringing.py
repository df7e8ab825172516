"""Bringing: what was said with attachments becomes memories, the words first and then each attachment."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from warmline_memory import attachments, memories, sessions
from warmline_memory.embedding import Embeddings, Ready
from warmline_memory.reading.notes import ATTACHMENT
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Memory, Remember
from warmline_schemas.tenancy import HideAtWrite

NOTE = "note"


def keep(
    db: Transaction,
    session: tables.Session,
    text: str | None,
    attachment_ids: Sequence[UUID],
    ready: Ready,
    *,
    hide: HideAtWrite = HideAtWrite.NEVER,
    **said: Any,
) -> list[tables.Memory]:
    """Keep what was said in a session, even an ended one, and what it brings; ``said`` is the rest of ``Remember``.

    The first memory has the message's external id, and those behind it ids that are made of that. Raises
    ``EmbeddingsWanted`` and ``AttachmentNotSendable``.
    """
    brought = attachments.bring(db, session.namespace, attachment_ids) if attachment_ids else []
    asks = memories.to_keep(list(_asks(session.id, text, brought, said)), hide)
    embeddings = ready.of([memories.content_of(one) for one in asks])
    assert embeddings is not None  # noqa: S101 (a message has words or attachments)
    kept = [memories.keep_anywhere(db, one, _row_of(embeddings, place)) for place, one in enumerate(asks)]
    for attachment, memory in zip(brought, kept[len(kept) - len(brought) :], strict=True):
        attachment.memory_id, attachment.chain_id = memory.id, memory.chain_id
    db.flush()
    return kept


def note(
    db: Transaction, session_id: UUID, agent: str, text: str | None, ready: Ready, attachment_ids: Sequence[UUID]
) -> Memory:
    """Keep files for colleagues in an open session of any agent: of nobody's role, so that no channel sends them on.
    The first memory. Raises ``NotFound``, ``SessionEnded``, ``EmbeddingsWanted`` and ``AttachmentNotSendable``."""
    row = sessions.lock_chain(db, session_id)
    if row.ended_at is not None:
        raise sessions.ended(db, row)
    kept = keep(db, row, text, attachment_ids, ready, agent=agent, kind=NOTE)
    return memories.shown(db, kept[:1])[0]


def external_id_of(message: str, place: int) -> str:
    """The external id of a message's attachment; ``place`` counts from 1."""
    return f"{message}/{ATTACHMENT}/{place}"


def brought_by(memory: tables.Memory) -> list[str]:
    """The id of the attachment that a memory tells of, in a list; none where it tells of something else."""
    about = memory.custom.get(ATTACHMENT) if memory.kind == ATTACHMENT else None
    return [about["id"]] if isinstance(about, dict) and isinstance(about.get("id"), str) else []


def _asks(
    session_id: UUID, text: str | None, brought: Sequence[tables.Attachment], said: dict[str, Any]
) -> Iterator[Remember]:
    kind = said.pop("kind", "message")
    if text is not None:
        yield Remember(session_id=session_id, content=text, kind=kind, **said)
    external_id = said.pop("external_id", None)
    for place, one in enumerate(brought, 1):
        is_first = text is None and place == 1
        own = external_id if is_first or external_id is None else external_id_of(external_id, place)
        content = attachments.told(one)
        told = Remember(session_id=session_id, content=content, kind=ATTACHMENT, **{**said, "metadata": {}})
        # Copied, as neither what the platform adds to an id nor to the metadata counts against a caller's limits.
        metadata = {**said.get("metadata", {}), ATTACHMENT: attachments.reference(one)}
        yield told.model_copy(update={"external_id": own, "metadata": metadata})


def _row_of(embeddings: Embeddings, place: int) -> Embeddings:
    return Embeddings(embeddings.model_id, embeddings.vectors[place : place + 1])
