"""Memories: keeping, reading and changing them."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import REAL, Uuid, cast, func, select, update
from uuid_utils.compat import uuid7

from warmline_memory import sessions, tenancy
from warmline_memory.embedding import Embeddings
from warmline_memory.errors import MemoryProtected, NamespaceMismatch, NotFound
from warmline_memory.language import phrases, terms
from warmline_memory.memories import (
    consolidations,
    corrections,
    duplicates,
    external_ids,
    first_replies,
    insertions,
    notes,
)
from warmline_memory.memories.duplicates import Row
from warmline_memory.reading.calls import are_changes
from warmline_memory.salience import Kept, Speaker, estimates
from warmline_memory.storage import tables, wire
from warmline_memory.storage.pages import ALWAYS, Many, Period, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import (
    Action,
    GiveFeedback,
    Memories,
    Memory,
    Outcome,
    Remember,
    ReviseMemory,
    Role,
    Verdict,
)
from warmline_schemas.wire import Page

RESULT_CHARS = 2_000
"""A tool's result becomes part of the text that is searched up to this many characters; all of it is kept beside
that."""

USEFUL_STEP = 0.1
"""A memory that was found useful gains this share of what it lacks to full importance. From 0.5, five times useful
makes 0.7."""
MOST_BY_FEEDBACK = 0.95
"""Feedback raises importance up to this. Full importance is only ever stated, as for a handoff's brief."""
WRONG_FACTOR = 0.5
"""A memory that was found wrong keeps this share of its importance: to act on a wrong memory costs more than to miss a
useful one, so one verdict `wrong` outweighs several `useful`."""
LEAST_BY_FEEDBACK = 0.05
"""Feedback lowers importance down to this, so that a wrong memory can still be found and corrected."""

# In SQL, so that two verdicts at once both count. ``greatest`` and ``least`` on the outside keep an importance that was
# stated beyond the bounds where it is.

_RAISED = func.greatest(
    tables.Memory.importance,
    func.least(tables.Memory.importance + USEFUL_STEP * (1 - tables.Memory.importance), MOST_BY_FEEDBACK),
)
_LOWERED = func.least(
    tables.Memory.importance, func.greatest(tables.Memory.importance * WRONG_FACTOR, LEAST_BY_FEEDBACK)
)


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


def remember(db: Transaction, asks: Sequence[Remember], embeddings: Embeddings) -> list[Memory]:
    """Keep memories as ``remember_once`` does; the memories alone."""
    return remember_once(db, asks, embeddings).memories


def remember_once(db: Transaction, asks: Sequence[Remember], embeddings: Embeddings) -> Memories:
    """Keep memories, all of them or none. ``embeddings`` are those of ``content_of`` each, in the same order.

    One statement stores them all; an exact duplicate is counted on the memory that is there, and what was sent before
    under its external id changes nothing. Raises ``NotFound``, ``SessionEnded``, ``NamespaceMismatch`` and
    ``CannotSupersede``.
    """
    now = datetime.now(UTC)
    rows = zip(asks, embeddings.vectors, _importances(asks), strict=True)
    said = [_row(ask, now, embeddings, vector, importance) for ask, vector, importance in rows]
    sent = external_ids.sent(db, said)
    stored = _store(db, sent.new)
    found = [sent.known.get(row["id"]) or stored[_key(sent.first(row))] for row in said]
    answered = {memory.id: memory for memory in shown(db, list({row.id: row for row in found}.values()))}
    return Memories(
        memories=[answered[row.id] for row in found],
        repeated=[place for place, row in enumerate(said) if row["id"] in sent.known or row["id"] in sent.repeated],
    )


def keep_anywhere(db: Transaction, ask: Remember, embeddings: Embeddings) -> tables.Memory:
    """Keep a message in its session, even an ended one; ``embeddings`` is its own, one row.

    For what a customer says: whoever has the case must find it. It merges with no duplicate, and whether it was sent
    before under its external id is the caller's to look.
    """
    assert ask.session_id is not None  # noqa: S101 (a message is of a session)
    return notes.write(
        db,
        ask.session_id,
        content_of(ask),
        embeddings,
        kind=ask.kind,
        importance=_importances([ask])[0],
        importance_estimated=True,
        event_time=ask.event_time or datetime.now(UTC),
        agent=ask.agent,
        role=ask.role,
        metadata=ask.metadata,
        external_id=ask.external_id,
    )


def shown(db: Transaction, rows: Sequence[Any]) -> list[Memory]:
    """Rows as the wire shows them, with what supersedes each: those of the mapper, or others with the columns that
    ``wire.memory_of`` needs."""
    superseding = corrections.superseding(db, rows)
    return [
        wire.memory(row, superseding.get(row.id))
        if isinstance(row, tables.Memory)
        else wire.memory_of(row._asdict(), superseding.get(row.id))
        for row in rows
    ]


def get(db: Transaction, memory_id: UUID) -> Memory:
    """One memory. Raises ``NotFound``."""
    return shown(db, [_find(db, memory_id)])[0]


def list_page(
    db: Transaction,
    *,
    limit: int,
    cursor: str | None,
    namespace: Many[str] = None,
    session_id: Many[UUID] = None,
    chain_id: Many[UUID] = None,
    kind: Many[str] = None,
    min_importance: float = 0.0,
    period: Period = ALWAYS,
) -> Page[Memory]:
    """Memories, newest first."""
    wanted = {"namespace": namespace, "session_id": session_id, "chain_id": chain_id, "kind": kind}
    rows = select(tables.Memory).where(*matching(tables.Memory, wanted, period=period, at="created_at"))
    # Stored in single precision: 0.7 itself would be above what was stored of it.
    rows = rows.where(tables.Memory.importance >= cast(min_importance, REAL))
    page = read_page(db, rows, tables.Memory.id, lambda row: row, limit=limit, cursor=cursor)
    return Page[Memory](items=shown(db, page.items), next_cursor=page.next_cursor)


def revise(db: Transaction, memory_id: UUID, ask: ReviseMemory, embeddings: Embeddings | None) -> Memory:
    """Change a memory; ``embeddings`` is that of the new content, one row, where there is one.

    It is no duplicate of anything from then on. Raises ``NotFound``, and ``MemoryProtected`` for a handoff's brief.
    """
    row = _find(db, memory_id, for_change=True)
    if row.agent is not None:
        tenancy.check_party(db, row.agent)
    consolidations.undo_around(db, row)
    if ask.content is not None and embeddings is not None:
        _reword(row, ask.content, embeddings)
    if ask.importance is not None:
        row.importance, row.importance_estimated = ask.importance, False
    if ask.kind is not None:
        row.kind = ask.kind
    if ask.metadata is not None:
        row.custom = ask.metadata
    _reschedule(db, row, ask)
    row.fingerprint = None
    db.flush()
    return shown(db, [row])[0]


def give_feedback(db: Transaction, memory_id: UUID, ask: GiveFeedback) -> Memory:
    """Count a verdict on a memory and move its importance, in one statement, so that none is lost.

    Raises ``NotFound``, and ``MemoryProtected`` for a handoff's brief.
    """
    memory = tables.Memory
    change: dict[Any, Any] = (
        {memory.found_useful: memory.found_useful + 1, memory.importance: _RAISED}
        if ask.verdict is Verdict.USEFUL
        else {memory.found_wrong: memory.found_wrong + 1, memory.importance: _LOWERED}
    )
    row = db.scalar(
        update(memory).where(memory.id == memory_id, memory.handoff_id.is_(None)).values(change).returning(memory)
    )
    return shown(db, [row or _find(db, memory_id, for_change=True)])[0]


def count_recalls(db: Transaction, ids: Sequence[UUID]) -> None:
    """Count a recall on each of the memories that it brought back."""
    memory = tables.Memory
    # Two recalls that bring back the same memories lock them in the order of their ids, so that they cannot deadlock.
    locked = select(memory.id).where(memory.id.in_(ids)).order_by(memory.id).with_for_update(key_share=True)
    db.execute(
        update(memory)
        .where(memory.id.in_(locked))
        .values(times_recalled=memory.times_recalled + 1, last_recalled_at=func.now()),
        execution_options={"synchronize_session": False},
    )


def _store(db: Transaction, new: Sequence[Row]) -> dict[bytes, Any]:
    """Store rows of a request, and note what follows from them; what is stored now, by ``duplicates.key``."""
    if not new:
        return {}
    kept = duplicates.folded(new)
    replied = _place(db, new, kept.values())
    stored = insertions.store(db, kept.values())
    for row in new:
        if row["supersedes"]:
            corrections.note(db, stored[_key(row)], row["supersedes"])
    if replied:
        first_replies.note_first(db, replied)
    return stored


def _key(row: Row) -> bytes:
    return duplicates.key(row["id"], row["fingerprint"])


_SPEAKERS = {Role.USER: Speaker.CUSTOMER, Role.AGENT: Speaker.AGENT}


def _importances(asks: Sequence[Remember]) -> list[float]:
    """The importance of each memory: as stated, or else as estimated, all of these in one batch."""
    open_ones = [ask for ask in asks if ask.importance is None]
    names = list(dict.fromkeys(ask.action.name for ask in open_ones if ask.action is not None))
    changing = dict(zip(names, are_changes(names), strict=True))
    estimated = iter(estimates([_kept(ask, changing) for ask in open_ones]))
    return [next(estimated).value if ask.importance is None else ask.importance for ask in asks]


def _kept(ask: Remember, changing: Mapping[str, bool]) -> Kept:
    signs = {"slot"} if ask.slot is not None else set()
    if ask.action is not None:
        signs.add("change" if changing[ask.action.name] else "lookup")
        if ask.action.outcome is Outcome.FAILED:
            signs.add("failure")
    return Kept(content_of(ask), _SPEAKERS.get(ask.role) if ask.role else None, ask.kind, signs)


def _row(ask: Remember, now: datetime, embeddings: Embeddings, vector: NDArray[np.float32], importance: float) -> Row:
    content = content_of(ask)
    return {
        "id": uuid7(),
        "namespace": ask.namespace,
        "session_id": ask.session_id,
        "chain_id": None,
        "ordinal": None,
        "agent": ask.agent,
        "kind": ask.kind,
        "role": ask.role,
        "external_id": ask.external_id,
        "content": content,
        "importance": importance,
        "importance_estimated": ask.importance is None,
        "pinned": ask.pinned,
        "slot": ask.slot and ask.slot.model_dump(mode="json"),
        "action": ask.action and ask.action.model_dump(mode="json"),
        "supersedes": ask.supersedes,
        "custom": ask.metadata,
        "event_time": ask.event_time or now,
        "time_to_live": ask.ttl_seconds and timedelta(seconds=ask.ttl_seconds),
        "fingerprint": duplicates.fingerprint(ask),
        "times_seen": 1,
        "embedding_model_id": embeddings.model_id,
        "embedding": vector,
    }


def _place(db: Transaction, said: Sequence[Row], kept: Collection[Row]) -> set[UUID]:
    """Give the rows that are kept their session's chain, namespace, agent and ordinals, and their terms.

    Answers the ids of the handoffs whose receivers reply in these rows.

    Ordinals are reserved for every row, though the row of a duplicate that is stored already leaves its own unused.
    """
    # The order of three steps matters: sessions are locked first, in the order of their ids, so that two batches cannot
    # deadlock; then what was said is checked against them; only then rows get ordinals and terms.
    counts = Counter(row["session_id"] for row in kept if row["session_id"] is not None)
    homes = {}
    for session_id in sorted(counts):
        home = sessions.reserve_ordinals(db, session_id, counts[session_id])
        tenancy.check_party(db, home.agent)
        homes[session_id] = home, count(home.memory_count - counts[session_id] + 1)
    for row in said:
        if row["session_id"] is not None:
            _check_namespace(row, homes[row["session_id"]][0])
    tenant_id = _tenant_id(db)
    for row in kept:
        if row["session_id"] is not None:
            home, ordinals = homes[row["session_id"]]
            row |= {"chain_id": home.chain_id, "namespace": home.namespace, "ordinal": next(ordinals)}
            row["agent"] = row["agent"] or home.agent
        row["terms"] = terms.stored(searched(row["content"], row["slot"]), tenant_id, row["namespace"])
    answered = {row["session_id"] for row in kept if row["role"] == Role.AGENT}
    return {home.handoff_id for home, _ in homes.values() if home.handoff_id and home.id in answered}


def _tenant_id(db: Transaction) -> UUID:
    """The tenant that the transaction has entered, by a key or by its id."""
    return db.tenant_id or db.scalars(select(func.warmline_tenant(type_=Uuid[UUID]()))).one()


def _check_namespace(row: Row, home: sessions.Home) -> None:
    if row["namespace"] not in {None, home.namespace}:
        raise NamespaceMismatch(session_id=home.id, session_namespace=home.namespace, namespace=row["namespace"])


def searched(content: str, slot: dict[str, Any] | None) -> str:
    """The words that a memory is found by: its content, and its slot where the content does not say it."""
    # A whole word of the content counts, not a part of one: "4521" is not said by "ACC-45210".
    stated = [slot["name"], slot["value"]] if slot else []
    missing = [said for said in stated if not phrases.holds(content, said, phrases.goes_on_in_any_script)]
    return " ".join([content, *missing])


def _reword(row: tables.Memory, content: str, embeddings: Embeddings) -> None:
    """Give a memory new content."""
    words = searched(content, row.slot)
    changed = notes.worded(content, embeddings, tenant_id=row.tenant_id, namespace=row.namespace, searched=words)
    for column, value in changed.items():
        setattr(row, column, value)


def _reschedule(db: Transaction, row: tables.Memory, ask: ReviseMemory) -> None:
    """Pin a memory, which ends its expiry, or let it expire, which unpins it."""
    if ask.pinned is not None:
        row.pinned = ask.pinned
    if ask.pinned:
        row.expires_at = None
    if ask.ttl_seconds is not None:
        row.expires_at = db.scalars(select(func.now() + timedelta(seconds=ask.ttl_seconds))).one()
        row.pinned = False


def _find(db: Transaction, memory_id: UUID, *, for_change: bool = False) -> tables.Memory:
    row = db.find(tables.Memory, memory_id, with_for_update=for_change or None)
    if row is None:
        raise NotFound(noun="memory", id=memory_id)
    if for_change and row.handoff_id is not None:
        raise MemoryProtected(memory_id=memory_id, handoff_id=row.handoff_id)
    return row


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
