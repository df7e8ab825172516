"""Deeds: what whoever took a handoff over said and did, for the agent that waits for it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from warmline_memory import memories
from warmline_memory.handoffs import requests
from warmline_memory.handoffs.lines import said_or_done
from warmline_memory.language import harmless
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.claims import Deed, DeedState
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import ClosedAs, HandoffMode, HandoffState
from warmline_schemas.memories import Memory, Role

MOST_KEPT = 200
MOST_QUOTED, QUOTED_CHARS = 20, 500
"""The text for a model quotes the last so many words, each cut to so many characters; all of them are in ``kept``."""
MOST_PASSED = 20
"""Work that was passed on more often is not followed further."""
DONE_WITH = (
    EventType.HANDOFF_FIRST_REPLY,
    EventType.HANDOFF_RETARGETED,
    EventType.HANDOFF_CLOSED,
    EventType.HANDOFF_CANCELLED,
    EventType.HANDOFF_FAILED,
)
"""The events with which a deed has changed for whoever waits."""

_CLOSED = {
    ClosedAs.RESOLVED: DeedState.RESOLVED,
    ClosedAs.RETURNED: DeedState.RETURNED,
    ClosedAs.TRANSFERRED: DeedState.WORKING,
    ClosedAs.ESCALATED: DeedState.WORKING,
}
_OVER = {HandoffState.CANCELLED: DeedState.CANCELLED, HandoffState.FAILED: DeedState.FAILED}
_FINAL = {DeedState.RESOLVED, DeedState.RETURNED, DeedState.ENDED, DeedState.CANCELLED, DeedState.FAILED}
_SENTENCES = {
    DeedState.WAITING: "Nobody has taken it over yet.",
    DeedState.WORKING: "{agent} works on it.",
    DeedState.REPLIED: "{agent} works on it, and has replied to the customer.",
    DeedState.RESOLVED: "{agent} resolved it",
    DeedState.RETURNED: "{agent} gave it back",
    DeedState.ENDED: "{agent} ended the work without a note.",
    DeedState.CANCELLED: "It was called off",
    DeedState.FAILED: "It could not be handed over",
}


def of(db: Transaction, handoff_id: UUID) -> Deed:
    """What has become of a handoff, wherever it was passed on to. Raises ``NotFound``."""
    passed = _passed_on(db, requests.find(db, handoff_id))
    row = passed[-1]
    back = _return_of(db, row)
    instruction = _instruction(db, row) if row.target_session_id is None else None
    state = _state(row, is_back=instruction is not None)
    session = row.target_session_id and db.find_one(tables.Session, row.target_session_id)
    agent = session.agent if session else instruction.agent if instruction else None
    kept = _kept(db, [one.target_session_id for one in passed if one.target_session_id is not None])
    note = row.resolution or (back.goal if back else instruction.content if instruction else row.problem)
    comes_back = back.id if back else row.id if instruction is not None and row.state in tables.UNDER_WAY else None
    return Deed(
        handoff_id=handoff_id,
        current_handoff_id=row.id,
        state=state,
        is_over=state in _FINAL,
        agent=agent,
        session_id=row.target_session_id,
        note=note if state in _FINAL else None,
        next_handoff_id=comes_back if state is DeedState.RETURNED else None,
        kept=kept,
        text=_text(state, agent, note if state in _FINAL else None, kept),
    )


def _passed_on(db: Transaction, row: tables.Handoff) -> list[tables.Handoff]:
    """A handoff, and those with which its receivers passed the work on, one after the other."""
    found = [row]
    while found[-1].closed_as in (ClosedAs.TRANSFERRED, ClosedAs.ESCALATED) and len(found) < MOST_PASSED:
        onward = tables.Handoff
        next_one = (
            select(onward)
            .where(
                onward.source_session_id == found[-1].target_session_id,
                onward.mode != HandoffMode.CONSULT,
                onward.state.not_in(_OVER),
            )
            .order_by(onward.id.desc())
            .limit(1)
        )
        further = db.scalar(next_one)
        if further is None:
            break
        found.append(further)
    return found


def _return_of(db: Transaction, row: tables.Handoff) -> tables.Handoff | None:
    """The handoff that gives the work of another one back."""
    back = tables.Handoff
    rows = select(back).where(back.returns_id == row.id, back.state.not_in(_OVER))
    return db.scalar(rows.order_by(back.id.desc()).limit(1))


def _instruction(db: Transaction, row: tables.Handoff) -> tables.Memory | None:
    """The instruction with which somebody gave a handoff back before accepting it, if it is back."""
    is_back = row.state == HandoffState.CANCELLED or (row.state in tables.UNDER_WAY and row.target == row.source_agent)
    if not is_back or row.cut_ordinal is None:
        return None
    kept = tables.Memory
    rows = select(kept).where(
        kept.session_id == row.source_session_id, kept.kind == "instruction", kept.ordinal > row.cut_ordinal
    )
    return db.scalar(rows.order_by(kept.ordinal.desc()).limit(1))


def _state(row: tables.Handoff, *, is_back: bool) -> DeedState:
    if is_back:
        return DeedState.RETURNED
    if row.state == HandoffState.CLOSED:
        return _CLOSED.get(ClosedAs(row.closed_as), DeedState.ENDED) if row.closed_as else DeedState.ENDED
    if row.state == HandoffState.ACCEPTED:
        return DeedState.WORKING if row.first_reply_at is None else DeedState.REPLIED
    return _OVER.get(HandoffState(row.state), DeedState.WAITING)


def _kept(db: Transaction, session_ids: Sequence[UUID]) -> list[Memory]:
    """What sessions kept, oldest first, without secrets and briefs; of very long ones the newest."""
    row = tables.Memory
    own = select(row).where(among(row.session_id, session_ids), row.handoff_id.is_(None), said_or_done())
    newest = db.scalars(own.order_by(row.created_at.desc(), row.ordinal.desc()).limit(MOST_KEPT)).all()
    return memories.hidden(db, memories.shown(db, newest[::-1])) if newest else []


def _text(state: DeedState, agent: str | None, note: str | None, kept: Sequence[Memory]) -> str:
    sentence = _SENTENCES[state].format(agent=agent or "Somebody")
    said = [f"{_who(one, agent)}: {one.content[:QUOTED_CHARS]}" for one in kept if one.content != note]
    lines = [f"{sentence}: {note}" if note else sentence, *said[-MOST_QUOTED:]]
    # Each on one line: what somebody said cannot begin a line as if somebody else had said it.
    return "\n".join(harmless.untagged(line) for line in lines)


def _who(memory: Memory, agent: str | None) -> str:
    if memory.role in (Role.USER, Role.TOOL):
        return "customer" if memory.role is Role.USER else "tool"
    return memory.agent or agent or "somebody"
