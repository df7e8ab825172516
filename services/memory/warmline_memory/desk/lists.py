"""Lists: handoffs as an operator sees them in a list, each with the first line that its brief asks for.

A list takes one statement. Briefs are large, so that statement reads two lines of a brief, and only for the handoffs
that are on the page.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, String, and_, cast, func, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONPATH, distinct_on
from sqlalchemy.orm import defer

from warmline_memory import operators, queues
from warmline_memory.operators import Person
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.handoffs import ClosedAs, HandoffMode, HandoffState, Urgency
from warmline_schemas.memories import Role
from warmline_schemas.targets import TargetKind, kind_of, of_skill

LIST_LIMIT = 50
"""This many handoffs are on one page."""
LINE_CHARS = 280
"""A line of a brief is shown up to this many characters: about three lines on a narrow screen."""

_ROW = tables.Handoff


@dataclass(frozen=True)
class ListedLine:
    """A line of a brief as a list shows it, and the code of its language where that is known."""

    text: str
    language: str | None


@dataclass(frozen=True)
class ListedHandoff:
    """A handoff as a list shows it, without its brief and its metadata."""

    handoff: tables.Handoff
    ask: ListedLine | None
    """What its brief asks first."""
    mood: ListedLine | None
    """What its brief says of the customer's mood."""
    customer: str
    """What people call whom it is about: by name, or else by the namespace."""
    also_waits: UUID | None
    """A handoff of another case of the same customer that waits on the same page, if any."""
    may_take: bool
    """Whether the operator for whom the list was read may take it."""
    tags: Sequence[str] = ()

    def fits(self, person: Person) -> list[str]:
        """By what this handoff is for an operator: its target, their skills as targets, and the code of its language.
        Nothing where it is not for them, or was offered to them."""
        handoff = self.handoff
        if handoff.offered_to == person.agent or not self.may_take:
            return []
        kind = kind_of(handoff.target)
        skills = {of_skill(name) for name in handoff.skills} - {handoff.target}
        spoken = [handoff.language] if handoff.language and person.languages and kind is not TargetKind.HUMAN else []
        return [handoff.target, *sorted(skills), *spoken]


@dataclass(frozen=True)
class Summary:
    """A handoff in two lines: what people call its customer, where that is known, and what its brief asks first."""

    customer: str | None
    ask: str | None


@dataclass(frozen=True)
class ListPage:
    """One page of a list."""

    handoffs: Sequence[ListedHandoff]
    """At most ``LIST_LIMIT``."""
    has_more: bool
    """Whether there is a further page."""


@dataclass(frozen=True)
class WaitingCount:
    """How many handoffs wait for one target, and how many of them longer than promised."""

    target: str
    waiting: int
    breached: int
    mine: int
    """How many of them the operator may take and nobody else holds."""
    languages: frozenset[str] = frozenset()
    """The languages that they are in, by their codes without a region."""


class Sort(StrEnum):
    """What stands first in a list of what waits."""

    DUE = "due"
    """What is late, what is offered to the operator, then the next breach."""
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True)
class Shown:
    """Which part of a list is shown, and in what order: the cases of an urgency, of a language and with a tag; all
    where None."""

    urgency: Urgency | None = None
    language: str | None = None
    sort: Sort = Sort.DUE
    tag: str | None = None

    @property
    def wanted(self) -> list[ColumnElement[bool]]:
        """The conditions on a handoff."""
        of_urgency = [] if self.urgency is None else [_ROW.urgency == self.urgency]
        # A region is of no matter: German is spoken in Austria.
        of_language = [] if self.language is None else [func.split_part(_ROW.language, "-", 1) == self.language]
        return of_urgency + of_language + ([] if self.tag is None else [_has_tag(self.tag)])

    @property
    def order(self) -> tuple[Any, ...]:
        """The order of the list; none for the usual one."""
        by_age = {
            Sort.OLDEST: (_ROW.requested_at, _ROW.id),
            Sort.NEWEST: (_ROW.requested_at.desc(), _ROW.id.desc()),
        }
        return by_age.get(self.sort, ())


ALL_OF_IT = Shown()


def waiting(
    db: Transaction, person: Person, target: str | None = None, *, page: int = 1, shown: Shown = ALL_OF_IT
) -> ListPage:
    """The handoffs that wait for a target, claimed or not, the next breach first; all that wait where it is None.

    Only those of cases that the operator may see, as everywhere in this module.
    """
    to = () if target is None else (_ROW.target == target,)
    seen = operators.sees_case(person, _ROW.chain_id)
    wanted = (tables.in_state(_ROW, *tables.WAITING), *to, seen, *shown.wanted)
    return page_of(listed(db, person, *wanted, page=page, order=shown.order))


def for_person(db: Transaction, person: Person, *, page: int = 1, shown: Shown = ALL_OF_IT) -> ListPage:
    """The handoffs that an operator may take now: what is late, what is offered to them, then the next breach."""
    return page_of(listed(db, person, _free_for(person), *shown.wanted, page=page, order=shown.order))


def held(db: Transaction, person: Person) -> list[ListedHandoff]:
    """The handoffs that an operator holds, the next breach first."""
    return listed(db, person, _ROW.holder == person.agent, _ROW.state.in_(tables.HELD))


def resolved(db: Transaction, person: Person, handoff_id: UUID) -> ListedHandoff | None:
    """What an operator held and resolved, as far as it can be opened again; None where it is nothing of the sort."""
    ends = (_ROW.closed_as == ClosedAs.RESOLVED, _ROW.mode != HandoffMode.CONSULT)
    return next(iter(listed(db, person, _ROW.id == handoff_id, _ROW.holder == person.agent, *ends)), None)


def summaries(db: Transaction, handoff_ids: Collection[UUID]) -> dict[UUID, Summary]:
    """Handoffs in two lines each, by their ids."""
    rows = select(_ROW.id, customer_name(), _first("ask")).where(among(_ROW.id, handoff_ids))
    return {one: Summary(name, line.text if (line := _line(ask)) else None) for one, name, ask in db.execute(rows)}


def newest_words(db: Transaction, session_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The newest memory of a customer's words in each of these sessions; a session without any is left out."""
    row = tables.Memory
    of_customer = select(row.session_id, row.id).where(among(row.session_id, session_ids), row.role == Role.USER)
    newest = of_customer.ext(distinct_on(row.session_id)).order_by(row.session_id, row.ordinal.desc())
    return {session_id: memory_id for session_id, memory_id in db.execute(newest) if session_id is not None}


def has_customer(db: Transaction, chain_id: UUID) -> bool:
    """Whether a customer wrote in a chain, in whichever of its sessions; people on call hand over to each other without
    one."""
    row = tables.Memory
    any_words = select(row.id).where(row.chain_id == chain_id, row.role == Role.USER).limit(1)
    return db.scalar(any_words) is not None


def counts(db: Transaction, person: Person) -> list[WaitingCount]:
    """How many handoffs wait for each target; a target for which none waits is left out."""
    breached = func.count().filter(_ROW.breach_at <= func.now())
    mine = func.count().filter(_free_for(person))
    # A region is of no matter: German is spoken in Austria.
    code = func.split_part(_ROW.language, "-", 1)
    rows = (
        select(_ROW.target, code, func.count(), breached, mine)
        .where(tables.in_state(_ROW, *tables.WAITING), operators.sees_case(person, _ROW.chain_id))
        .group_by(_ROW.target, code)
        .order_by(_ROW.target)
    )
    by_target = groupby(db.execute(rows).all(), key=itemgetter(0))
    return [_counted(target, [tuple(row) for row in found]) for target, found in by_target]


def _counted(target: str, by_language: Sequence[tuple[Any, ...]]) -> WaitingCount:
    """What waits for a target, of all languages together."""
    _, codes, *numbers = zip(*by_language, strict=True)
    waiting, breached, mine = map(sum, numbers)
    return WaitingCount(target, waiting, breached, mine, frozenset(filter(None, codes)))


def page_of(found: Sequence[ListedHandoff]) -> ListPage:
    """What was listed as one page."""
    return ListPage(found[:LIST_LIMIT], has_more=len(found) > LIST_LIMIT)


# To build this condition takes a few milliseconds, more than to run it, and a page needs it twice. The cache holds what
# an operator's account says (name, skills, languages), and nothing that a customer said.
@lru_cache(maxsize=1_000)
def _free_for(person: Person) -> ColumnElement[bool]:
    """Whether a handoff waits, nobody holds it, it is not offered to somebody else, and the operator may take it."""
    unheld = or_(_ROW.state == HandoffState.READY, _ROW.lease_until <= func.now())
    unoffered = or_(_ROW.offered_to.is_(None), _ROW.offered_until <= func.now())
    able = or_(_ROW.offered_to == person.agent, and_(unoffered, operators.takes(person)))
    return and_(tables.in_state(_ROW, *tables.WAITING), unheld, able)


def listed(
    db: Transaction,
    person: Person,
    *wanted: ColumnElement[bool],
    page: int = 1,
    order: Sequence[ColumnElement[Any]] = (),
) -> list[ListedHandoff]:
    """One page of handoffs, and the first one of the next page, which says that there is a next page. What is late
    comes first, then offers, then the next breach, where no other order is given."""
    is_late = func.coalesce(_ROW.breach_at <= func.now(), False)
    is_offered = func.coalesce(_ROW.offered_to == person.agent, False)
    order = order or (is_late.desc(), is_offered.desc(), *queues.in_order(_ROW))
    # The page is chosen by id first: the outer statement then opens the briefs of these handoffs alone.
    chosen = select(_ROW.id).where(*wanted).order_by(*order).limit(LIST_LIMIT + 1)
    listed = chosen.offset((page - 1) * LIST_LIMIT).subquery()
    rows = (
        select(_ROW, _first("ask"), _first("mood"), customer_name(), _tags())
        .join(listed, listed.c.id == _ROW.id)
        .options(defer(_ROW.custom))
        .order_by(*order)
    )
    found = db.execute(rows).all()
    # Without a customer nobody knows whether a namespace is one person's.
    waits: dict[str, list[tables.Handoff]] = {}
    for row, _, _, name, _ in found:
        if name and row.state in tables.WAITING:
            waits.setdefault(row.namespace, []).append(row)
    return [
        ListedHandoff(
            handoff=row,
            ask=_line(ask),
            mood=_line(mood),
            customer=name or row.namespace,
            also_waits=_of_another_case(waits.get(row.namespace, ()), row),
            may_take=operators.may_take(person, row) is None,
            tags=tags,
        )
        for row, ask, mood, name, tags in found
    ]


def _of_another_case(theirs: Iterable[tables.Handoff], row: tables.Handoff) -> UUID | None:
    """The first of a customer's handoffs that is about another case than this one of theirs."""
    return next((one.id for one in theirs if one.chain_id != row.chain_id), None)


def customer_name() -> ColumnElement[str | None]:
    """The name of the customer, where it is known."""
    row = tables.Customer
    named = select(row.display_name).where(row.tenant_id == _ROW.tenant_id, row.namespace == _ROW.namespace)
    return named.scalar_subquery()


def _has_tag(tag: str) -> ColumnElement[bool]:
    """Whether the case of a handoff has a tag."""
    row = tables.CaseTag
    return select(row.tag).where(row.chain_id == _ROW.chain_id, row.tag == tag).exists()


def _tags() -> ColumnElement[list[str]]:
    """The tags of the case of a handoff."""
    row = tables.CaseTag
    return func.array(
        select(row.tag).where(row.chain_id == _ROW.chain_id).order_by(row.tag).scalar_subquery(), type_=ARRAY(String)
    )


def _first(section: str) -> ColumnElement[dict[str, Any] | None]:
    """The first line of a section of the brief."""
    path = cast(f'$.sections[*] ? (@.name == "{section}").lines[0]', JSONPATH)
    return type_coerce(func.jsonb_path_query_first(_ROW.brief, path), tables.BRIEF)


def _line(found: dict[str, Any] | None) -> ListedLine | None:
    return None if found is None else ListedLine(str(found["text"])[:LINE_CHARS], found.get("language"))
