"""Completing: a brief becomes the one that its target starts from, and is remembered; or it is refused."""

from sqlalchemy import func

from warmline_memory import events, memories, queues, sessions
from warmline_memory.briefs.quality import assess
from warmline_memory.embedding import Embeddings
from warmline_memory.handoffs import closing, materials
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffMode, HandoffState
from warmline_schemas.sessions import EndReason
from warmline_schemas.templates import Template

TOO_VAGUE = "the brief is too vague:"
"""How the problem of a handoff begins whose brief was refused; by this it is recognised later."""


def make_ready(db: Transaction, row: tables.Handoff, brief: Brief, embeddings: Embeddings) -> None:
    """Store the brief of a handoff of a locked chain, remember it, and end a cold source session: all at once."""
    memories.write_note(
        db,
        row.source_session_id,
        brief.text,
        embeddings,
        kind="handoff",
        importance=1.0,
        event_time=brief.cut_at,
        handoff_id=row.id,
        metadata={"from_agent": row.source_agent, "to_agent": row.target},
    )
    # The event comes after all that it says; a cold source ends in the same transaction, so nobody speaks twice.
    row.brief = brief.model_dump(mode="json")
    row.state, row.ready_at, row.due_at, row.problem = HandoffState.READY, func.now(), None, None
    db.flush()
    events.record_of_handoff(db, EventType.HANDOFF_READY, row, row.source_agent)
    # A warm handoff ends its source session when it is accepted, and a consultation never does.
    if row.mode == HandoffMode.COLD:
        closing.finish(db, sessions.find(db, row.source_session_id), EndReason.HANDOFF)
    queues.route(db, row)


def refuse(db: Transaction, row: tables.Handoff, brief: Brief) -> None:
    """Fail a handoff of a locked chain over a brief that is too vague. It is kept, so that it can be seen why."""
    row.brief = brief.model_dump(mode="json")
    fail(db, row, _refusal(brief), too_vague=True)


def fail(db: Transaction, row: tables.Handoff, problem: str, *, too_vague: bool = False) -> None:
    """Fail a handoff of a locked chain, so that somebody sees why and retries it."""
    row.state, row.problem, row.due_at, row.closed_at = HandoffState.FAILED, problem, None, func.now()
    db.flush()
    events.record_of_handoff(db, EventType.HANDOFF_FAILED, row, attempts=row.attempts, too_vague=too_vague)


def replace_brief(row: tables.Handoff, brief: Brief, template: Template | None) -> None:
    """Store what is left of a brief after some of its memories were forgotten.

    What is wrong with the brief is said anew, and the read-back goes: both may quote what was forgotten. A draft gets
    its next revision, so that nobody confirms what they have not seen.
    """
    quality = template and brief.quality and assess(brief, template, materials.request_of(row))
    left = brief.model_copy(update={"quality": quality})
    row.brief, row.read_back = left.model_dump(mode="json"), None
    if is_refusal(row.problem):
        row.problem = _refusal(left)
    if row.state == HandoffState.DRAFTED:
        row.draft_revision = tables.Handoff.draft_revision + 1


def is_vague(brief: Brief) -> bool:
    """Whether a brief is below its template's bar."""
    return brief.quality is not None and not brief.quality.passed


def findings(brief: Brief) -> str:
    """What is wrong with a brief, in sentences."""
    return " ".join(finding.message for finding in brief.quality.findings) if brief.quality else ""


def is_refusal(problem: str | None) -> bool:
    """Whether a handoff's problem is that its brief was refused."""
    return problem is not None and problem.startswith(TOO_VAGUE)


def _refusal(brief: Brief) -> str:
    """The problem of a handoff whose brief is refused. It quotes the brief, and so the memories."""
    return f"{TOO_VAGUE} {findings(brief)}".strip()
