"""Several at once: what is ticked is snoozed, transferred or resolved by whoever has it, or offered by a lead."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.desk import AskedPart, address_of, mine, waiting
from warmline_api.console.handoffs.actions import check_answered
from warmline_api.console.handoffs.taking import require_lead
from warmline_api.console.languages import _, ngettext
from warmline_api.console.shell import PREFIX, Posted, Visitor, require
from warmline_memory import customers, desk, handoffs, queues
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.errors import HeldBySomebodyElse, WarmlineError
from warmline_memory.storage import Transaction, tables
from warmline_schemas.claims import OfferHandoff, ResolveHandoff, SnoozeHandoff, TransferHandoff
from warmline_schemas.operators import OperatorRole

router = APIRouter()

HERE = f"{PREFIX}/mine"
FIELD = "ticked-"

Work = Callable[[Transaction, Visitor, tables.Handoff, Ready], None]


def _snooze(db: Transaction, visitor: Visitor, row: tables.Handoff, _ready: Ready) -> None:
    _check_own(visitor, row)
    desk.snooze(db, row.id, shell.read_form(SnoozeHandoff, visitor.form, token=row.token))


def _transfer(db: Transaction, visitor: Visitor, row: tables.Handoff, _ready: Ready) -> None:
    _check_own(visitor, row)
    to = queues.resolve_receiver(db, shell.field(visitor.form, "to"))
    desk.transfer(db, row.id, shell.read_form(TransferHandoff, visitor.form, token=row.token, to=to.target))


def _resolve(db: Transaction, visitor: Visitor, row: tables.Handoff, ready: Ready) -> None:
    _check_own(visitor, row)
    desk.resolve(db, row.id, shell.read_form(ResolveHandoff, visitor.form, token=row.token), ready)
    check_answered(db, row.id)


def _offer(db: Transaction, visitor: Visitor, row: tables.Handoff, _ready: Ready) -> None:
    require_lead(visitor, db, row.id)
    # The address has the list that is shown as ``to``.
    to = queues.resolve_receiver(db, shell.field(visitor.form, "colleague"))
    desk.offer(db, row.id, shell.read_form(OfferHandoff, visitor.form, to=to.target, by=visitor.agent))


def _check_own(visitor: Visitor, row: tables.Handoff) -> None:
    # Only what is one's own: what a lead does in the place of a colleague is done case by case, knowingly.
    if row.holder != visitor.agent:
        raise HeldBySomebodyElse(handoff_id=row.id, holder=row.holder or "nobody")


class Verb(NamedTuple):
    """What is done with each of those that are ticked, and what is said of how many it was done with."""

    work: Work
    done: Callable[[int], str]
    done_in_part: Callable[[int, int], str]


VERBS = {
    "snooze": Verb(
        _snooze,
        lambda n: ngettext("{n} snoozed.", "{n} snoozed.", n),
        lambda n, of: _("{n} of {of} snoozed.", n=n, of=of),
    ),
    "transfer": Verb(
        _transfer,
        lambda n: ngettext("{n} transferred.", "{n} transferred.", n),
        lambda n, of: _("{n} of {of} transferred.", n=n, of=of),
    ),
    "resolve": Verb(
        _resolve,
        lambda n: ngettext("{n} resolved.", "{n} resolved.", n),
        lambda n, of: _("{n} of {of} resolved.", n=n, of=of),
    ),
}

OFFER = Verb(
    _offer,
    lambda n: ngettext("{n} offered.", "{n} offered.", n),
    lambda n, of: _("{n} of {of} offered.", n=n, of=of),
)


@router.post("/mine")
def act_on_several(visitor: Posted) -> Response:
    """Do one thing with each of those that are ticked, each by itself; and say which could not be done, and why."""
    verb = VERBS.get(shell.field(visitor.form, "verb"))
    return _one_by_one(visitor, verb, HERE, lambda problem: mine(visitor, problem, 409))


@router.post("/offers")
def offer_several(visitor: Posted, part: AskedPart) -> Response:
    """Offer each of those that are ticked among what waits to one colleague; and say which could not be, and why."""
    require(visitor, OperatorRole.LEAD)
    return _one_by_one(visitor, OFFER, address_of(part), lambda problem: waiting(visitor, part, problem, 409))


def _one_by_one(visitor: Visitor, verb: Verb | None, here: str, refused: Callable[[str], Response]) -> Response:
    """Do it with each of those that are ticked, and go back ``here``; ``refused`` is the page that says what failed."""
    ticked = [shell.id_of(name.removeprefix(FIELD)) for name in visitor.form if name.startswith(FIELD)]
    if verb is None or not ticked:
        return shell.done(here, _("Nothing was selected. Tick what it is about."))
    refusals = [refusal for handoff_id in ticked if (refusal := _refusal(visitor, handoff_id, verb.work))]
    done = len(ticked) - len(refusals)
    if refusals:
        return refused(" ".join([verb.done_in_part(done, len(ticked)), *refusals]))
    return shell.done(here, verb.done(done))


def _refusal(visitor: Visitor, handoff_id: UUID, work: Work) -> str | None:
    """Do it with one: None, or whose it is and why it cannot be done."""

    def attempt(ready: Ready) -> None:
        with visitor.transaction() as db:
            visitor.check_sees(db, tables.Handoff, handoff_id)
            work(db, visitor, handoffs.find(db, handoff_id), ready)

    try:
        until_embedded(visitor.platform.embed, attempt)
    except WarmlineError as error:
        return _("{name}: {refusal}", name=_customer_of(visitor, handoff_id), refusal=shell.in_words(error, visitor))
    return None


def _customer_of(visitor: Visitor, handoff_id: UUID) -> str:
    """What people call the customer of a handoff. Raises ``NotFound`` for one that the visitor does not see."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        namespace = handoffs.find(db, handoff_id).namespace
        return customers.names_of(db, {namespace}).get(namespace, namespace)
