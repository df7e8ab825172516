"""The session-handoff pattern's own form: importance, type and session id ride inside ``metadata``."""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from warmline.resources import Memories
from warmline.transport import Transport
from warmline_schemas.memories import Memory
from warmline_schemas.recall import RecalledMemory


class StoredMemory(TypedDict):
    """A memory as the pattern reads it."""

    id: str
    content: str
    namespace: str
    session_id: str | None
    agent: str | None
    kind: str
    type: str
    importance: float
    metadata: dict[str, Any]
    created_at: str


class RecalledResult(StoredMemory):
    """A memory with its rank; a higher score is better."""

    score: float


class RecallAnswer(TypedDict):
    """The answer to a recall, best first."""

    results: list[RecalledResult]


class PatternMemory:
    """``client.memory``: ``store`` and ``recall`` as the session-handoff pattern writes them."""

    def __init__(self, transport: Transport) -> None:
        self._memories = Memories(transport)

    def store(self, content: str, namespace: str, metadata: Mapping[str, Any] | None = None) -> StoredMemory:
        """Keep one thing. All of ``metadata`` is kept as it was sent; these members also have their effect:

        ``importance`` (0 to 1), ``type`` (what sort of memory, such as ``handoff``), ``session_id`` (the open session
        it belongs to), and, where no session is given, ``from_agent`` or ``agent`` (who keeps it).
        """
        metadata = dict(metadata or {})
        session_id = metadata.get("session_id")
        memory = self._memories.remember(
            content,
            namespace=namespace,
            session_id=session_id,
            agent=None if session_id else metadata.get("from_agent") or metadata.get("agent"),
            kind=as_kind(metadata.get("type")),
            importance=metadata.get("importance"),
            metadata=metadata,
        )
        return _stored(memory)

    def recall(self, query: str, namespace: str, top_k: int = 10) -> RecallAnswer:
        """Ask for the ``top_k`` memories that matter now; ``["results"]`` holds them, best first."""
        answer = self._memories.recall(query, namespace=namespace, top_k=top_k)
        return {"results": [_recalled(result) for result in answer.results]}


def as_kind(sort: str | None) -> str | None:
    """Read a free ``type`` as a kind: ``Handoff Summary`` becomes ``handoff-summary``. ``None`` stays ``None``."""
    return None if sort is None else re.sub(r"[^a-z0-9_-]+", "-", str(sort).lower()).strip("-")


def _stored(memory: Memory) -> StoredMemory:
    return {
        "id": str(memory.id),
        "content": memory.content,
        "namespace": memory.namespace,
        "session_id": str(memory.session_id) if memory.session_id else None,
        "agent": memory.agent,
        "kind": memory.kind,
        "type": str(memory.metadata.get("type", memory.kind)),
        "importance": memory.importance,
        "metadata": memory.metadata,
        "created_at": memory.created_at.isoformat(),
    }


def _recalled(result: RecalledMemory) -> RecalledResult:
    return {**_stored(result.memory), "score": result.score}
