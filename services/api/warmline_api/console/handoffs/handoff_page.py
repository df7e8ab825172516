"""The handoff page: what the person who takes over must know, in thirty seconds, and what can be done with it."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from warmline_api.console import shell
from warmline_api.console.handoffs.timelines import in_words
from warmline_api.console.shell import Signed, Visitor
from warmline_memory import desk, operators, queues, tenancy
from warmline_memory.desk import CaseFile
from warmline_memory.errors import ReadBackContradicts, ReadBackRequired, WarmlineError
from warmline_memory.storage import tables
from warmline_schemas.briefs import Brief, BriefSection, SectionName
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import Contradiction, HandoffState

router = APIRouter()

TITLES = {
    SectionName.IDENTIFIERS: "References",
    SectionName.NEXT_STEPS: "Next step",
}
"""Where the page says it shorter than the brief does."""
READING_ORDER = (
    SectionName.ASK,
    SectionName.SEVERITY,
    SectionName.IDENTIFIERS,
    SectionName.DONE,
    SectionName.FAILED,
    SectionName.RULES,
    SectionName.PROMISED,
    SectionName.OPEN_QUESTIONS,
    SectionName.NEXT_STEPS,
)
"""What is read first, whatever the template; the other sections follow in its order."""


@router.get("/handoffs/{handoff_id}")
def show_handoff(handoff_id: UUID, visitor: Signed) -> Response:
    """The page of one handoff."""
    return shown(visitor, handoff_id)


def shown(visitor: Visitor, handoff_id: UUID, error: WarmlineError | None = None, tried: str = "") -> HTMLResponse:
    """The page of one handoff; after a form was refused with why, and with what was typed in it.

    ``tried`` is the action that was refused.
    """
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        case = desk.read_case_file(db, handoff_id)
        tenancy.record_read(db, "handoff", handoff_id, case.handoff.namespace)
        refusal = operators.may_take(visitor.operator, case.handoff)
        is_held = case.handoff.state in tables.HELD
        is_mine = is_held and case.handoff.holder == visitor.agent
        leads = operators.leads(db, visitor.operator, case.handoff)
        receivers = queues.list_receivers(db, visitor.operator.id) if is_mine or leads else []
    handoff = case.handoff
    # A claim that has run out is ended by the next who claims, or by the sweep. Until then the row still says
    # "claimed".
    is_free = handoff.state == HandoffState.READY or shell.is_past(handoff.lease_until)
    return shell.page(
        visitor,
        "handoffs/handoff.html",
        title=handoff.namespace,
        error=error,
        chain_id=case.handoff.chain_id,
        tried=tried,
        contradictions=_contradictions(error),
        is_read_back_wrong=isinstance(error, ReadBackContradicts | ReadBackRequired),
        case=case,
        sections=_sections(case.brief),
        titles=TITLES,
        steps=_steps(case),
        is_mine=is_mine,
        leads=leads,
        acts=is_mine or (is_held and leads),
        closed_by=_closed_by(case),
        is_free=handoff.state in tables.WAITING and is_free,
        is_offered=handoff.offered_to == visitor.agent,
        is_kept_out=shell.is_ahead(handoff.offered_until) and handoff.offered_to != visitor.agent,
        refusal=visitor.worded(refusal) if refusal else None,
        receivers=receivers,
        history=[in_words(event, visitor.called, visitor.worded) for event in reversed(case.history)],
        snoozes=_snoozes(visitor.operator.zone),
    )


def _contradictions(error: WarmlineError | None) -> list[Contradiction]:
    """Where a read-back that was refused differs from the brief."""
    found = error.facts["contradictions"] if isinstance(error, ReadBackContradicts) else []
    return [Contradiction.model_validate(one) for one in found]


def _sections(brief: Brief | None) -> list[BriefSection]:
    """The sections that say something, in the order in which they are read."""
    places = {name: place for place, name in enumerate(READING_ORDER)}
    filled = [section for section in brief.sections if section.lines] if brief else []
    return sorted(filled, key=lambda section: places.get(section.name, len(places)))


def _closed_by(case: CaseFile) -> str | None:
    """Who closed it: a lead may have, in the place of who held it. Where its events are gone, who held it."""
    closings = [event.actor for event in case.history if event.type is EventType.HANDOFF_CLOSED]
    return closings[-1] if closings else case.handoff.holder


def _steps(case: CaseFile) -> list[tuple[str, datetime | None, datetime | None]]:
    """The targets: in words, until when, and when each was reached."""
    handoff = case.handoff
    return [
        ("taken over", handoff.accept_due_at, handoff.accepted_at),
        ("first reply", handoff.first_reply_due_at, handoff.first_reply_at),
        ("solved", handoff.resolve_due_at, handoff.closed_at),
    ]


def _snoozes(zone: str) -> list[tuple[str, str]]:
    """How long a handoff can be set aside: the time, and in words. Mornings are the operator's own."""
    now = datetime.now(ZoneInfo(zone))
    morning = (now + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=(7 - morning.weekday()) % 7)
    later = {"in 15 minutes": timedelta(minutes=15), "in 1 hour": timedelta(hours=1), "in 4 hours": timedelta(hours=4)}
    found = [((now + span).isoformat(), words) for words, span in later.items()]
    return [*found, (morning.isoformat(), "tomorrow at 8:00"), (monday.isoformat(), "on Monday at 8:00")]
