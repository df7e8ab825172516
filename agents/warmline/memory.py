# Written by `python -m tests.sync_client` from asynchronous/memory.py: change that one.
"""Memories in the form of the session-handoff pattern: importance, type and session id are members of ``metadata``."""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from warmline.resources import Memories
from warmline.transport import Transport
from warmline_schemas.memories import Memory
from warmline_schemas.recall import RecalledMemory


class StoredMemory(TypedDict):
    """A memory in the form of the pattern."""

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
    """A memory with its score. A higher score is better."""

    score: float


class RecallAnswer(TypedDict):
    """The answer to a recall, best result first."""

    results: list[RecalledResult]


class PatternMemory:
    """``client.memory``: ``store`` and ``recall`` with the arguments of the session-handoff pattern."""

    def __init__(self, transport: Transport) -> None:
        self._memories = Memories(transport)

    def store(self, content: str, namespace: str, metadata: Mapping[str, Any] | None = None) -> StoredMemory:
        """Keep one memory. ``metadata`` is stored as it was given; these members also have an effect:

        - ``importance``: 0 to 1.
        - ``type``: the sort of memory, such as ``handoff``.
        - ``session_id``: the open session that it belongs to.
        - ``from_agent``, or else ``agent``: who keeps it, where there is no ``session_id``.
        """
        metadata = dict(metadata or {})
        session_id = metadata.get("session_id")
        memory = self._memories.remember(
            content,
            namespace=namespace,
            session_id=session_id,
            # In a session, the session says who keeps the memory. The pattern's ``from_agent`` names who hands over,
            # which need not be the same.
            agent=None if session_id else metadata.get("from_agent") or metadata.get("agent"),
            kind=as_kind(metadata.get("type")),
            importance=metadata.get("importance"),
            metadata=metadata,
        )
        return _stored(memory)

    def recall(self, query: str, namespace: str, top_k: int = 10) -> RecallAnswer:
        """Ask for the ``top_k`` memories that matter now. ``["results"]`` of the answer has them, best first."""
        answer = self._memories.recall(query, namespace=namespace, top_k=top_k)
        return {"results": [_recalled(result) for result in answer.results]}


def as_kind(sort: str | None) -> str | None:
    """Turn a free ``type`` into a kind: ``Handoff Summary`` becomes ``handoff-summary``. ``None`` stays ``None``."""
    # Free text must become what ``Kind`` accepts: lower-case letters, digits, ``_`` and ``-``. Each run of other
    # characters becomes one dash. A text without such characters becomes empty, and the platform refuses it with a
    # clear message.
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
