"""Operators: the people who work handoffs, what they may take, and whether they are there.

Presence steers what the platform does by itself: offers, estimates, and what it does while nobody is there; whoever
pulls a handoff is there. An operator who is available, and was not heard of for a while, counts as away.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, any_, delete, false, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import String

from warmline_memory import events, tenancy
from warmline_memory.errors import NameTaken, NotFound, OperatorDisabled, OperatorFull
from warmline_memory.storage import tables
from warmline_memory.storage.pages import read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.operators import CreateOperator, Operator, OperatorRole, Presence, ReviseOperator
from warmline_schemas.targets import TargetKind, kind_of, name_of, of_operator, of_queue, of_skill, operator_of
from warmline_schemas.wire import Page

UNHEARD = timedelta(minutes=10)
"""An available operator who was not heard of for so long counts as away."""
ONES_OWN = (TargetKind.HUMAN, TargetKind.AGENT)
"""The targets that are one person, or one agent."""
AS_GIVEN = (
    "presence",
    "display_name",
    "role",
    "queues",
    "skills",
    "languages",
    "level",
    "capacity",
    "zone",
    "mail_about",
    "mails_an_hour",
)
"""What of an operator is set as it was given; their address can be taken away by an empty one."""


class Worker(Protocol):
    """What of an operator decides what they may take."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def queues(self) -> Sequence[str]: ...
    @property
    def skills(self) -> Sequence[str]: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def level(self) -> int: ...


class Needs(Protocol):
    """What of a handoff decides who may take it."""

    @property
    def target(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def skills(self) -> Sequence[str]: ...
    @property
    def language(self) -> str | None: ...


def create(db: Transaction, ask: CreateOperator, password_hash: str | None) -> Operator:
    """Add an operator, with the hash of the password in ``ask``, if any. Raises ``NameTaken``."""
    given = ask.model_dump(exclude={"password", "display_name", "email"})
    row = tables.Operator(**given, display_name=ask.display_name or ask.name, email=ask.email or None)
    _set_password(row, password_hash)
    db.add(row)
    # The unique index decides who is first, so two requests at once cannot both get the name.
    try:
        db.flush()
    except IntegrityError as error:
        raise NameTaken(noun="operator", name=ask.name) from error
    db.refresh(row)
    tenancy.record_audit(db, "create-operator", None, {"operator_id": str(row.id), "name": row.name, "role": row.role})
    return _answer(row, 0)


def revise(db: Transaction, operator_id: UUID, ask: ReviseOperator, password_hash: str | None) -> Operator:
    """Change an operator; another password, or being disabled, ends their logins. The audit names what was changed.
    Raises ``NotFound``."""
    row = find(db, operator_id)
    before = presence(row)
    changed = _changes(row, ask)
    if changed:
        tenancy.record_audit(db, "revise-operator", None, {"operator_id": str(row.id), "changed": changed})
    for name in AS_GIVEN:
        if getattr(ask, name) is not None:
            setattr(row, name, getattr(ask, name))
    row.email = row.email if ask.email is None else ask.email or None
    if ask.disabled is not None:
        row.disabled_at = (row.disabled_at or func.now()) if ask.disabled else None
    if password_hash is not None:
        _set_password(row, password_hash)
    if password_hash is not None or ask.disabled:
        sign_out(db, row.id)
    if ask.presence is not None:
        row.seen_at = func.now()
    return _changed(db, row, before)


def choose_language(db: Transaction, operator_id: UUID, language: str | None) -> None:
    """Note in which language the console speaks to an operator; None for what their browser asks for. Raises
    ``NotFound``."""
    find(db, operator_id).language = language
    db.flush()


def delete_operator(db: Transaction, operator_id: UUID) -> None:
    """Delete an operator, for good: what is left is the name, by which the records say who it was, and which nobody
    gets again. Raises ``NotFound``. What they held is ``desk.dismiss``'s affair."""
    row = find(db, operator_id)
    before = presence(row)
    tenancy.record_audit(db, "delete-operator", None, {"operator_id": str(row.id), "name": row.name})
    sign_out(db, row.id)
    # Their subject at a provider stays theirs: whoever has it would else come back as somebody new.
    db.execute(delete(tables.SecondFactor).where(tables.SecondFactor.operator_id == row.id))
    row.display_name, row.presence, row.seen_at = row.name, Presence.OFFLINE, None
    row.queues, row.skills, row.languages, row.email, row.mail_about = [], [], [], None, []
    row.language = None
    row.password_hash = row.link_hash = row.link_until = None
    row.disabled_at = row.disabled_at or func.now()
    row.deleted_at = func.now()
    _changed(db, row, before)


def sign_out(db: Transaction, operator_id: UUID) -> int:
    """End every login of an operator. The answer is how many there were."""
    logins = delete(tables.SignIn).where(tables.SignIn.operator_id == operator_id)
    return len(db.scalars(logins.returning(tables.SignIn.id)).all())


def heartbeat(db: Transaction, operator_id: UUID) -> Operator:
    """Note that an operator is there. Raises ``NotFound``."""
    row = find(db, operator_id)
    before = presence(row)
    row.seen_at = func.now()
    return _changed(db, row, before)


def get(db: Transaction, operator_id: UUID) -> Operator:
    """One operator. Raises ``NotFound``."""
    row = find(db, operator_id)
    return _answer(row, load(db, of_operator(row.name)))


def list_page(db: Transaction, *, limit: int, cursor: str | None, queue: str | None = None) -> Page[Operator]:
    """Operators, newest first; of one queue where it is named."""
    row = tables.Operator
    rows = select(row).where(row.deleted_at.is_(None))
    rows = rows if queue is None else rows.where(row.queues.contains([queue]))
    page = read_page(db, rows, row.id, lambda found: found, limit=limit, cursor=cursor)
    held = loads(db, [of_operator(found.name) for found in page.items])
    items = [_answer(found, held.get(of_operator(found.name), 0)) for found in page.items]
    return Page[Operator](items=items, next_cursor=page.next_cursor)


def find(db: Transaction, operator_id: UUID) -> tables.Operator:
    """One operator's row. Raises ``NotFound``."""
    row = db.find(tables.Operator, operator_id)
    if row is None or row.deleted_at is not None:
        raise NotFound(noun="operator", id=operator_id)
    return row


def named(db: Transaction, name: str) -> tables.Operator:
    """The operator of that name. Raises ``NotFound``."""
    row = _named(db, name)
    if row is None or row.deleted_at is not None:
        raise NotFound(noun="operator named", id=name)
    return row


def find_by_agent(db: Transaction, agent: str) -> tables.Operator | None:
    """The operator who works as ``human:NAME``, None where there is none of that name, or it is no person's."""
    name = operator_of(agent)
    return None if name is None else _named(db, name)


def display_names(db: Transaction) -> dict[str, str]:
    """What people call each operator of the tenant, by the agent ``human:NAME``."""
    row = tables.Operator
    return {of_operator(name): shown for name, shown in db.execute(select(row.name, row.display_name))}


def presence(row: tables.Operator) -> Presence:
    """Whether an operator takes new work: as they said, unless they were not heard of for too long."""
    said = Presence(row.presence)
    # Nobody is asked to say that they go: a closed laptop says it by its silence.
    unheard = row.seen_at is None or row.seen_at < datetime.now(UTC) - UNHEARD
    return Presence.AWAY if said is Presence.AVAILABLE and unheard else said


def load(db: Transaction, agent: str) -> int:
    """How much an agent holds now: claimed, or accepted and not set aside."""
    return loads(db, [agent]).get(agent, 0)


def check_room(db: Transaction, operator: tables.Operator) -> None:
    """Raise ``OperatorDisabled``, or ``OperatorFull`` where an operator holds as much as they can."""
    agent = of_operator(operator.name)
    if operator.disabled_at is not None:
        raise OperatorDisabled(agent=agent)
    held = load(db, agent)
    if held >= operator.capacity:
        raise OperatorFull(agent=agent, held=held, capacity=operator.capacity)


def may_take(operator: Worker, row: Needs) -> str | None:
    """Why an operator may not take a handoff, in a sentence; None where they may. Presence and room play no part."""
    return next(_obstacles(operator, row), None)


def takes(operator: Worker) -> ColumnElement[bool]:
    """``may_take`` as a condition on handoffs, for an operator who is not disabled."""
    row = tables.Handoff
    if operator.role == OperatorRole.AUDITOR:
        return false()
    own = [*map(of_queue, operator.queues), *map(of_skill, operator.skills)]
    # The array is one parameter, whatever its length, so that the statement is prepared once for all operators.
    spoken = literal([one.lower() for one in operator.languages], ARRAY(String))
    language, any_spoken = func.lower(row.language), func.unnest(spoken).column_valued("spoken")
    understood = select(any_spoken).where(
        or_(
            language == any_spoken,
            language.startswith(func.concat(any_spoken, "-")),
            any_spoken.startswith(func.concat(language, "-")),
        )
    )
    able = (
        (row.target == any_(literal(own, ARRAY(String))))
        & row.skills.contained_by(literal(list(operator.skills), ARRAY(String)))
        & (row.level <= operator.level)
        & or_(row.language.is_(None), literal(not operator.languages), understood.exists())
    )
    return or_(row.target == of_operator(operator.name), able)


def loads(db: Transaction, agents: Sequence[str]) -> dict[str, int]:
    """How much each of these agents holds now; whoever holds nothing is left out."""
    if not agents:
        return {}
    row = tables.Handoff
    held = (
        row.holder == any_(literal(list(agents), ARRAY(String))),
        tables.in_state(row, *tables.HELD),
        or_(row.snoozed_until.is_(None), row.snoozed_until <= func.now()),
    )
    with tenancy.counting_whole_tenant(db):
        counted = db.execute(select(row.holder, func.count()).where(*held).group_by(row.holder)).all()
    return {holder: count for holder, count in counted if holder is not None}


def _obstacles(operator: Worker, row: Needs) -> Iterator[str]:
    if isinstance(operator, tables.Operator) and operator.disabled_at is not None:
        yield f"{operator.name} is disabled."
    if operator.role == OperatorRole.AUDITOR:
        yield f"{operator.name} is an auditor, and takes no work."
    kind, name = kind_of(row.target), name_of(row.target)
    works = {TargetKind.QUEUE: operator.queues, TargetKind.SKILL: operator.skills, TargetKind.HUMAN: [operator.name]}
    if name not in works.get(kind, []):
        yield f"It goes to {row.target}{'' if kind in ONES_OWN else f', which {operator.name} does not work'}."
    # Who is asked by name is asked whatever they can: the one who asks has decided that.
    if kind is TargetKind.HUMAN:
        return
    lacking = sorted(set(row.skills).difference(operator.skills))
    if lacking:
        yield f"It needs the skill{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}."
    if row.level > operator.level:
        yield f"It waits at level {row.level}; {operator.name} works up to level {operator.level}."
    if row.language and operator.languages and not any(_speak(row.language, one) for one in operator.languages):
        yield f"It needs the language {row.language}."


def _speak(wanted: str, spoken: str) -> bool:
    """Whether two language tags are the same, or one is the other's with more said, as `pt` and `pt-BR`."""
    wanted, spoken = wanted.lower(), spoken.lower()
    return wanted == spoken or wanted.startswith(f"{spoken}-") or spoken.startswith(f"{wanted}-")


def _named(db: Transaction, name: str) -> tables.Operator | None:
    return db.scalars(select(tables.Operator).where(tables.Operator.name == name)).one_or_none()


def _set_password(row: tables.Operator, password_hash: str | None) -> None:
    if password_hash is not None:
        row.password_hash, row.link_hash, row.link_until = password_hash, None, None


def _changed(db: Transaction, row: tables.Operator, before: Presence) -> Operator:
    """An operator as they are after a change. That they come or go with it is recorded, and the desk looks anew."""
    db.flush()
    db.refresh(row)
    if presence(row) is not before:
        _record_presence(db, row)
    return _answer(row, load(db, of_operator(row.name)))


def _record_presence(db: Transaction, row: tables.Operator) -> None:
    """Say that an operator comes or goes, and let the desk look anew at what that may change: what found nobody or was
    declined by others, for one who comes; for one who goes what they are offered, and what may find nobody now."""
    comes, handoff = presence(row) is Presence.AVAILABLE, tables.Handoff
    waits = tables.in_state(handoff, HandoffState.READY)
    lacks_somebody = or_(handoff.notice.is_not(None), func.cardinality(handoff.declined_by) > 0)
    # Only handoffs that this may change are woken: one who comes does not matter to what already has an offer, and one
    # who goes does not matter to what is known to lack somebody.
    changes = lacks_somebody if comes else handoff.notice.is_(None)
    # An alarm that is due already stays where it is: the longest overdue are looked at first.
    soon = func.least(handoff.alarm_at, func.now())
    anew = update(handoff).where(waits, handoff.offered_to.is_(None), takes(row), changes).values(alarm_at=soon)
    db.execute(anew, execution_options={"synchronize_session": False})
    if not comes:
        offers = update(handoff).where(waits, handoff.offered_to == of_operator(row.name))
        db.execute(offers.values(offered_until=func.now()), execution_options={"synchronize_session": False})
    agent = of_operator(row.name)
    events.record(db, EventType.OPERATOR_PRESENCE, actor=agent, operator=agent, presence=presence(row))


def _changes(row: tables.Operator, ask: ReviseOperator) -> list[str]:
    """What is about to change of an operator, for the audit. Who comes and who goes is an event of its own."""
    given = ask.model_dump(exclude_none=True, exclude={"presence"})
    is_now = {name: getattr(row, name) for name in AS_GIVEN} | {"disabled": row.disabled_at is not None}
    is_now["email"] = row.email or ""
    # A password is always taken for another one: only its hash is known.
    return sorted(name for name, value in given.items() if name not in is_now or is_now[name] != value)


def _answer(row: tables.Operator, held: int) -> Operator:
    columns = {name: getattr(row, name) for name in Operator.model_fields if hasattr(row, name)}
    shown = {
        "agent": of_operator(row.name),
        "load": held,
        "presence": presence(row),
        "may_sign_in": row.password_hash is not None,
        "disabled": row.disabled_at is not None,
    }
    return Operator.model_validate(columns | shown)
