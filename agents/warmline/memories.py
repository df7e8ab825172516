"""Memories over the wire: remember, recall, read, revise, forget."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from warmline.transport import Id, Transport, at, build
from warmline_schemas.memories import (
    Action,
    Memory,
    Outcome,
    Recall,
    Recollection,
    Remember,
    RememberMany,
    ReviseMemory,
    Role,
    Slot,
)
from warmline_schemas.memories import Memories as KeptMemories
from warmline_schemas.wire import Page

PATH = "/v1/memories"

EMBEDDING_SECONDS = 0.1
"""What embedding one long memory of a batch may take on a busy machine, on top of the time-out. Measured: 45 ms."""

SlotLike = Slot | tuple[str, str]
"""A named value: ``Slot(name="account_id", value="ACC-4521")``, or the pair ``("account_id", "ACC-4521")``."""


class Memories:
    """``client.memories``. Every method raises the tree of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def remember(
        self,
        content: str | None = None,
        *,
        session_id: Id | None = None,
        namespace: str | None = None,
        agent: str | None = None,
        kind: str | None = None,
        role: Role | str | None = None,
        importance: float | None = None,
        slot: SlotLike | None = None,
        action: Action | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_time: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> Memory:
        """Keep one thing, in a session or in a namespace.

        ``importance`` is 0 to 1, estimated from the text where it is left out; ``event_time`` needs a zone. ``content``
        may be left out where ``action`` is given. Raises ``SessionEnded`` where the session takes no more memories.
        """
        request = build(
            Remember,
            content=content,
            session_id=session_id,
            namespace=namespace,
            agent=agent,
            kind=kind,
            role=role,
            importance=importance,
            slot=as_slot(slot),
            action=action,
            metadata=metadata,
            event_time=event_time,
        )
        return self._transport.post(Memory, PATH, request, idempotency_key)

    def remember_many(
        self, memories: Iterable[Remember | Mapping[str, Any]], *, idempotency_key: str | None = None
    ) -> list[Memory]:
        """Keep up to 1,000 memories at once: all of them, or none where one is refused."""
        request = build(RememberMany, memories=list(memories))
        wait = EMBEDDING_SECONDS * len(request.memories)
        return self._transport.post(KeptMemories, f"{PATH}/batch", request, idempotency_key, wait).memories

    def get(self, memory_id: Id) -> Memory:
        """Read one memory."""
        return self._transport.get(Memory, at(PATH, memory_id))

    def list(
        self,
        *,
        namespace: str | None = None,
        session_id: Id | None = None,
        chain_id: Id | None = None,
        kind: str | None = None,
        min_importance: float | None = None,
        page_size: int | None = None,
    ) -> Iterator[Memory]:
        """Iterate over memories, newest first; further pages are read as they are needed."""
        params = {
            "namespace": namespace,
            "session_id": session_id,
            "chain_id": chain_id,
            "kind": kind,
            "min_importance": min_importance,
            "limit": page_size,
        }
        return self._transport.pages(Page[Memory], PATH, params)

    def recall(
        self,
        query: str = "",
        *,
        namespace: str,
        top_k: int = 10,
        kinds: Sequence[str] | None = None,
        session_id: Id | None = None,
        chain_id: Id | None = None,
        min_importance: float | None = None,
    ) -> Recollection:
        """Ask for the memories that matter now, best first. An empty query ranks by importance and recency alone."""
        question = build(
            Recall,
            namespace=namespace,
            query=query,
            top_k=top_k,
            kinds=kinds,
            session_id=session_id,
            chain_id=chain_id,
            min_importance=min_importance,
        )
        return self._transport.ask(Recollection, "/v1/recall", question)

    def revise(
        self,
        memory_id: Id,
        *,
        content: str | None = None,
        kind: str | None = None,
        importance: float | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Memory:
        """Change a memory. What is left out stays as it is. Raises ``MemoryProtected`` for a handoff's brief."""
        changes = build(ReviseMemory, content=content, kind=kind, importance=importance, metadata=metadata)
        return self._transport.patch(Memory, at(PATH, memory_id), changes)

    def forget(self, memory_id: Id) -> None:
        """Remove a memory for good. Raises ``MemoryProtected`` for a handoff's brief."""
        self._transport.delete(at(PATH, memory_id))


def as_slot(slot: SlotLike | None) -> Slot | None:
    """Read a pair as a slot."""
    return build(Slot, name=slot[0], value=slot[1]) if isinstance(slot, tuple) else slot


def an_action(name: str, arguments: Mapping[str, Any] | None, result: Any, outcome: Outcome | str | None) -> Action:
    """Build the record of a tool call."""
    return build(Action, name=name, arguments=arguments, result=result, outcome=outcome)
