"""What waits for the operator, what they hold, and whether they are there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.desk.snoozes import snoozes
from warmline_api.console.languages import _
from warmline_api.console.shell import MalformedForm, Posted, Signed, Visitor
from warmline_memory import desk, operators, queues
from warmline_memory.storage import Transaction
from warmline_schemas.handoffs import HandoffState, Urgency
from warmline_schemas.operators import Presence, ReviseOperator
from warmline_schemas.targets import TargetKind, kind_of, name_of

router = APIRouter()

FOR_YOU, ALL = "you", "all"
MOST_TABS = 8
"""So many targets have a tab of their own, which fit beside each other; the others are in a menu."""
MOST_IN_MENU = 40
"""So many lists are links in a menu; more of them are a field to choose from, a sixth as large."""
ICONS = {TargetKind.QUEUE: "queue", TargetKind.HUMAN: "mine", TargetKind.SKILL: "check", TargetKind.AGENT: "dot"}


@dataclass(frozen=True)
class Tab:
    """A list that can be chosen, how many wait there, how many are late; ``words`` are empty for that of a target."""

    address: str
    words: str
    waiting: int
    late: int

    @property
    def icon(self) -> str:
        """What tells queues, people and agents apart; empty for lists of several."""
        return "" if self.words else ICONS[kind_of(self.address)]


@dataclass(frozen=True)
class Part:
    """What of the queue an address shows: the list ``to``, which part of it, and which of its pages, from 1."""

    to: str
    shown: desk.Shown
    page: int


def _asked_part(
    to: Annotated[str, Query(max_length=200)] = FOR_YOU,
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
    urgency: Urgency | Literal[""] = "",
    language: Annotated[str, Query(max_length=8)] = "",
    sort: desk.Sort = desk.Sort.DUE,
    tag: Annotated[str, Query(max_length=desk.tags.MOST_CHARS)] = "",
) -> Part:
    return Part(to, desk.Shown(urgency or None, language or None, sort, tag or None), page)


AskedPart = Annotated[Part, Depends(_asked_part)]
"""The part of the queue that the address of a request names."""


@router.get("/")
def show_queue(visitor: Signed, part: AskedPart) -> Response:
    """What waits: for the operator, for one target, or all of it; of an urgency, a language and a tag, in an order."""
    return waiting(visitor, part)


def waiting(visitor: Visitor, part: Part, problem: str | None = None, status: int = 200) -> Response:
    """The page of what waits; after something could not be done, with why."""
    person, to, shown, page = visitor.operator, part.to, part.shown, part.page
    with visitor.transaction() as db:
        counts = desk.count_waiting(db, person)
        if to == FOR_YOU:
            found = desk.list_for_person(db, person, page=page, shown=shown)
        else:
            found = desk.list_waiting(db, person, None if to == ALL else to, page=page, shown=shown)
        tags, views = desk.tags.waiting(db, person), desk.views.for_person(db, person)
        is_theirs = person.sees_all or to in person.worked
        standing = queues.standing(db, name_of(to)) if kind_of(to) is TargetKind.QUEUE and is_theirs else None
        receivers = _receivers(db, visitor, found.handoffs)
    tabs, other_tabs = tabs_of(person.worked, counts, to)
    offers = f"{shell.PREFIX}/offers?{_query(part)}"
    return shell.page(
        visitor,
        "desk/queue.html",
        title=_("Queue"),
        live_at=address_of(part),
        problem=problem,
        status=status,
        to=to,
        page=page,
        shown=shown,
        address=_address(to, shown),
        can_offer=bool(receivers),
        offers=offers,
        receivers=receivers,
        urgencies=list(reversed(Urgency)),
        spoken=sorted(set().union(*(one.languages for one in counts))),
        tags=tags,
        views=[(view, f"{shell.PREFIX}/?{urlencode(view.shown)}") for view in views],
        parts=_parts(to, shown),
        most_view_chars=desk.views.MOST_CHARS,
        tabs=tabs,
        other_tabs=other_tabs,
        most_in_menu=MOST_IN_MENU,
        listed=found.handoffs,
        standing=standing,
        has_more=found.has_more,
    )


def _receivers(db: Transaction, visitor: Visitor, listed: Sequence[desk.ListedHandoff]) -> list[queues.Receiver]:
    """To whom a lead can offer several of the cases of a list at once: to people, where more than one waits."""
    if not visitor.may("lead") or sum(one.handoff.state == HandoffState.READY for one in listed) < 2:
        return []
    return [one for one in queues.list_receivers(db, visitor.operator.id) if one.presence]


def _parts(to: str, shown: desk.Shown) -> dict[str, str]:
    """A part of a list as the address of its page names it, without the number of the page."""
    chosen = {
        "urgency": shown.urgency,
        "language": shown.language,
        "tag": shown.tag,
        "sort": shown.sort if shown.sort is not desk.Sort.DUE else None,
    }
    return {"to": to, **{name: str(one) for name, one in chosen.items() if one}}


def _address(to: str, shown: desk.Shown) -> str:
    """Where a part of a list is shown."""
    return f"{shell.PREFIX}/?{urlencode(_parts(to, shown))}"


def address_of(part: Part) -> str:
    """Where a page of a part of a list is shown."""
    return f"{shell.PREFIX}/?{_query(part)}"


def _query(part: Part) -> str:
    return urlencode({**_parts(part.to, part.shown), "page": part.page})


@router.get("/mine")
def show_mine(visitor: Signed, resolved: Annotated[UUID | None, Query()] = None) -> Response:
    """What the operator holds; ``resolved`` is what they resolved just now, and may want to open again."""
    return mine(visitor, resolved=resolved)


def mine(visitor: Visitor, problem: str | None = None, status: int = 200, *, resolved: UUID | None = None) -> Response:
    """The page of what the operator holds; after something could not be done, with why."""
    with visitor.transaction() as db:
        done = desk.find_resolved(db, visitor.operator, resolved) if resolved else None
        found = desk.list_held(db, visitor.operator)
        receivers = queues.list_receivers(db, visitor.operator.id) if len(found) > 1 else []
    asleep = [one for one in found if shell.is_ahead(one.handoff.snoozed_until)]
    asking = [one for one in found if one not in asleep and one.handoff.inquiry_due_at is not None]
    awake = [one for one in found if one not in asleep and one not in asking]
    groups = {
        _("In work"): [one for one in awake if one.handoff.state == HandoffState.ACCEPTED],
        _("Reserved, not yet taken over"): [one for one in awake if one.handoff.state == HandoffState.CLAIMED],
        _("Waiting for an answer"): asking,
        _("Snoozed"): asleep,
    }
    return shell.page(
        visitor,
        "desk/mine.html",
        title=_("My work"),
        live_at=f"{shell.PREFIX}/mine",
        problem=problem,
        status=status,
        resolved=done,
        groups=groups,
        count=len(found),
        can_tick=len(found) > 1,
        snoozes=snoozes(visitor.operator.zone),
        receivers=receivers,
    )


@router.post("/presence")
def be_present(visitor: Posted) -> Response:
    """Switch whether the operator takes new work."""
    try:
        said = Presence(str(visitor.form.get("presence", "")))
    except ValueError as error:
        raise MalformedForm(faults=_("Presence: one of {several}.", several=", ".join(Presence))) from error
    with visitor.transaction() as db:
        operators.revise(db, visitor.operator.id, ReviseOperator(presence=said), None)
    return shell.done(
        shell.inside(str(visitor.form.get("next", ""))), _("You are {presence}.", presence=shell.words(said))
    )


def tabs_of(own: Collection[str], counts: list[desk.WaitingCount], to: str) -> tuple[list[Tab], list[Tab]]:
    """The lists that have a tab, ``own`` targets first, and those in the menu; ``to``, which is shown, has a tab."""
    # An address may name a target in which nothing waits any more. It gets a tab of its own, so that the page shows
    # where it is.
    by_target = {count.target: Tab(count.target, "", count.waiting, count.breached) for count in counts}
    targets = [*(name for name in own if name in by_target), *(name for name in by_target if name not in own)]
    first, others = targets[:MOST_TABS], targets[MOST_TABS:]
    if to not in {FOR_YOU, ALL, *first}:
        first.append(to)
    every = [
        Tab(FOR_YOU, _("For you"), sum(one.mine for one in counts), 0),
        Tab(ALL, _("All"), sum(one.waiting for one in counts), sum(one.breached for one in counts)),
    ]
    shown = [by_target.get(name, Tab(name, "", 0, 0)) for name in first]
    return [*every, *shown], [by_target[name] for name in others if name != to]
