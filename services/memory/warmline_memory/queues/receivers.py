"""Receivers: to whom work can go. A name that nobody has is refused, so that a slip sends no customer to nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select

from warmline_memory import operators, tenancy
from warmline_memory.errors import AmbiguousReceiver, UnknownReceiver
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.operators import OperatorRole, Presence
from warmline_schemas.targets import TargetKind, kind_of, name_of, of_operator, of_queue, of_skill

MOST_LISTED = 200
"""A page offers at most so many receivers of a kind to choose from; a name that is typed is looked for among all."""
MOST_AGENTS = 1_000
"""Among so many agents the nearest name is looked for; whether a name is known at all is asked of every session."""
MOST_NEAREST = 3
LIKE = 0.6
"""How much a name must have in common with what was typed to be suggested: the ratio of ``difflib``, whose own
suggestions have the same bar. It forgives one wrong letter in five."""
CALLED = {
    TargetKind.QUEUE: "queue",
    TargetKind.SKILL: "skill",
    TargetKind.HUMAN: "colleague",
    TargetKind.AGENT: "agent",
}


@dataclass(frozen=True)
class Receiver:
    """A target as people know it. Presence, load and capacity are there of operators alone."""

    target: str
    name: str
    presence: Presence | None = None
    load: int = 0
    capacity: int = 0


def list_some(db: Transaction, but: UUID) -> list[Receiver]:
    """Receivers to choose from: queues, then colleagues other than operator ``but``, ``MOST_LISTED`` of each."""
    row = tables.Operator
    people = db.scalars(
        select(row)
        .where(row.disabled_at.is_(None), row.id != but, row.role != OperatorRole.AUDITOR)
        .order_by(row.display_name, row.name)
        .limit(MOST_LISTED)
    ).all()
    held = operators.loads(db, [of_operator(one.name) for one in people])
    colleagues = [
        Receiver(target, one.display_name, operators.presence(one), held.get(target, 0), one.capacity)
        for one, target in ((one, of_operator(one.name)) for one in people)
    ]
    return [*list_queues(db)[:MOST_LISTED], *colleagues]


def list_queues(db: Transaction) -> list[Receiver]:
    """Queues that are set up or that somebody works, and, once there are any, the one that people's work falls to."""
    queue, operator = tables.Queue, tables.Operator
    titles = {name: title or name for name, title in db.execute(select(queue.name, queue.written["title"].astext))}
    worked = db.scalars(select(func.unnest(operator.queues)).where(operator.disabled_at.is_(None)).distinct())
    names = {*titles, *worked}
    people = tenancy.read_preferences(db).people_target
    if names and kind_of(people) is TargetKind.QUEUE:
        names.add(name_of(people))
    return [Receiver(of_queue(name), titles.get(name, name)) for name in sorted(names)]


def resolve(db: Transaction, typed: str) -> Receiver:
    """Whom a person means: a target such as ``queue:fraud``, or the name of a queue, colleague, skill or agent.

    Raises ``UnknownReceiver``, and ``AmbiguousReceiver`` where several have the name.
    """
    known = [*list_queues(db), *_people(db), *_skills(db)]
    exact = next((one for one in known if one.target == typed), None)
    if exact is not None:
        return exact
    said = typed.strip().casefold()
    found = [one for one in known if said in {one.name.casefold(), name_of(one.target).casefold()}]
    if len(found) > 1:
        raise AmbiguousReceiver(name=typed, several=", ".join(_shown(one) for one in found))
    if found:
        return found[0]
    check(db, typed, by_person=True, field="to")
    return Receiver(typed, name_of(typed))


def check(db: Transaction, target: str, *, by_person: bool, field: str) -> None:
    """Raise ``UnknownReceiver`` where nobody has the name of a target.

    Queues, people and skills are known by the tenant's settings; where it has set none up of a sort, their names are
    free. Whoever has worked is known too. An agent that another agent names may come to work later: where it does
    not, its clock sends the work to people. A person's slip is refused, for they can correct it now.
    """
    kind = kind_of(target)
    if (kind is TargetKind.AGENT and not by_person) or _is_known(db, target):
        return
    known = list(_KNOWN[kind](db))
    if kind is TargetKind.AGENT:
        # A name without a prefix may also be meant for a queue or a colleague.
        known += [*list_queues(db), *_people(db)]
    elif not known:
        return
    raise UnknownReceiver(field=field, sort=CALLED[kind], name=name_of(target), advice=_advice(name_of(target), known))


def _advice(name: str, known: Sequence[Receiver]) -> str:
    nearest = sorted(
        ((likeness, one) for one in known if (likeness := _likeness(name, one)) >= LIKE), key=lambda pair: -pair[0]
    )
    if nearest:
        return f"Did you mean {' or '.join(_shown(one) for _, one in nearest[:MOST_NEAREST])}?"
    return "Set it up first, or give one that is." if known else "Give one that has worked."


def _likeness(name: str, receiver: Receiver) -> float:
    """How like a receiver's names a typed one is, from 0 to 1; a part of the name, such as a first name, is 1."""
    said = name.casefold()
    names = {receiver.name.casefold(), name_of(receiver.target).casefold()}
    is_part = any(said in one.replace(".", " ").split() for one in names)
    return 1.0 if is_part else max(SequenceMatcher(None, said, one).ratio() for one in names)


def _shown(receiver: Receiver) -> str:
    is_plain = receiver.name == name_of(receiver.target)
    return receiver.target if is_plain else f"{receiver.name} ({receiver.target})"


def _people(db: Transaction) -> list[Receiver]:
    row = tables.Operator
    found = db.execute(
        select(row.name, row.display_name).where(row.disabled_at.is_(None), row.role != OperatorRole.AUDITOR)
    )
    return [Receiver(of_operator(name), shown) for name, shown in found]


def _skills(db: Transaction) -> list[Receiver]:
    row = tables.Operator
    found = db.scalars(select(func.unnest(row.skills)).where(row.disabled_at.is_(None)).distinct())
    return [Receiver(of_skill(name), name) for name in found]


def _agents(db: Transaction) -> Iterator[Receiver]:
    """Agents that have worked, by name. One index is skipped along, so that a million sessions cost as few."""
    row = tables.Session
    first = select(func.min(row.agent).label("agent")).cte("agents", recursive=True)
    after = select(func.min(row.agent)).where(row.agent > first.c.agent).scalar_subquery()
    every = first.union_all(select(after).where(first.c.agent.is_not(None)))
    for name in db.scalars(select(every.c.agent).where(every.c.agent.is_not(None)).limit(MOST_AGENTS)):
        if kind_of(name) is TargetKind.AGENT:
            yield Receiver(name, name)


def _is_known(db: Transaction, target: str) -> bool:
    """Whether a target is set up, or has worked; one statement, for nearly every name is right."""
    queue, operator, session = tables.Queue, tables.Operator, tables.Session
    name, is_there = name_of(target), operator.disabled_at.is_(None)
    set_up: dict[TargetKind, list[Any]] = {
        TargetKind.QUEUE: [
            exists().where(queue.name == name),
            exists().where(operator.queues.contains([name]), is_there),
        ],
        TargetKind.SKILL: [exists().where(operator.skills.contains([name]), is_there)],
        TargetKind.HUMAN: [exists().where(operator.name == name, is_there, operator.role != OperatorRole.AUDITOR)],
        TargetKind.AGENT: [],
    }
    worked = exists().where(session.agent == target)
    found = bool(db.scalar(select(or_(worked, *set_up[kind_of(target)]))))
    return found or target == tenancy.read_preferences(db).people_target


_KNOWN = {
    TargetKind.QUEUE: list_queues,
    TargetKind.HUMAN: _people,
    TargetKind.SKILL: _skills,
    TargetKind.AGENT: _agents,
}
