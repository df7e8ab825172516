"""Attempts at writing the brief of a handoff: what is in the database before and after the slow part.

The worker begins an attempt, writes the brief outside of any transaction, and completes the attempt, or records why it
failed. A worker may be killed anywhere: the attempt is counted when it begins, and another one may begin when its lease
is over. What has become of a handoff meanwhile is looked at again before anything is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, update

from warmline_memory import events, templates, tenancy
from warmline_memory.embedding import Embeddings
from warmline_memory.errors import Busy
from warmline_memory.handoffs import completing, drafts, locking, materials
from warmline_memory.handoffs.materials import Material
from warmline_memory.settings import Settings
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffState, Urgency
from warmline_schemas.templates import Template
from warmline_schemas.tenancy import Preferences

LONGEST_BACKOFF_SECONDS = 60.0
"""The wait before the next attempt doubles with every failure, up to this."""


@dataclass(frozen=True)
class Attempt:
    """An attempt at a brief, and all that the brief is written from."""

    handoff_id: UUID
    number: int
    template: str | None
    review: bool
    refuse_vague: bool
    draft_revision: int | None
    material: Material
    templates: Mapping[str, Template]
    preferences: Preferences

    def refuses(self, brief: Brief) -> bool:
        """Whether a brief is too vague to go on; a reviewer sees it all the same, and can complete it."""
        return self.refuse_vague and not self.review and completing.is_vague(brief)

    def goes_on(self, brief: Brief) -> bool:
        """Whether a brief becomes ready at once, for which it is embedded."""
        return not self.review and not self.refuses(brief)


def begin(db: Transaction, handoff_id: UUID, settings: Settings) -> Attempt | None:
    """Take a due handoff for the length of a lease; None where it is done, or in another attempt's hands."""
    row = db.scalar(
        update(tables.Handoff)
        .where(
            tables.Handoff.id == handoff_id,
            tables.Handoff.state == HandoffState.REQUESTED,
            tables.Handoff.due_at <= func.now(),
        )
        .values(
            attempts=tables.Handoff.attempts + 1,
            due_at=func.now() + timedelta(seconds=settings.brief_lease_seconds),
        )
        .returning(tables.Handoff)
    )
    if row is None:
        return None
    if row.attempts > settings.brief_max_attempts:
        completing.fail(db, row, row.problem or "the worker was lost each time it wrote this brief")
        return None
    return Attempt(
        handoff_id=row.id,
        number=row.attempts,
        template=row.template,
        review=row.review,
        refuse_vague=row.refuse_vague,
        draft_revision=row.draft_revision,
        material=materials.read(db, row),
        templates=templates.all_of(db),
        preferences=tenancy.read_preferences(db),
    )


def complete(db: Transaction, attempt: Attempt, brief: Brief, embeddings: Embeddings | None) -> None:
    """Store the brief: as a draft, as refused, or else as what the target starts from. In one transaction, once.

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
        return
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


def record_failure(db: Transaction, attempt: Attempt, problem: str, settings: Settings) -> float | None:
    """Say why an attempt failed, and when the next is due: the seconds until then, or None where it was the last."""
    row = locking.lock_chain(db, attempt.handoff_id)
    if row.state != HandoffState.REQUESTED or row.attempts != attempt.number:
        return None
    if attempt.number >= settings.brief_max_attempts:
        completing.fail(db, row, problem)
        return None
    wait: float = min(settings.brief_backoff_seconds * 2 ** (attempt.number - 1), LONGEST_BACKOFF_SECONDS)
    row.problem, row.due_at = problem, func.now() + timedelta(seconds=wait)
    return wait
