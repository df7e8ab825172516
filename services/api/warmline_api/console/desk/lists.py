"""What waits for the operator, what they hold, and whether they are there."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.shell import MalformedForm, Posted, Signed, Visitor
from warmline_memory import desk, operators, queues
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.operators import Presence, ReviseOperator
from warmline_schemas.targets import TargetKind, kind_of, name_of

router = APIRouter()

FOR_YOU, ALL = "you", "all"


@router.get("/")
def show_queue(
    visitor: Signed,
    to: Annotated[str, Query(max_length=200)] = FOR_YOU,
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> Response:
    """What waits: for the operator, for one target, or all of it."""
    person = visitor.operator
    with visitor.transaction() as db:
        counts = desk.count_waiting(db, person)
        if to == FOR_YOU:
            found = desk.list_for_person(db, person, page=page)
        else:
            found = desk.list_waiting(db, person, None if to == ALL else to, page=page)
        is_theirs = person.sees_all or to in person.worked
        standing = queues.standing(db, name_of(to)) if kind_of(to) is TargetKind.QUEUE and is_theirs else None
    return shell.page(
        visitor,
        "desk/queue.html",
        title="Queue",
        to=to,
        page=page,
        tabs=_tabs(visitor, counts, to),
        listed=found.handoffs,
        standing=standing,
        has_more=found.has_more,
    )


@router.get("/mine")
def show_mine(visitor: Signed) -> Response:
    """What the operator holds."""
    with visitor.transaction() as db:
        found = desk.list_held(db, visitor.operator)
    asleep = [one for one in found if shell.is_ahead(one.handoff.snoozed_until)]
    asking = [one for one in found if one not in asleep and one.handoff.inquiry_due_at is not None]
    awake = [one for one in found if one not in asleep and one not in asking]
    groups = {
        "In work": [one for one in awake if one.handoff.state == HandoffState.ACCEPTED],
        "Claimed, not yet accepted": [one for one in awake if one.handoff.state == HandoffState.CLAIMED],
        "Waiting for an answer": asking,
        "Snoozed": asleep,
    }
    return shell.page(visitor, "desk/mine.html", title="Mine", groups=groups, count=len(found))


@router.post("/presence")
def be_present(visitor: Posted) -> Response:
    """Switch whether the operator takes new work."""
    try:
        said = Presence(str(visitor.form.get("presence", "")))
    except ValueError as error:
        raise MalformedForm(faults=f"Presence: one of {', '.join(Presence)}.") from error
    with visitor.transaction() as db:
        operators.revise(db, visitor.operator.id, ReviseOperator(presence=said), None)
    return shell.done(shell.inside(str(visitor.form.get("next", ""))), f"You are {said}.")


def _tabs(visitor: Visitor, counts: list[desk.WaitingCount], to: str) -> list[tuple[str, str, int, int]]:
    """Address, words, how many wait, and how many of them are late, for each list; the operator's own targets first."""
    # An address may name a target in which nothing waits any more. It gets a tab of its own, so that the page shows
    # where it is.
    own = visitor.operator.worked
    by_target = {count.target: count for count in counts}
    targets = [*(name for name in own if name in by_target), *(name for name in by_target if name not in own)]
    if to not in {FOR_YOU, ALL} and to not in targets:
        targets.append(to)
    nothing = desk.WaitingCount(to, 0, 0, 0)
    found = [by_target.get(name, nothing) for name in targets]
    every = desk.WaitingCount(ALL, sum(one.waiting for one in counts), sum(one.breached for one in counts), 0)
    return [
        (FOR_YOU, "For you", sum(one.mine for one in counts), 0),
        *((one.target, "", one.waiting, one.breached) for one in found),
        (ALL, "All", every.waiting, every.breached),
    ]
