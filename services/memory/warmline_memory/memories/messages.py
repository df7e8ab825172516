"""Messages: what agents have of a conversation becomes memories of a session, each once."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from warmline_memory import sessions, tenancy
from warmline_memory.embedding import Ready
from warmline_memory.memories import external_ids, hiding, keeping, pairing
from warmline_memory.memories.pairing import Planned
from warmline_memory.memories.transcribing import Transcript
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Memory, Remember
from warmline_schemas.messages import KeptMessage, KeptMessages, MessageState


def keep(db: Transaction, transcript: Transcript, ready: Ready) -> KeptMessages:
    """Keep what messages hold and nobody sent before; all of it or nothing.

    A session that has ended takes nothing new, but still answers what it has. Raises ``EmbeddingsWanted``,
    ``NotFound``, ``SessionEnded`` and ``AgentNotBound``.
    """
    planned = pairing.plan(transcript, _known(db, transcript))
    new = [one for one in planned if one.ask is not None]
    kept = _remembered(db, [one.ask for one in new if one.ask is not None], ready)
    for one, memory in zip(new, kept, strict=True):
        one.memory_id = memory.id
    answers = _answers(transcript, planned)
    counts = {state.value: sum(one.state is state for one in answers) for state in MessageState}
    namespace = sessions.find(db, transcript.session_id).namespace
    return KeptMessages(namespace=namespace, messages=answers, **counts)


def _known(db: Transaction, transcript: Transcript) -> dict[str, Memory]:
    """What the session has of a transcript already, by external id."""
    named = pairing.external_ids(transcript.pieces)
    rows = external_ids.find(db, transcript.session_id, named)
    return {memory.external_id: memory for memory in keeping.shown(db, rows) if memory.external_id is not None}


def _remembered(db: Transaction, asks: Sequence[Remember], ready: Ready) -> Sequence[Memory]:
    if not asks:
        return []
    kept = hiding.to_keep(asks, tenancy.signed_in(db).preferences.secrets_at_write)
    embeddings = ready.of([keeping.content_of(one) for one in kept])
    assert embeddings is not None  # noqa: S101 (there is at least one memory)
    return keeping.remember(db, kept, embeddings)


def _answers(transcript: Transcript, planned: Iterable[Planned]) -> list[KeptMessage]:
    parts: dict[int, list[Planned]] = {index: [] for index in transcript.remarks}
    for one in planned:
        for index in one.indexes:
            parts[index].append(one)
    return [
        KeptMessage(
            index=index,
            external_id=message.own_id,
            state=_state(index, parts[index]),
            memory_ids=_ids(parts[index]),
            remarks=transcript.remarks[index],
        )
        for index, message in enumerate(transcript.messages)
    ]


def _state(index: int, parts: Sequence[Planned]) -> MessageState:
    if not parts:
        return MessageState.SKIPPED
    is_repeated = all(index in one.repeats for one in parts)
    return MessageState.REPEATED if is_repeated else MessageState.CREATED


def _ids(parts: Sequence[Planned]) -> list[UUID]:
    return [one.memory_id for one in parts if one.memory_id is not None]
