"""Inquiries: what the holder of a handoff asks its source, and the answers."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from warmline_memory import events, handoffs, queues, tenancy
from warmline_memory.desk import notes
from warmline_memory.embedding import Ready
from warmline_memory.errors import NothingAsked
from warmline_memory.storage import clock, tables
from warmline_memory.storage.pages import read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.claims import AnswerInquiry, AskSource, Inquiry
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.wire import Page


def ask(db: Transaction, handoff_id: UUID, ask: AskSource) -> Inquiry:
    """Ask the source of a held handoff.

    Until the answer comes or is overdue, the claim does not lapse and accepted work does not count as stalled.

    Raises ``NotFound``, ``StaleToken``, ``NotHeld`` and ``HandoffStateForbids``.
    """
    handoff = handoffs.find_held(db, handoff_id, ask.token, "ask about")
    now = clock.now(db)
    due_at = now + timedelta(seconds=ask.wait_seconds)
    inquiry = tables.Inquiry(
        handoff_id=handoff.id, asked_by=db.person or handoff.holder, question=ask.question, due_at=due_at
    )
    db.add(inquiry)
    # Several inquiries may be open: both clocks wait for the one that is due last.
    handoff.inquiry_due_at = max(filter(None, (handoff.inquiry_due_at, due_at)))
    if handoff.lease_until is not None:
        handoff.lease_until = max(handoff.lease_until, due_at + _lease(db, handoff))
    db.flush()
    db.refresh(inquiry)
    events.record_of_handoff(
        db, EventType.HANDOFF_INFO_REQUESTED, handoff, handoff.holder, inquiry_id=str(inquiry.id), due_at=str(due_at)
    )
    _set_deadline(db, handoff)
    return _shown(inquiry, handoff)


def answer(db: Transaction, handoff_id: UUID, ask: AnswerInquiry, ready: Ready) -> Inquiry:
    """Answer the oldest open inquiry, or the one that is named. Question and answer are remembered in the source
    session, even if that has ended, so that the next receiver finds them among the memories since the brief.

    Raises ``NotFound``, ``NothingAsked`` and ``EmbeddingsWanted``.
    """
    handoff = handoffs.lock(db, handoff_id)
    tenancy.check_party(db, handoff.source_agent)
    # In the order of asking: an answer without an id answers the oldest question.
    asked = _open(db, handoff.id)
    inquiry = next((one for one in asked if ask.inquiry_id in {None, one.id}), None)
    if inquiry is None:
        raise NothingAsked(handoff_id=handoff.id)
    said = f"{inquiry.asked_by} asked: {inquiry.question}\n{ask.agent} answered: {ask.answer}"
    notes.keep(db, handoff.source_session_id, said, ready, kind="answer", agent=ask.agent, note_id=inquiry.id)
    inquiry.answered_by, inquiry.answer, inquiry.answered_at = ask.agent, ask.answer, func.now()
    if len(asked) == 1:
        _stop_waiting(db, handoff)
    db.flush()
    db.refresh(inquiry)
    events.record_of_handoff(db, EventType.HANDOFF_INFO_GIVEN, handoff, ask.agent, inquiry_id=str(inquiry.id))
    _set_deadline(db, handoff)
    return _shown(inquiry, handoff)


def list_page(db: Transaction, handoff_id: UUID, *, limit: int, cursor: str | None = None) -> Page[Inquiry]:
    """What was asked about a handoff, oldest first. Raises ``NotFound`` and ``InvalidCursor``."""
    handoff, row = handoffs.find(db, handoff_id), tables.Inquiry
    rows = select(row).where(row.handoff_id == handoff_id)
    return read_page(db, rows, row.id, lambda one: _shown(one, handoff), limit=limit, cursor=cursor, oldest_first=True)


def _shown(row: tables.Inquiry, handoff: tables.Handoff) -> Inquiry:
    return Inquiry.model_validate({**vars(row), "namespace": handoff.namespace})


def _open(db: Transaction, handoff_id: UUID) -> Sequence[tables.Inquiry]:
    row = tables.Inquiry
    return db.scalars(select(row).where(row.handoff_id == handoff_id, row.answer.is_(None)).order_by(row.id)).all()


def _stop_waiting(db: Transaction, handoff: tables.Handoff) -> None:
    """End the wait for answers; a claim that waited then holds as long as one that begins now."""
    was_waiting = handoff.inquiry_due_at is not None
    handoff.inquiry_due_at = None
    if was_waiting and handoff.state == HandoffState.CLAIMED:
        handoff.lease_until = clock.now(db) + _lease(db, handoff)


def _set_deadline(db: Transaction, handoff: tables.Handoff) -> None:
    """Set the next deadline anew: accepted work cannot stall while an answer is awaited, and can afterwards."""
    if handoff.state == HandoffState.ACCEPTED:
        queues.set_next_deadline(db, queues.of_target(db, handoff.target), handoff)
        db.flush()


def _lease(db: Transaction, handoff: tables.Handoff) -> timedelta:
    """How long a claim holds after an answer came, or after it was due."""
    return timedelta(seconds=queues.of_target(db, handoff.target).lease_seconds)
