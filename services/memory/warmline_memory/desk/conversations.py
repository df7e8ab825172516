"""Conversations: what was said on the line of sessions that leads to one, a page at a time; and speaking in one.

A conversation goes on over handoffs, so its line is every session that led to the given one, oldest first. Branches
that other agents work in at the same time are no part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from warmline_memory import channels, memories, sessions
from warmline_memory.desk import named_colleagues
from warmline_memory.embedding import Ready
from warmline_memory.errors import NotFound
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory, Remember
from warmline_schemas.sessions import Chain, Session

NOTE = "note"
"""The kind of a memory that colleagues read, and that no customer's channel sends on."""


@dataclass(frozen=True)
class SessionOnLine:
    """One session of a conversation's line, and the handoff that it started from; None for the chain's first."""

    session: Session
    started_from: Handoff | None


@dataclass(frozen=True)
class ConversationPage:
    """One page of a conversation."""

    line: Sequence[SessionOnLine]
    """The sessions that led to the one that was asked for, oldest first, and that one itself last."""
    owner: Session | None
    """The open session that speaks for the chain now; None where nobody does."""
    memories: Sequence[Memory]
    """What these sessions kept, in the order in which it was said; at most as many as were asked for."""
    has_earlier: bool
    """Whether the line kept more before the first of these memories."""
    has_later: bool
    """Whether the line kept more after the last of these memories."""

    @property
    def session(self) -> Session:
        """The session that was asked for."""
        return self.line[-1].session


class _Stretch(NamedTuple):
    """Rows of a line in its order, and whether there are more on either side."""

    rows: Sequence[tables.Memory]
    has_earlier: bool
    has_later: bool


def conversation(
    db: Transaction,
    session_id: UUID,
    *,
    around: UUID | None = None,
    before: UUID | None = None,
    after: UUID | None = None,
    limit: int,
) -> ConversationPage:
    """A page of at most ``limit`` memories of the conversation that a session is in.

    The page lies around, just before or just after the memory of that id, of which at most one is given. Without any it
    is the newest. Raises ``NotFound`` for the session, and for a memory that no session of the line kept.
    """
    chain = sessions.chain_of(db, session_id)
    line = _line(chain, session_id)
    ids = [one.session.id for one in line]
    if around is not None:
        stretch = _around(db, ids, around, limit)
    elif before is not None:
        stretch = _before(db, ids, before, limit)
    elif after is not None:
        stretch = _after(db, ids, after, limit)
    else:
        stretch = _newest(db, ids, limit)
    shown = memories.shown(db, _as_said(stretch.rows))
    return ConversationPage(line, chain.owner, shown, stretch.has_earlier, stretch.has_later)


def note(
    db: Transaction, session_id: UUID, agent: str, text: str | None, ready: Ready, attachment_ids: Sequence[UUID] = ()
) -> Memory:
    """Keep something for colleagues in an open session of any agent; those whom it names are told. The first memory of
    it. Raises ``NotFound``, ``SessionEnded``, ``EmbeddingsWanted`` and ``AttachmentNotSendable``."""
    if text is not None and not attachment_ids:
        embeddings = ready.of([text])
        assert embeddings is not None  # noqa: S101 (there is one text)
        said = Remember(session_id=session_id, agent=agent, content=text, kind=NOTE)
        kept = memories.remember(db, [said], embeddings)[0]
    else:
        kept = channels.note_with_attachments(db, session_id, agent, text, ready, attachment_ids)
    named_colleagues.tell(db, kept, session_id)
    return kept


def _as_said(rows: Sequence[tables.Memory]) -> list[tables.Memory]:
    """Rows of a line in the order in which they were said, session by session."""
    sessions_of = groupby(rows, key=lambda row: row.session_id)
    return [row for _, own in sessions_of for row in memories.in_order_said(list(own))]


def _line(chain: Chain, session_id: UUID) -> list[SessionOnLine]:
    """The sessions that led to one by handoffs, oldest first, and that one itself last."""
    by_id = {session.id: session for session in chain.sessions}
    handoffs = {handoff.id: handoff for handoff in chain.handoffs}
    found: list[SessionOnLine] = []
    # Backwards: a session knows the handoff that it started from, and that knows its source. In a very long chain the
    # oldest sessions are not read, and the line begins where they would be.
    session = by_id.get(session_id)
    while session is not None:
        handoff = handoffs.get(session.handoff_id) if session.handoff_id else None
        found.append(SessionOnLine(session, handoff))
        session = by_id.get(handoff.source_session_id) if handoff else None
    return found[::-1]


# Each of these four reads one memory more than it shows on a side, which is how it knows whether there are more.


def _newest(db: Transaction, line: Sequence[UUID], limit: int) -> _Stretch:
    rows = _backwards(db, line, len(line) - 1, None, limit + 1)
    return _Stretch(rows[-limit:], has_earlier=len(rows) > limit, has_later=False)


def _before(db: Transaction, line: Sequence[UUID], memory_id: UUID, limit: int) -> _Stretch:
    index, ordinal = _place(db, line, memory_id)
    rows = _backwards(db, line, index, ordinal, limit + 1)
    return _Stretch(rows[-limit:], has_earlier=len(rows) > limit, has_later=True)


def _after(db: Transaction, line: Sequence[UUID], memory_id: UUID, limit: int) -> _Stretch:
    index, ordinal = _place(db, line, memory_id)
    rows = _forwards(db, line, index, ordinal, limit + 1)
    return _Stretch(rows[:limit], has_earlier=True, has_later=len(rows) > limit)


def _around(db: Transaction, line: Sequence[UUID], memory_id: UUID, limit: int) -> _Stretch:
    """Half of the stretch ends with the memory itself, the other half follows it."""
    index, ordinal = _place(db, line, memory_id)
    half = limit // 2
    earlier = _backwards(db, line, index, ordinal + 1, half + 1)
    later = _forwards(db, line, index, ordinal, half + 1)
    return _Stretch([*earlier[-half:], *later[:half]], has_earlier=len(earlier) > half, has_later=len(later) > half)


def _place(db: Transaction, line: Sequence[UUID], memory_id: UUID) -> tuple[int, int]:
    """Which session of a line kept a memory, counted from 0, and the memory's ordinal there. Raises ``NotFound``."""
    row = db.find(tables.Memory, memory_id)
    if row is None or row.ordinal is None or row.session_id not in line:
        raise NotFound(noun="memory of this conversation", id=memory_id)
    return line.index(row.session_id), row.ordinal


def _backwards(
    db: Transaction, line: Sequence[UUID], index: int, ordinal: int | None, limit: int
) -> list[tables.Memory]:
    """At most ``limit`` memories that stand just before a place, oldest first."""
    # One statement for each session reads one index and stops early; a single statement over all the sessions would
    # have to sort everything that they kept.
    memory = tables.Memory
    found: list[tables.Memory] = []
    for session_id in reversed(line[: index + 1]):
        rows = select(memory).where(memory.session_id == session_id).order_by(memory.ordinal.desc())
        if ordinal is not None:
            rows = rows.where(memory.ordinal < ordinal)
        found += db.scalars(rows.limit(limit - len(found)))
        if len(found) >= limit:
            break
        ordinal = None  # it is a place in the first of these sessions; the earlier ones are read from their ends
    return found[::-1]


def _forwards(db: Transaction, line: Sequence[UUID], index: int, ordinal: int, limit: int) -> list[tables.Memory]:
    """At most ``limit`` memories that stand just after a place, oldest first."""
    memory = tables.Memory
    found: list[tables.Memory] = []
    for number, session_id in enumerate(line[index:]):
        rows = select(memory).where(memory.session_id == session_id).order_by(memory.ordinal)
        if number == 0:
            rows = rows.where(memory.ordinal > ordinal)
        found += db.scalars(rows.limit(limit - len(found)))
        if len(found) >= limit:
            break
    return found
