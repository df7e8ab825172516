"""Attempts at writing the brief of a handoff: what is in the database before and after the slow part.

The worker begins an attempt, reads what the brief is made from, writes it outside of any transaction, and completes the
attempt, or records why it failed. A worker may be killed anywhere: the attempt is counted when it begins, and another
one may begin when its lease is over. What has become of a handoff meanwhile is looked at again before anything is
stored.

A handoff whose attempts have all failed is parked with the reason. One that goes to people reaches them all the same:
a last attempt gives it a minimal brief.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from warmline_memory import events, templates, tenancy
from warmline_memory.embedding import Embeddings
from warmline_memory.errors import Busy
from warmline_memory.handoffs import completing, drafts, locking, materials, requests
from warmline_memory.handoffs.materials import Material
from warmline_memory.settings import Settings
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffState, Urgency
from warmline_schemas.targets import TargetKind, kind_of
from warmline_schemas.templates import Template
from warmline_schemas.tenancy import Preferences

LOST = "the worker was lost each time it wrote this brief"
LONGEST_BACKOFF_SECONDS = 60.0
"""The wait before the next attempt doubles with every failure, up to this."""


@dataclass(frozen=True)
class Begun:
    """An attempt that has begun, of this number."""

    handoff_id: UUID
    number: int
    traceparent: str | None
    """The span of the request that asked for the brief, as W3C's Trace Context writes it."""
    is_last_resort: bool = False
    """Whether all attempts at a whole brief have failed, so that people get a minimal one."""


@dataclass(frozen=True, kw_only=True)
class Attempt(Begun):
    """An attempt at a brief, and all that the brief is written from."""

    template: str | None
    review: bool
    refuse_vague: bool
    draft_revision: int | None
    problem: str | None
    """Why the attempt before it failed."""
    session_id: UUID
    """The session that hands over."""
    material: Material
    templates: Mapping[str, Template]
    preferences: Preferences

    def refuses(self, brief: Brief) -> bool:
        """Whether a brief is too vague to go on; a reviewer sees it all the same, and can complete it."""
        return self.refuse_vague and not self.review and completing.is_vague(brief)

    def goes_on(self, brief: Brief) -> bool:
        """Whether a brief becomes ready at once, for which it is embedded."""
        return not self.review and not self.refuses(brief)


def begin(db: Transaction, handoff_id: UUID, settings: Settings) -> Begun | None:
    """Take a due handoff for the length of a lease; None where it is done, or in another attempt's hands.

    In a transaction of its own: what cannot even be read has had its attempt.
    """
    row = tables.Handoff
    due = select(row.id).where(row.id == handoff_id, row.state == HandoffState.REQUESTED, row.due_at <= func.now())
    taken = db.scalar(
        update(row)
        # Whoever works on it right now is not waited for: it is looked at again soon.
        .where(row.id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(attempts=row.attempts + 1, due_at=func.now() + timedelta(seconds=settings.brief_lease_seconds))
        .returning(row)
    )
    if taken is None:
        return None
    most, number = settings.brief_max_attempts, taken.attempts
    if number <= most:
        return Begun(taken.id, number, taken.traceparent)
    if number == most + 1 and _goes_to_people(taken):
        return Begun(taken.id, number, taken.traceparent, is_last_resort=True)
    completing.fail(db, taken, taken.problem or LOST)
    return None


def read(db: Transaction, begun: Begun) -> Attempt:
    """Read what the brief of an attempt is written from. Raises ``NotFound`` where its handoff was forgotten."""
    row = requests.find(db, begun.handoff_id)
    return Attempt(
        handoff_id=row.id,
        number=begun.number,
        traceparent=begun.traceparent,
        is_last_resort=begun.is_last_resort,
        template=row.template,
        review=row.review,
        refuse_vague=row.refuse_vague,
        draft_revision=row.draft_revision,
        problem=row.problem,
        session_id=row.source_session_id,
        material=materials.read(db, row),
        templates=templates.all_of(db),
        preferences=tenancy.read_preferences(db),
    )


def is_wanted(db: Transaction, begun: Begun) -> bool:
    """Whether anybody still waits for an attempt: its handoff was not cancelled, and no later attempt has begun."""
    row = tables.Handoff
    wanted = select(row.id).where(
        row.id == begun.handoff_id, row.state == HandoffState.REQUESTED, row.attempts == begun.number
    )
    return db.scalar(wanted) is not None


def complete(db: Transaction, attempt: Attempt, brief: Brief, embeddings: Embeddings | None) -> bool:
    """Store the brief: as a draft, as refused, or else as what the target starts from; whether it is that now. In one
    transaction, once.

    ``embeddings`` is its own, one row, where it goes on. Raises ``Busy`` where something that it may cite was forgotten
    meanwhile.
    """
    # The memories first: whoever forgets locks them before anything else of the chain (sessions.locking).
    if len(materials.hold(db, attempt.material.citable)) < len(attempt.material.citable):
        raise Busy(why="a memory that this brief was made from was forgotten meanwhile")
    row = locking.lock_chain(db, attempt.handoff_id)
    # The model was paid for, whatever has become of the handoff since.
    tenancy.record_usage(db, row.id, brief.summary)
    if row.state != HandoffState.REQUESTED or row.draft_revision != attempt.draft_revision:
        return False
    row.cut_ordinal = attempt.material.cut_ordinal
    if not row.urgency_given:
        row.urgency = Urgency.HIGH if brief.pressing else Urgency.NORMAL
    if attempt.review:
        drafts.keep(row, brief)
        db.flush()
        events.record_of_handoff(db, EventType.HANDOFF_DRAFTED, row, revision=row.draft_revision)
    elif embeddings is None:
        completing.refuse(db, row, brief)
    else:
        completing.make_ready(db, row, brief, embeddings)
    return attempt.goes_on(brief)


def record_failure(db: Transaction, begun: Begun, problem: str, settings: Settings) -> None:
    """Say why an attempt failed, and when the next is due; after the last the handoff is parked, or goes to people."""
    row = locking.lock_chain(db, begun.handoff_id)
    if row.state != HandoffState.REQUESTED or row.attempts != begun.number:
        return
    is_last = begun.number >= settings.brief_max_attempts
    if is_last and (begun.is_last_resort or not _goes_to_people(row)):
        completing.fail(db, row, problem)
        return
    wait = min(settings.brief_backoff_seconds * 2 ** (begun.number - 1), LONGEST_BACKOFF_SECONDS)
    row.problem, row.due_at = problem, func.now() + timedelta(seconds=0 if is_last else wait)


def hand_back(db: Transaction, begun: Begun, seconds: float, problem: str | None = None) -> None:
    """Undo the beginning of an attempt that could not be made, through no fault of the handoff's: it does not count,
    and the next one is due in so many seconds."""
    row = tables.Handoff
    told: dict[str, Any] = {} if problem is None else {"problem": problem}
    db.execute(
        update(row)
        .where(row.id == begun.handoff_id, row.state == HandoffState.REQUESTED, row.attempts == begun.number)
        .values(attempts=row.attempts - 1, due_at=func.now() + timedelta(seconds=seconds), **told),
        execution_options={"synchronize_session": False},
    )


def _goes_to_people(row: tables.Handoff) -> bool:
    return kind_of(row.target) is not TargetKind.AGENT
