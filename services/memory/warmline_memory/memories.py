"""Memories: keeping, reading, changing and forgetting them."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from warmline_memory import answers, importance, sessions, tables
from warmline_memory.errors import MemoryProtected, NamespaceMismatch, NotFound
from warmline_memory.pages import read_page
from warmline_schemas.memories import Action, Memory, Remember, ReviseMemory
from warmline_schemas.wire import Page

RESULT_CHARS = 2_000
"""So much of a tool's result becomes part of the text that is searched; the whole result is kept beside it."""


@dataclass(frozen=True)
class Embeddings:
    """Vectors of shape (n, dimension), made by the model with that id."""

    model_id: int
    vectors: NDArray[np.float32]


def content_of(ask: Remember) -> str:
    """The text of a memory: as given, or else a rendering of its action."""
    if ask.content is not None:
        return ask.content
    assert ask.action is not None  # noqa: S101 (the schema guarantees one of the two)
    return render_action(ask.action)


def render_action(action: Action) -> str:
    """An action as one line of text, such as ``refund(amount=100) → {"status": "ok"} [confirmed]``."""
    arguments = ", ".join(f"{name}={_plain(value)}" for name, value in action.arguments.items())
    return f"{action.name}({arguments}) → {_plain(action.result)[:RESULT_CHARS]} [{action.outcome}]"


def remember(db: Db, asks: Sequence[Remember], embeddings: Embeddings) -> list[Memory]:
    """Keep memories, all of them or none. ``embeddings`` are those of ``content_of`` each, in the same order.

    Raises ``NotFound``, ``SessionEnded`` and ``NamespaceMismatch``.
    """
    now = datetime.now(UTC)
    homes = _reserve(db, asks)
    rows = []
    for ask, vector in zip(asks, embeddings.vectors, strict=True):
        row = _row(ask, now)
        row.embedding_model_id, row.embedding = embeddings.model_id, vector
        if ask.session_id is not None:
            homes[ask.session_id].take_in(row)
        rows.append(row)
    db.add_all(rows)
    db.flush()
    return [answers.memory(row) for row in rows]


def get(db: Db, memory_id: UUID) -> Memory:
    """One memory. Raises ``NotFound``."""
    return answers.memory(_find(db, memory_id))


def list_page(
    db: Db,
    *,
    limit: int,
    cursor: str | None,
    namespace: str | None = None,
    session_id: UUID | None = None,
    chain_id: UUID | None = None,
    kind: str | None = None,
    min_importance: float = 0.0,
) -> Page[Memory]:
    """Memories, newest first."""
    wanted = {"namespace": namespace, "session_id": session_id, "chain_id": chain_id, "kind": kind}
    rows = (
        select(tables.Memory)
        .filter_by(**{name: value for name, value in wanted.items() if value is not None})
        .where(tables.Memory.importance >= min_importance)
    )
    return read_page(db, rows, tables.Memory.id, answers.memory, limit=limit, cursor=cursor)


def revise(db: Db, memory_id: UUID, ask: ReviseMemory, embeddings: Embeddings | None) -> Memory:
    """Change a memory; ``embeddings`` is that of the new content, one row, where there is one.

    Raises ``NotFound``, and ``MemoryProtected`` for a handoff's brief.
    """
    row = _find(db, memory_id, for_change=True)
    if ask.content is not None and embeddings is not None:
        row.content, row.embedding = ask.content, embeddings.vectors[0]
        row.embedding_model_id = embeddings.model_id
    if ask.importance is not None:
        row.importance, row.importance_estimated = ask.importance, False
    if ask.kind is not None:
        row.kind = ask.kind
    if ask.metadata is not None:
        row.custom = ask.metadata
    db.flush()
    return answers.memory(row)


def forget(db: Db, memory_id: UUID) -> None:
    """Delete a memory for good. Raises ``NotFound``, and ``MemoryProtected`` for a handoff's brief."""
    db.delete(_find(db, memory_id, for_change=True))
    db.flush()


@dataclass
class _Home:
    session: tables.Session
    next_ordinal: int

    def take_in(self, row: tables.Memory) -> None:
        row.session_id, row.chain_id, row.ordinal = self.session.id, self.session.chain_id, self.next_ordinal
        row.namespace = self.session.namespace
        row.agent = row.agent or self.session.agent
        self.next_ordinal += 1


def _reserve(db: Db, asks: Sequence[Remember]) -> dict[UUID, _Home]:
    counts = Counter(ask.session_id for ask in asks if ask.session_id is not None)
    homes = {}
    for session_id in sorted(counts):  # one order for everybody, so that two batches cannot deadlock
        session = sessions.reserve_ordinals(db, session_id, counts[session_id])
        homes[session_id] = _Home(session, session.memory_count - counts[session_id] + 1)
    for ask in asks:
        if ask.session_id and ask.namespace and ask.namespace != homes[ask.session_id].session.namespace:
            raise NamespaceMismatch(
                session_id=ask.session_id,
                session_namespace=homes[ask.session_id].session.namespace,
                namespace=ask.namespace,
            )
    return homes


def _row(ask: Remember, now: datetime) -> tables.Memory:
    content = content_of(ask)
    estimated = importance.estimate(content, role=ask.role, kind=ask.kind, action=ask.action, slot=ask.slot)
    return tables.Memory(
        namespace=ask.namespace,
        agent=ask.agent,
        kind=ask.kind,
        role=ask.role,
        content=content,
        importance=estimated if ask.importance is None else ask.importance,
        importance_estimated=ask.importance is None,
        slot=ask.slot and ask.slot.model_dump(mode="json"),
        action=ask.action and ask.action.model_dump(mode="json"),
        custom=ask.metadata,
        event_time=ask.event_time or now,
    )


def _find(db: Db, memory_id: UUID, *, for_change: bool = False) -> tables.Memory:
    row = db.get(tables.Memory, memory_id, with_for_update=for_change or None)
    if row is None:
        raise NotFound(noun="memory", id=memory_id)
    if for_change and row.handoff_id is not None:
        raise MemoryProtected(memory_id=memory_id, handoff_id=row.handoff_id)
    return row


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
