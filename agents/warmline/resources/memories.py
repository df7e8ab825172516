# Written by `python -m tests.sync_client` from asynchronous/resources/memories.py: change that one.
"""The memories API: remember, recall, read, revise, judge and forget memories."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from warmline.calls import AnyOf, Id, build, path_to
from warmline.slots import SlotLike, as_slot
from warmline.transport import Transport
from warmline_schemas.memories import (
    Action,
    GiveFeedback,
    Memories as KeptMemories,
    Memory,
    Remember,
    RememberMany,
    ReviseMemory,
    Role,
    Verdict,
)
from warmline_schemas.namespaces import ForgetMemories, Forgotten
from warmline_schemas.recall import Recall, Recollection, Weights
from warmline_schemas.wire import Page

PATH = "/v1/memories"

# Seconds for each memory of a batch, on top of the time-out. Embedding a long memory took 45 ms on a busy machine; this
# is twice as much.
EMBEDDING_SECONDS = 0.1

# Seconds on top of the time-out. Deleting from a large namespace also rewrites the briefs that cite its memories, in
# one transaction.
FORGETTING_SECONDS = 300.0


class Memories:
    """``client.memories``. Every method raises the errors of ``warmline.errors``."""

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
        external_id: str | None = None,
        slot: SlotLike | None = None,
        action: Action | None = None,
        supersedes: Sequence[Id] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_time: datetime | None = None,
        pinned: bool | None = None,
        ttl_seconds: int | None = None,
        idempotency_key: str | None = None,
    ) -> Memory:
        """Keep one memory, in a session or in a namespace.

        - ``importance``: 0 to 1; estimated from the text where it is left out.
        - ``external_id``: an id of your own. What was sent before under it is not stored again.
        - ``event_time``: when it happened, with an offset from UTC.
        - ``content``: can be left out where ``action`` is given.
        - ``supersedes``: the ids of memories of the namespace that this one corrects; they rank below it from then on.
        - ``pinned``: the memory does not lose rank with age.
        - ``ttl_seconds``: after how many seconds the memory is forgotten.

        Raises ``SessionEnded`` where the session has ended.
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
            external_id=external_id,
            slot=as_slot(slot),
            action=action,
            supersedes=supersedes,
            metadata=metadata,
            event_time=event_time,
            pinned=pinned,
            ttl_seconds=ttl_seconds,
        )
        return self._transport.post(Memory, PATH, request, idempotency_key)

    def remember_many(
        self, memories: Iterable[Remember | Mapping[str, Any]], *, idempotency_key: str | None = None
    ) -> list[Memory]:
        """Keep up to 1,000 memories in one call. Either all are kept, or none."""
        return (self.remember_once(memories, idempotency_key=idempotency_key)).memories

    def remember_once(
        self, memories: Iterable[Remember | Mapping[str, Any]], *, idempotency_key: str | None = None
    ) -> KeptMemories:
        """Do the same, and tell in ``repeated`` which ones were sent before under their ``external_id``."""
        request = build(RememberMany, memories=list(memories))
        # The platform embeds all memories of the batch before it answers.
        wait = EMBEDDING_SECONDS * len(request.memories)
        return self._transport.post(KeptMemories, f"{PATH}/batch", request, idempotency_key, wait)

    def get(self, memory_id: Id) -> Memory:
        """Read one memory."""
        return self._transport.get(Memory, path_to(PATH, memory_id))

    def list(
        self,
        *,
        namespace: AnyOf[str] | None = None,
        session_id: AnyOf[Id] | None = None,
        chain_id: AnyOf[Id] | None = None,
        kind: AnyOf[str] | None = None,
        min_importance: float | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        page_size: int | None = None,
    ) -> Iterator[Memory]:
        """Iterate over memories, newest first. Further pages are read when they are needed.

        ``since``, ``until``: those that were kept at ``since`` or later, and before ``until``.
        """
        params = {
            "namespace": namespace,
            "session_id": session_id,
            "chain_id": chain_id,
            "kind": kind,
            "min_importance": min_importance,
            "since": since,
            "until": until,
            "limit": page_size,
        }
        return self._transport.pages(Page[Memory], PATH, params)

    def recall(
        self,
        query: str = "",
        *,
        namespace: str,
        top_k: int = 10,
        token_budget: int | None = None,
        kinds: Sequence[str] | None = None,
        agent: str | None = None,
        session_id: Id | None = None,
        chain_id: Id | None = None,
        slot: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        branch: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        min_importance: float | None = None,
        include_superseded: bool | None = None,
        weights: Weights | Mapping[str, float] | None = None,
        reinforce: bool | None = None,
        explain: bool | None = None,
    ) -> Recollection:
        """Ask for the memories that matter now, best first. An empty query ranks by importance and recency alone.

        - ``top_k``, ``token_budget``: how many memories come back at most, and how many tokens they have together at
          most.
        - ``since``, ``until``: times with an offset from UTC.
        - ``metadata``: only memories whose metadata has all of these members.
        - ``branch``: only memories of this branch of the code, and those that name none.
        - ``weights``: such as ``{"recency": 0.3}``; they override the tenant's preferences.
        - ``explain``: the answer explains the ranks.
        """
        question = build(
            Recall,
            namespace=namespace,
            query=query,
            top_k=top_k,
            token_budget=token_budget,
            kinds=kinds,
            agent=agent,
            session_id=session_id,
            chain_id=chain_id,
            slot=slot,
            metadata=metadata,
            branch=branch,
            since=since,
            until=until,
            min_importance=min_importance,
            include_superseded=include_superseded,
            weights=weights,
            reinforce=reinforce,
            explain=explain,
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
        pinned: bool | None = None,
        ttl_seconds: int | None = None,
    ) -> Memory:
        """Change a memory. Fields that are left out stay. Raises ``MemoryProtected`` for the brief of a handoff."""
        changes = build(
            ReviseMemory,
            content=content,
            kind=kind,
            importance=importance,
            metadata=metadata,
            pinned=pinned,
            ttl_seconds=ttl_seconds,
        )
        return self._transport.patch(Memory, path_to(PATH, memory_id), changes)

    def give_feedback(self, memory_id: Id, verdict: Verdict | str, *, idempotency_key: str | None = None) -> Memory:
        """Say that a memory was ``useful`` or ``wrong``. This moves its importance within bounds."""
        request = build(GiveFeedback, verdict=verdict)
        return self._transport.post(Memory, path_to(PATH, memory_id, "feedback"), request, idempotency_key)

    def forget(self, memory_id: Id) -> None:
        """Delete a memory for good, with the lines of briefs that only it proves. Raises ``MemoryProtected`` for a
        brief.
        """
        self._transport.delete(path_to(PATH, memory_id))

    def forget_matching(
        self,
        *,
        namespace: str,
        ids: Sequence[Id] | None = None,
        kinds: Sequence[str] | None = None,
        agent: str | None = None,
        session_id: Id | None = None,
        chain_id: Id | None = None,
        slot: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Forgotten:
        """Delete the memories that match every filter. At least one filter is needed. ``dry_run`` only counts them.

        ``client.namespaces.forget`` deletes everything in a namespace.
        """
        request = build(
            ForgetMemories,
            namespace=namespace,
            ids=ids,
            kinds=kinds,
            agent=agent,
            session_id=session_id,
            chain_id=chain_id,
            slot=slot,
            metadata=metadata,
            since=since,
            until=until,
            dry_run=dry_run,
        )
        return self._transport.post(Forgotten, f"{PATH}/forget", request, idempotency_key, FORGETTING_SECONDS)
