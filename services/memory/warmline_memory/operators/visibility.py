"""Visibility: what somebody may see, as conditions on rows.

A case (a chain with its handoffs, conversation and memories) is seen as a whole, by whoever has a part in it: it went
to a queue or skill of theirs or to themselves, or they hold or held it. A lead also sees what goes to the people of
their queues, and what agents do among themselves, which is no queue's; administrators and auditors see everything.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, and_, any_, cast, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONPATH
from sqlalchemy.orm import aliased

from warmline_memory.errors import NotFound
from warmline_memory.operators import sign_ins
from warmline_memory.operators.sign_ins import Person
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.operators import OperatorRole

NOUNS = {tables.Handoff: "handoff", tables.Session: "session", tables.Memory: "memory"}
# Made once: an alias has a column for each one of its table, and so takes milliseconds, as long as a statement does.
_PART, _NEAR, _TO_PEOPLE = (aliased(tables.Handoff) for _ in range(3))
_SPEAKER, _COLLEAGUE = aliased(tables.Session), aliased(tables.Operator)
OF_PEOPLE = (
    EventType.OPERATOR_PRESENCE,
    EventType.SHIFT_DUE,
    EventType.SHIFT_SIGNED,
    EventType.SHIFT_ITEM_ACKNOWLEDGED,
    EventType.SHIFT_TAKEN_OVER,
)
"""Events that are about colleagues and no case: everybody's pages follow them, to show who is there."""


def sees_case(person: Person, chain_id: Any) -> ColumnElement[bool]:
    """Whether somebody may see a case, as a condition on the id of its chain."""
    if person.sees_all:
        return true()
    handoff, session = _PART, _SPEAKER
    # Not every holder has a session: a claim that was given back leaves none, and its case is seen by its queue.
    part = select(handoff.id).where(handoff.chain_id == chain_id, _has_part(person, handoff))
    spoke = select(session.id).where(session.chain_id == chain_id, session.agent == person.agent)
    if person.role is not OperatorRole.LEAD:
        return or_(part.exists(), spoke.exists())
    return or_(part.exists(), spoke.exists(), is_of_agents_alone(chain_id))


def is_of_agents_alone(chain_id: Any) -> ColumnElement[bool]:
    """Whether no handoff of a case goes to people."""
    handoff = _TO_PEOPLE
    to_people = handoff.target.op("~")("^(queue|skill|human):")
    # What belongs to no case at all, such as an event about a webhook, is not of agents alone either.
    return and_(chain_id.is_not(None), ~select(handoff.id).where(handoff.chain_id == chain_id, to_people).exists())


def sees_memory(person: Person, memory: Any = tables.Memory) -> ColumnElement[bool]:
    """Whether somebody may see a memory: it is of a case of theirs, or of the namespace of one, out of which recalls
    and warm starts bring memories."""
    handoff = _NEAR
    near = select(handoff.id).where(handoff.namespace == memory.namespace, _has_part(person, handoff))
    return or_(sees_case(person, memory.chain_id), near.exists())


def sees_event(person: Person) -> ColumnElement[bool]:
    """Whether somebody may hear of an event: of their cases, of what they did, and of colleagues who come and go."""
    if person.sees_all:
        return true()
    row = tables.Event
    of_colleagues = row.chain_id.is_(None) & row.type.in_(OF_PEOPLE)
    return or_(sees_case(person, row.chain_id), row.actor == person.agent, of_colleagues)


def sees_sheet(person: Person) -> ColumnElement[bool]:
    """Whether somebody may see the sheet of a shift: it is theirs to sign or to take over, they are on its rota, or
    the one who goes works a queue or skill of theirs."""
    if person.sees_all:
        return true()
    sheet, item, rota = tables.Sheet, tables.SheetItem, tables.Rota
    gets = select(item.sheet_id).where(item.sheet_id == sheet.id, item.receiver == person.agent)
    named = cast("$.**.operator ? (@ == $name)", JSONPATH)
    is_on = func.jsonb_path_exists(rota.written, named, func.jsonb_build_object("name", person.name))
    on_duty = select(rota.name).where(rota.name == sheet.rota, is_on)
    theirs = (sheet.outgoing == person.agent, sheet.signed_to == person.agent, gets.exists(), on_duty.exists())
    return or_(*theirs, sheet.outgoing.in_(_colleagues(person)))


def may_see_case(db: Transaction, operator: tables.Operator, chain_id: UUID) -> bool:
    """Whether an operator, who need not be signed in, may see a case."""
    seen = sees_case(sign_ins.person_of(operator), literal(chain_id, Uuid))
    return bool(db.scalar(select(seen)))


def check_sees(db: Transaction, person: Person, table: type[Any], row_id: UUID) -> None:
    """Raise ``NotFound`` for a handoff, session or memory that somebody may not see, as for one that is not there."""
    sees = sees_memory(person) if table is tables.Memory else sees_case(person, table.chain_id)
    if db.scalar(select(table.id).where(table.id == row_id, sees)) is None:
        raise NotFound(noun=NOUNS[table], id=row_id)


def sees_event_now(db: Transaction) -> ColumnElement[bool]:
    """``sees_event`` for the person who is signed in, as their account is at this moment."""
    return sees_event(sign_ins.person(db))


def _has_part(person: Person, handoff: Any) -> ColumnElement[bool]:
    targets = literal([*person.worked, person.agent], ARRAY(String))
    # What goes to the people of a lead's queues is the lead's affair.
    led = (handoff.target.in_(_colleagues(person)),) if person.role is OperatorRole.LEAD else ()
    return or_(
        handoff.target == any_(targets),
        handoff.redirected_from == any_(targets),
        handoff.holder == person.agent,
        handoff.offered_to == person.agent,
        *led,
    )


def _colleagues(person: Person) -> Any:
    """The people who work a queue or skill of somebody, as targets."""
    row = _COLLEAGUE
    queues, skills = (literal(list(names), ARRAY(String)) for names in (person.queues, person.skills))
    return select(func.concat("human:", row.name)).where(or_(row.queues.overlap(queues), row.skills.overlap(skills)))
