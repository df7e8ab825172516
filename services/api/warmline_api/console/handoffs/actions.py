"""What an operator does with a handoff. Each form carries the fencing token that its page was written with."""

import re
from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from warmline_api.console import shell
from warmline_api.console.desk import chosen_snooze
from warmline_api.console.handoffs import handoff_page
from warmline_api.console.handoffs.taking import check_may_take, require_lead
from warmline_api.console.languages import _
from warmline_api.console.shell import PREFIX, Posted, Visitor
from warmline_memory import desk, flags, handoffs, queues
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import Transaction, tables
from warmline_schemas.briefs import Brief
from warmline_schemas.claims import (
    AnswerInquiry,
    AskSource,
    ClaimHandoff,
    DeclineHandoff,
    Heartbeat,
    OfferHandoff,
    ReleaseHandoff,
    ResolveHandoff,
    ReturnHandoff,
    SnoozeHandoff,
    TransferHandoff,
)
from warmline_schemas.flags import FlagBrief
from warmline_schemas.handoffs import AcceptHandoff, ContradictionKind, HandoffMode, HandoffState, RequestHandoff

router = APIRouter(prefix="/handoffs/{handoff_id}")

CURRENCY = re.compile(r"[$€£¥₹₽₩₺₴₪฿]|\b[A-Z]{3}\b")
"""What tells a sum of money from other numbers: a sign, or a code of three capitals (ISO 4217)."""


@router.post("/claim")
def claim(handoff_id: UUID, visitor: Posted) -> Response:
    """Hold it, for as long as its queue says."""

    def work(db: Transaction) -> str:
        check_may_take(visitor, db, handoff_id)
        ask = ClaimHandoff(agent=visitor.agent, lease_seconds=_lease(db, handoff_id))
        handoffs.claim(db, handoff_id, ask)
        return _("Reserved for you. Nobody else can take it while this page is open.")

    return _act(visitor, handoff_id, work)


@router.post("/keep")
def keep(handoff_id: UUID, visitor: Posted) -> Response:
    """Prolong the hold; what a page that stays open does by itself is answered without a page."""

    def work(db: Transaction) -> str:
        ask = shell.read_form(Heartbeat, visitor.form, lease_seconds=_lease(db, handoff_id))
        desk.heartbeat(db, handoff_id, ask)
        return _("Extended. It is still reserved for you.")

    answer = _act(visitor, handoff_id, work)
    if visitor.form.get("quiet"):
        return Response(status_code=204 if isinstance(answer, RedirectResponse) else answer.status_code)
    return answer


@router.post("/accept")
def accept(handoff_id: UUID, visitor: Posted) -> Response:
    """Take the conversation over, on the same page."""

    def work(db: Transaction) -> str:
        check_may_take(visitor, db, handoff_id)
        start = handoffs.accept(
            db, handoff_id, shell.read_form(AcceptHandoff, visitor.form, agent=visitor.agent, top_k=0)
        )
        if start.handoff.mode is HandoffMode.CONSULT:
            return _("You are advising; {agent} keeps the conversation.", agent=start.handoff.source_agent)
        has_customer = desk.has_customer(db, start.handoff.chain_id)
        return _("You are now answering this customer.") if has_customer else _("It is yours now.")

    return _act(visitor, handoff_id, work, lambda: _page_of(handoff_id, "conversation"))


@router.post("/decline")
def decline(handoff_id: UUID, visitor: Posted) -> Response:
    """Decline an offer."""

    def work(db: Transaction) -> str:
        desk.decline(db, handoff_id, shell.read_form(DeclineHandoff, visitor.form, agent=visitor.agent))
        return _("Declined. It is offered to the next colleague.")

    return _act(visitor, handoff_id, work, lambda: f"{PREFIX}/")


@router.post("/release")
def release(handoff_id: UUID, visitor: Posted) -> Response:
    """Give a claimed handoff back, so that others can claim it."""

    def work(db: Transaction) -> str:
        desk.release(db, handoff_id, shell.read_form(ReleaseHandoff, visitor.form))
        return _("Back in the queue.")

    return _act(visitor, handoff_id, work, lambda: f"{PREFIX}/")


@router.post("/offer")
def offer(handoff_id: UUID, visitor: Posted) -> Response:
    """Offer it to a colleague."""

    def work(db: Transaction) -> str:
        require_lead(visitor, db, handoff_id)
        to = queues.resolve_receiver(db, shell.field(visitor.form, "to"))
        desk.offer(db, handoff_id, shell.read_form(OfferHandoff, visitor.form, to=to.target, by=visitor.agent))
        return _("Offered to {name}.", name=to.name)

    return _act(visitor, handoff_id, work)


@router.post("/ask")
def ask_source(handoff_id: UUID, visitor: Posted) -> Response:
    """Ask the source for what is missing."""

    def work(db: Transaction) -> str:
        desk.ask(db, handoff_id, shell.read_form(AskSource, visitor.form))
        return _("Asked. The answer appears here; until then it is yours.")

    return _act(visitor, handoff_id, work)


@router.post("/answer")
def answer(handoff_id: UUID, visitor: Posted) -> Response:
    """Answer for the source, where a person knows."""

    def work(db: Transaction, ready: Ready) -> str:
        desk.answer(db, handoff_id, shell.read_form(AnswerInquiry, visitor.form, agent=visitor.agent), ready)
        return _("Answered. Your answer is kept beside the question.")

    return _act_embedded(visitor, handoff_id, work)


@router.post("/transfer")
def transfer(handoff_id: UUID, visitor: Posted) -> Response:
    """Send it on to somebody else."""

    def work(db: Transaction) -> str:
        to = queues.resolve_receiver(db, shell.field(visitor.form, "to"))
        desk.transfer(db, handoff_id, shell.read_form(TransferHandoff, visitor.form, to=to.target))
        return _("Transferred to {name}.", name=to.name)

    return _act(visitor, handoff_id, work)


@router.post("/return")
def give_back(handoff_id: UUID, visitor: Posted) -> Response:
    """Give it back to the agent that handed over, with an instruction."""

    def work(db: Transaction, ready: Ready) -> str:
        returned = desk.give_back(db, handoff_id, shell.read_form(ReturnHandoff, visitor.form), ready)
        return _("Returned to {name} with your instruction.", name=returned.to)

    return _act_embedded(visitor, handoff_id, work)


@router.post("/snooze")
def snooze(handoff_id: UUID, visitor: Posted) -> Response:
    """Set it aside until a time, or wake it."""

    def work(db: Transaction) -> str:
        form = visitor.form
        until = chosen_snooze(shell.field(form, "at"), shell.field(form, "until"), visitor.operator.zone)
        desk.snooze(db, handoff_id, shell.read_form(SnoozeHandoff, visitor.form, until=until))
        return _("Snoozed.") if until else _("Snooze ended.")

    return _act(visitor, handoff_id, work)


@router.post("/resolve")
def resolve(handoff_id: UUID, visitor: Posted) -> Response:
    """Close it, with a note that is remembered."""

    def work(db: Transaction, ready: Ready) -> str:
        desk.resolve(db, handoff_id, shell.read_form(ResolveHandoff, visitor.form), ready)
        if not visitor.form.get("unanswered"):
            check_answered(db, handoff_id)
        if not visitor.form.get("confirm_note"):
            _check_amounts(db, handoff_id)
        return _("Resolved. The next colleague sees your note.")

    return _act_embedded(visitor, handoff_id, work, lambda: f"{PREFIX}/mine?resolved={handoff_id}")


@router.post("/reopen")
def reopen(handoff_id: UUID, visitor: Posted) -> Response:
    """Go on with what was resolved; it comes back to the operator."""
    came: dict[str, UUID] = {}

    def work(db: Transaction) -> str:
        came["id"] = desk.reopen(db, handoff_id, visitor.agent).id
        return _("Reopened for you. Its brief is being written; then take over.")

    return _act(visitor, handoff_id, work, lambda: f"{PREFIX}/handoffs/{came['id']}")


@router.post("/call-off")
def call_off(handoff_id: UUID, visitor: Posted) -> Response:
    """Call off what the operator asked of others, while nobody has taken it: advice, a warm transfer; or, for a moment,
    a transfer or a return, after which the work goes on as if nothing had been."""
    back: dict[str, UUID | None] = {}

    def work(db: Transaction) -> str:
        row = handoffs.find(db, handoff_id)
        if row.source_agent != visitor.agent:
            require_lead(visitor, db, handoff_id)
        desk.call_off(db, handoff_id, visitor.agent)
        back["id"] = db.find_one(tables.Session, row.source_session_id).handoff_id
        return _("Called off.")

    return _act(visitor, handoff_id, work, lambda: _page_of(back["id"] or handoff_id))


@router.post("/consult")
def consult(handoff_id: UUID, visitor: Posted) -> Response:
    """Ask somebody for advice; the conversation stays with the operator."""

    def work(db: Transaction) -> str:
        token = shell.read_form(Heartbeat, visitor.form).token
        held = handoffs.find_held(db, handoff_id, token, "ask for advice about", HandoffState.ACCEPTED)
        to = queues.resolve_receiver(db, shell.field(visitor.form, "to"))
        given = {"session_id": held.target_session_id, "mode": HandoffMode.CONSULT, **handoffs.kept_of(held)}
        handoffs.request(db, shell.read_form(RequestHandoff, visitor.form, to=to.target, **given))
        return _("Asked {name} for advice. You keep the conversation.", name=to.name)

    return _act(visitor, handoff_id, work)


@router.post("/flag")
def flag(handoff_id: UUID, visitor: Posted) -> Response:
    """Say that a line of the brief is wrong, or what it lacks."""

    def work(db: Transaction) -> str:
        flags.add(db, handoff_id, shell.read_form(FlagBrief, visitor.form, by=visitor.agent))
        return _("Thanks. Colleagues see your flag.")

    return _act(visitor, handoff_id, work, lambda: _page_of(handoff_id, "brief"))


@router.post("/unflag")
def unflag(handoff_id: UUID, visitor: Posted) -> Response:
    """Take a flag back."""

    def work(db: Transaction) -> str:
        flags.take_back(db, handoff_id, shell.id_of(shell.field(visitor.form, "flag_id")))
        return _("The flag is taken back.")

    return _act(visitor, handoff_id, work, lambda: _page_of(handoff_id, "brief"))


def check_answered(db: Transaction, handoff_id: UUID) -> None:
    """Raise ``Unanswered`` where a customer wrote and nobody replied in the work on a handoff. Asked once the work
    was found to be the visitor's, and undoes it."""
    row = handoffs.find(db, handoff_id)
    if row.mode != HandoffMode.CONSULT and row.first_reply_at is None and desk.has_customer(db, row.chain_id):
        raise shell.Unanswered


def _check_amounts(db: Transaction, handoff_id: UUID) -> None:
    """Raise ``NoteDiffers`` where the note of a case that is resolved has a sum of money that its brief does not have.
    Other numbers, such as a new reference, are nobody's slip."""
    row = handoffs.find(db, handoff_id)
    if row.brief is None or row.resolution is None or row.mode == HandoffMode.CONSULT:
        return
    differs = handoffs.check_read_back(row.resolution, Brief.model_validate(row.brief))
    amounts = [one for one in differs if one.kind is ContradictionKind.AMOUNT]
    sums = [one for one in amounts if any(map(CURRENCY.search, (one.said, *one.brief_has)))]
    if sums:
        raise shell.NoteDiffers(contradictions=[one.model_dump(mode="json") for one in sums])


def _act(
    visitor: Visitor, handoff_id: UUID, work: Callable[[Transaction], str], url: Callable[[], str] | None = None
) -> Response:
    """Do something in one transaction and say so; or show the page again, with what is in the way."""
    try:
        with visitor.transaction() as db:
            visitor.check_sees(db, tables.Handoff, handoff_id)
            said = work(db)
    except WarmlineError as error:
        tried = visitor.request.url.path.rpartition("/")[2]
        return handoff_page.shown(visitor, handoff_id, error, tried)
    return shell.done(url() if url else _page_of(handoff_id), visitor.worded(said))


def _page_of(handoff_id: UUID, layer: handoff_page.Layer = "actions") -> str:
    """The page of a handoff, where a narrow screen shows the part that the form stood in, or that comes next."""
    return f"{PREFIX}/handoffs/{handoff_id}?show={layer}"


def _act_embedded(
    visitor: Visitor, handoff_id: UUID, work: Callable[[Transaction, Ready], str], url: Callable[[], str] | None = None
) -> Response:
    """Do something that keeps a note. The note is embedded outside the transaction, so the work may be tried twice."""

    def attempt(ready: Ready) -> Response:
        return _act(visitor, handoff_id, lambda db: work(db, ready), url)

    return until_embedded(visitor.platform.embed, attempt)


def _lease(db: Transaction, handoff_id: UUID) -> int:
    return queues.of_target(db, handoffs.find(db, handoff_id).target).lease_seconds
