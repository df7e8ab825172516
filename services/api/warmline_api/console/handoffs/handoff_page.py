"""The handoff page: where a case is worked. What the person who takes over must know in thirty seconds, what was said,
and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from warmline_api.console import shell
from warmline_api.console.desk import END, AskedPlace, Place, Thread, Turn, snoozes, thread, turns_of
from warmline_api.console.handoffs import saved_replies
from warmline_api.console.handoffs.timelines import in_words
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import Signed, Visitor
from warmline_memory import analytics, channels, desk, handoffs, memories, operators, queues, tenancy
from warmline_memory.desk import CaseFile
from warmline_memory.errors import NotFound, ReadBackContradicts, ReadBackRequired, WarmlineError
from warmline_memory.storage import Transaction, tables
from warmline_schemas.briefs import Brief, BriefSection, SectionName
from warmline_schemas.customers.messages import Reply
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import ClosedAs, Contradiction, Handoff, HandoffState, Notice
from warmline_schemas.wire import MAX_CONTENT_CHARS

router = APIRouter()

Layer = Literal["conversation", "brief", "actions"]
"""The parts of the page, of which a narrow screen shows one at a time."""
TURNS = 50
"""Fewer than on the page of a conversation alone, because the brief stands beside them."""
MOST_LISTED, MOST_ONWARD = 30, 8
"""So many cases stand at the left, and so much of what was asked of others: what fits beside a conversation."""

MOST_SOURCES, SOURCE_CHARS = 2, 160
"""So many messages stand beside a value that an operator said otherwise, each with so much of what it says."""

TITLES = {
    SectionName.IDENTIFIERS: marked("References"),
    SectionName.NEXT_STEPS: marked("Next step"),
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


class Ready(NamedTuple):
    """What stands ready in the field for replies: a saved reply, by its name, or one to be said anew, by its memory."""

    saved: str | None = None
    corrects: UUID | None = None


NOTHING = Ready()


@router.get("/handoffs/{handoff_id}")
def show_handoff(
    handoff_id: UUID,
    visitor: Signed,
    place: AskedPlace,
    show: Annotated[Layer | None, Query()] = None,
    saved: Annotated[str | None, Query(max_length=64)] = None,
    corrects: Annotated[UUID | None, Query()] = None,
) -> Response:
    """The page of one handoff: its conversation, its brief, and what can be done. ``saved`` stands ready as a reply;
    ``corrects`` is a reply whose words stand ready to be said anew."""
    return shown(visitor, handoff_id, place=place, layer=show, ready=Ready(saved, corrects))


def shown(
    visitor: Visitor,
    handoff_id: UUID,
    error: WarmlineError | None = None,
    tried: str = "",
    place: Place = END,
    layer: Layer | None = None,
    ready: Ready = NOTHING,
) -> HTMLResponse:
    """The page of one handoff; after a form was refused with why, and with what was typed in it.

    ``tried`` is the action that was refused; ``place`` the stretch of the conversation, ``layer`` the part that a
    narrow screen shows first, ``ready`` what stands in the field for replies.
    """
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        case = desk.read_case_file(db, handoff_id)
        tenancy.record_read(db, "handoff", handoff_id, case.handoff.namespace)
        talk = _talk(db, visitor, case.handoff, place, ready)
        standing = standing_of(db, visitor, case)
        onward = _onward(db, case.handoff)
        beside = _beside(db, visitor, case)
        tags = _tags(db, visitor, case.handoff)
        card = desk.read_customer_card(db, visitor.operator, case.handoff.namespace, case.handoff.chain_id)
        refused = _refused(db, case, error)
    handoff = case.handoff
    is_worked = handoff.target_session_id is not None
    return shell.page(
        visitor,
        "handoffs/handoff.html",
        title=card.title,
        card=card,
        live_at=f"{shell.PREFIX}/handoffs/{handoff.id}",
        chain_id=handoff.chain_id,
        tried=tried,
        layer=layer or _first_layer(place, tried, is_worked=is_worked),
        is_worked=is_worked,
        case=case,
        sections=sections_of(case.brief),
        titles={name: _(title) for name, title in TITLES.items()},
        steps=_steps(handoff),
        onward=onward,
        undo=_undo(onward, visitor.agent),
        closed_by=_closed_by(case),
        notice=Notice.model_validate(handoff.notice) if handoff.notice else None,
        history=[in_words(event, visitor.called, visitor.worded) for event in reversed(case.history)],
        snoozes=snoozes(visitor.operator.zone),
        **talk,
        **tags,
        **standing,
        **beside,
        **refused,
    )


def _talk(db: Transaction, visitor: Visitor, handoff: tables.Handoff, place: Place, ready: Ready) -> dict[str, Any]:
    """The conversation, with whom it is, and the text that stands ready to be sent. Raises ``NotFound``."""
    talk = thread(db, visitor, conversation_of(handoff), place, TURNS)
    reply = _own_reply(db, talk, ready.corrects) if ready.corrects and talk.is_mine else None
    return {
        "thread": talk,
        "has_customer": desk.has_customer(db, handoff.chain_id),
        "rating": analytics.rating_of(db, handoff.id),
        "ready_text": saved_replies.filled(db, visitor, handoff, ready.saved) if ready.saved else "",
        "corrects": None if reply is None else _to_correct(db, reply.id),
        "is_not_out": reply is not None and reply.state in channels.NOT_OUT,
    }


def _own_reply(db: Transaction, talk: Thread, memory_id: UUID) -> Reply:
    """A reply of the visitor's in the case. Raises ``NotFound``."""
    reply = channels.reply_of(db, memory_id)
    if reply.agent != talk.session.agent or reply.chain_id != talk.session.chain_id:
        raise NotFound(noun="message", id=memory_id)
    return reply


def _to_correct(db: Transaction, memory_id: UUID) -> Turn:
    """A reply in whole, as the field begins with it in which it is said anew."""
    pii = tenancy.signed_in(db).preferences.pii
    return turns_of([memories.get(db, memory_id)], pii, most_chars=MAX_CONTENT_CHARS)[0]


def conversation_of(handoff: tables.Handoff) -> UUID:
    """The session whose conversation the page shows: that of whoever took it over, else of who hands over."""
    return handoff.target_session_id or handoff.source_session_id


def _first_layer(place: Place, tried: str, *, is_worked: bool) -> Layer:
    """What a narrow screen shows first: where a form was refused, the form; before somebody has it, the brief."""
    if tried and tried != "say":
        return "actions"
    return "conversation" if is_worked or place != END or tried == "say" else "brief"


def standing_of(db: Transaction, visitor: Visitor, case: CaseFile) -> dict[str, Any]:
    """What the visitor may do with a handoff now, and why not more."""
    handoff, person = case.handoff, visitor.operator
    refusal = operators.may_take(person, handoff)
    is_held = handoff.state in tables.HELD
    is_mine = is_held and handoff.holder == visitor.agent
    leads = operators.leads(db, person, handoff)
    # A claim that has run out is ended by the next who claims, or by the sweep. Until then the row still says
    # "claimed".
    is_free = handoff.state == HandoffState.READY or shell.is_past(handoff.lease_until)
    return {
        "is_mine": is_mine,
        "leads": leads,
        "acts": is_mine or (is_held and leads),
        "is_free": handoff.state in tables.WAITING and is_free,
        "is_offered": handoff.offered_to == visitor.agent,
        "is_kept_out": shell.is_ahead(handoff.offered_until) and handoff.offered_to != visitor.agent,
        "refusal": visitor.worded(refusal) if refusal else None,
        "receivers": queues.list_receivers(db, person.id) if is_mine or leads else [],
    }


def _onward(db: Transaction, handoff: tables.Handoff) -> list[Handoff]:
    """What was asked of others from the work on a handoff and is not done: advice, and where it was handed on to."""
    if handoff.target_session_id is None:
        return []
    states = [HandoffState.ACCEPTED, *tables.UNDER_WAY]
    found = handoffs.list_page(db, limit=MOST_ONWARD, cursor=None, session_id=handoff.target_session_id, state=states)
    return list(found.items)


def _tags(db: Transaction, visitor: Visitor, handoff: tables.Handoff) -> dict[str, Any]:
    """The tags of the case, and those that others have, to choose from."""
    own = desk.tags.of_case(db, handoff.chain_id)
    others = [one for one in desk.tags.waiting(db, visitor.operator) if one not in own]
    return {"tags": own, "other_tags": others, "most_tag_chars": desk.tags.MOST_CHARS}


class Undo(NamedTuple):
    """What the visitor handed on a moment ago, and until when they can undo that."""

    id: UUID
    to: str
    until: datetime


def _undo(onward: Sequence[Handoff], agent: str) -> Undo | None:
    """How the visitor can undo that they handed the work on, if they still can."""
    for one in onward:
        until = desk.undone_until(one)
        if until is not None and one.source_agent == agent and shell.is_ahead(until):
            return Undo(one.id, one.to, until)
    return None


def _beside(db: Transaction, visitor: Visitor, case: CaseFile) -> dict[str, Any]:
    """The list that the handoff stands in for the visitor, with the ones before and after it."""
    handoff, person = case.handoff, visitor.operator
    is_own = handoff.holder == visitor.agent
    listed = desk.list_held(db, person) if is_own else list(desk.list_for_person(db, person).handoffs)
    ids = [one.handoff.id for one in listed]
    at = ids.index(handoff.id) if handoff.id in ids else -1
    return {
        "listed": listed[:MOST_LISTED],
        "list_title": _("My work") if is_own else _("For you"),
        "previous_id": ids[at - 1] if at > 0 else None,
        "next_id": ids[at + 1] if at + 1 < len(ids) else None,
    }


def contradictions_of(error: WarmlineError | None) -> list[Contradiction]:
    """Where a read-back or a note that was refused differs from the brief."""
    found = error.facts["contradictions"] if isinstance(error, ReadBackContradicts | shell.NoteDiffers) else []
    return [Contradiction.model_validate(one) for one in found]


def _refused(db: Transaction, case: CaseFile, error: WarmlineError | None) -> dict[str, Any]:
    """Why a form was refused, with what of the brief is otherwise than what the operator said."""
    contradictions = contradictions_of(error)
    return {
        "error": error,
        "contradictions": contradictions,
        "sources": _sources(db, contradictions, case),
        "is_read_back_wrong": isinstance(error, ReadBackContradicts | ReadBackRequired),
        "is_unanswered": isinstance(error, shell.Unanswered),
    }


class Source(NamedTuple):
    """Where a value of the brief comes from: what was said or done there, and the words around the value."""

    turn: Turn
    words: str


def _sources(db: Transaction, contradictions: Sequence[Contradiction], case: CaseFile) -> dict[UUID, Source]:
    """Where the values come from that stand beside what the operator said, by the memories that prove them."""
    proving = {id: one for one in contradictions for id in one.memory_ids[:MOST_SOURCES] if id in case.proofs}
    turns = turns_of([memories.get(db, id) for id in proving], tenancy.signed_in(db).preferences.pii)
    found: dict[UUID, Source] = {}
    for (id, one), turn in zip(proving.items(), turns, strict=True):
        said = turn.slot_value if turn.only_repeats_slot else turn.text
        found[id] = Source(turn, _around(said or "", one.brief_has))
    return found


def _around(text: str, values: Sequence[str]) -> str:
    """The words of a text around the first of some values that stands in it, else its beginning."""
    at = next((place for value in values if (place := text.find(value)) >= 0), 0)
    start = max(0, at - SOURCE_CHARS // 2)
    end = start + SOURCE_CHARS
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def sections_of(brief: Brief | None) -> list[BriefSection]:
    """The sections that say something, in the order in which they are read."""
    places = {name: place for place, name in enumerate(READING_ORDER)}
    filled = [section for section in brief.sections if section.lines] if brief else []
    return sorted(filled, key=lambda section: places.get(section.name, len(places)))


def _closed_by(case: CaseFile) -> str | None:
    """Who closed it: a lead may have, in the place of who held it. Where its events are gone, who held it."""
    closings = [event.actor for event in case.history if event.type is EventType.HANDOFF_CLOSED]
    return closings[-1] if closings else case.handoff.holder


@dataclass(frozen=True)
class Step:
    """A target: in words, until when, when it was reached, and since when it counts no more."""

    words: str
    due: datetime
    reached: datetime | None
    stopped: datetime | None

    @property
    def in_time(self) -> bool:
        """Whether it was reached as it was meant to be."""
        return self.reached is not None and self.reached <= self.due

    @property
    def pressure(self) -> str:
        """How it stands, as style sheets know it."""
        if self.reached:
            return "kept" if self.in_time else "late"
        return "calm" if self.stopped else shell.pressure(self.due)


def _steps(handoff: tables.Handoff) -> list[Step]:
    """The targets that there are. What was closed without being reached, as by a return, is neither kept nor late."""
    solved = handoff.closed_at if handoff.closed_as == ClosedAs.RESOLVED else None
    given = (
        (_("taken over"), handoff.accept_due_at, handoff.accepted_at),
        (_("first reply"), handoff.first_reply_due_at, handoff.first_reply_at),
        (_("solved"), handoff.resolve_due_at, solved),
    )
    return [Step(words, due, reached, handoff.closed_at) for words, due, reached in given if due is not None]
