"""Writing: what the worker does with a requested handoff. Running it twice, or killing it anywhere, changes nothing.

Three short transactions with the slow part between them: begin an attempt and read; write and embed the brief outside
any transaction; lock, look again, complete.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, update

from warmline_memory import events, handoffs, logs, templates, tenancy
from warmline_memory.briefs import BriefSource, editing, work_types
from warmline_memory.embedding import Embeddings
from warmline_memory.errors import Busy, NotFound
from warmline_memory.handoffs import Material
from warmline_memory.platform import Platform
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.preferences import Preferences
from warmline_schemas.templates import Template

log = logging.getLogger(__name__)

LONGEST_BACKOFF_SECONDS = 60.0


def write_brief(platform: Platform, tenant_id: UUID, handoff_id: UUID) -> None:
    """Write the brief of a requested handoff and make it ready or a draft, or say on its row why that failed.

    A handoff that is not due (done, or in another attempt's hands) is left alone.
    """
    with platform.database.transaction(tenant_id=tenant_id) as db:
        work = _begin_attempt(db, handoff_id, platform)
    if work is None:
        return
    try:
        brief = _write(work, platform)
        embeddings = platform.embed([brief.text]) if work.goes_on(brief) else None
        with platform.database.transaction(tenant_id=tenant_id) as db:
            _complete(db, work, brief, embeddings)
    except Exception as error:
        log.exception("Attempt %d at handoff %s failed", work.attempt, handoff_id)
        with platform.database.transaction(tenant_id=tenant_id) as db:
            wait = _record_failure(db, work, error, platform)
        if wait is not None:
            platform.queue.nudge(tenant_id, handoff_id, delay_seconds=wait)


@dataclass(frozen=True)
class _Work:
    handoff_id: UUID
    attempt: int
    template: str | None
    review: bool
    refuse_vague: bool
    draft_revision: int | None
    material: Material
    templates: Mapping[str, Template]
    preferences: Preferences

    def refuses(self, brief: Brief) -> bool:
        """Whether a brief is too vague to go on; a reviewer sees it all the same, and can complete it."""
        return self.refuse_vague and not self.review and handoffs.is_vague(brief)

    def goes_on(self, brief: Brief) -> bool:
        """Whether a brief becomes ready at once."""
        return not self.review and not self.refuses(brief)


def _begin_attempt(db: Transaction, handoff_id: UUID, platform: Platform) -> _Work | None:
    """Take a due handoff for the length of a lease. The count is kept even if this process dies."""
    lease = timedelta(seconds=platform.settings.brief_lease_seconds)
    row = db.scalar(
        update(tables.Handoff)
        .where(
            tables.Handoff.id == handoff_id,
            tables.Handoff.state == HandoffState.REQUESTED,
            tables.Handoff.due_at <= func.now(),
        )
        .values(attempts=tables.Handoff.attempts + 1, due_at=func.now() + lease)
        .returning(tables.Handoff)
    )
    if row is None:
        return None
    if row.attempts > platform.settings.brief_max_attempts:
        handoffs.fail(db, row, row.problem or "the worker was lost each time it wrote this brief")
        return None
    return _Work(
        handoff_id=row.id,
        attempt=row.attempts,
        template=row.template,
        review=row.review,
        refuse_vague=row.refuse_vague,
        draft_revision=row.draft_revision,
        material=handoffs.read_material(db, row),
        templates=templates.all_of(db),
        preferences=tenancy.read_preferences(db),
    )


def _write(work: _Work, platform: Platform) -> Brief:
    """Write the brief, and put into it what a reviewer wrote in the draft before it."""
    material = work.material
    source = BriefSource(
        memories=material.memories,
        request=material.request,
        earlier=material.earlier,
        earlier_id=material.earlier_id,
        cut_at=material.cut_at,
        max_words=platform.settings.brief_words,
        template=_template(work),
        pii=frozenset(work.preferences.pii),
    )
    brief = platform.summarise(source, work.preferences)
    if material.previous is None or not editing.has_edits(material.previous):
        return brief
    return editing.keep_edits(brief, material.previous, source.template, source.request)


def _template(work: _Work) -> Template:
    """The template that was asked for, or else the one that the memories speak for."""
    material = work.material
    before = material.earlier.template if material.earlier else None
    name = work.template or work_types.detect(material.memories, work.templates.values(), before)
    template = work.templates.get(name)
    if template is None:
        raise NotFound(noun="template", id=name)
    return template


def _complete(db: Transaction, work: _Work, brief: Brief, embeddings: Embeddings | None) -> None:
    """Store the brief: as a draft, as refused, or else as what the target starts from. In one transaction, once.

    Raises ``Busy`` where something that it may cite was forgotten meanwhile.
    """
    if len(handoffs.still_held(db, work.material.citable)) < len(work.material.citable):
        raise Busy(why="a memory that this brief was made from was forgotten meanwhile")
    row = handoffs.lock_chain(db, work.handoff_id)
    tenancy.record_usage(db, row.id, brief.summary)
    if row.state != HandoffState.REQUESTED or row.draft_revision != work.draft_revision:
        return
    row.cut_ordinal = work.material.cut_ordinal
    if work.review:
        handoffs.keep_draft(row, brief)
        db.flush()
        events.record_of_handoff(db, EventType.HANDOFF_DRAFTED, row, revision=row.draft_revision)
    elif embeddings is None:
        handoffs.refuse(db, row, brief)
    else:
        handoffs.make_ready(db, row, brief, embeddings)


def _record_failure(db: Transaction, work: _Work, error: Exception, platform: Platform) -> float | None:
    """Say why an attempt failed, and when the next is due: the seconds until then, or None where it was the last."""
    row = handoffs.lock_chain(db, work.handoff_id)
    if row.state != HandoffState.REQUESTED or row.attempts != work.attempt:
        return None
    problem = logs.told(error)
    if work.attempt >= platform.settings.brief_max_attempts:
        handoffs.fail(db, row, problem)
        return None
    wait: float = min(platform.settings.brief_backoff_seconds * 2 ** (work.attempt - 1), LONGEST_BACKOFF_SECONDS)
    row.problem, row.due_at = problem, func.now() + timedelta(seconds=wait)
    return wait
