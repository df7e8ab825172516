"""The desk: what is done with a handoff that waits or is held, and who speaks for a chain."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Reader, Writer
from warmline_api.queries import Cursor, Limit
from warmline_memory import desk, sessions
from warmline_memory.embedding import until_embedded
from warmline_schemas.claims import (
    AnswerInquiry,
    AskSource,
    Claim,
    DeclineHandoff,
    Heartbeat,
    Inquiry,
    OfferHandoff,
    Owner,
    ReleaseHandoff,
    ResolveHandoff,
    ReturnHandoff,
    SnoozeHandoff,
    TransferHandoff,
)
from warmline_schemas.customers.messages import Reply, SendReply
from warmline_schemas.handoffs import Handoff
from warmline_schemas.wire import AgentName, Page

router = Routes(tags=["desk"])


@router.post("/handoffs/{handoff_id}/heartbeat")
def keep_claim(handoff_id: UUID, ask: Heartbeat, caller: Writer) -> Answer[Claim]:
    """Prolong a hold. One that was lost meanwhile is refused, and stays lost."""
    return caller.once(ask, 200, lambda db: desk.heartbeat(db, handoff_id, ask))


@router.post("/handoffs/{handoff_id}/release")
def release_handoff(handoff_id: UUID, ask: ReleaseHandoff, caller: Writer) -> Answer[Handoff]:
    """Give a claimed handoff back before accepting it; it waits for others again, at the same level."""
    return caller.once(ask, 200, lambda db: desk.release(db, handoff_id, ask))


@router.post("/handoffs/{handoff_id}/offer")
def offer_handoff(handoff_id: UUID, ask: OfferHandoff, caller: Writer) -> Answer[Handoff]:
    """Offer a ready handoff to one operator; nobody else can claim it until the offer lapses."""
    return caller.once(ask, 200, lambda db: desk.offer(db, handoff_id, ask))


@router.post("/handoffs/{handoff_id}/decline")
def decline_handoff(handoff_id: UUID, ask: DeclineHandoff, caller: Writer) -> Answer[Handoff]:
    """Decline an offer; the handoff goes to the next, or waits for all again."""
    return caller.once(ask, 200, lambda db: desk.decline(db, handoff_id, ask))


@router.post("/handoffs/{handoff_id}/ask", status_code=201)
def ask_source(handoff_id: UUID, ask: AskSource, caller: Writer) -> Answer[Inquiry]:
    """Ask the source of a held handoff for what is missing. While the answer is awaited the claim does not lapse."""
    return caller.once(ask, 201, lambda db: desk.ask(db, handoff_id, ask))


@router.post("/handoffs/{handoff_id}/answer")
def answer_inquiry(handoff_id: UUID, ask: AnswerInquiry, caller: Writer) -> Answer[Inquiry]:
    """Answer what the holder asked. It is remembered, and shown to whoever takes over as kept since the brief."""
    return until_embedded(
        caller.embed, lambda ready: caller.once(ask, 200, lambda db: desk.answer(db, handoff_id, ask, ready))
    )


@router.get("/handoffs/{handoff_id}/inquiries")
def read_inquiries(handoff_id: UUID, caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[Inquiry]:
    """What was asked about a handoff, oldest first."""
    with caller.transaction() as db:
        return desk.list_inquiries(db, handoff_id, limit=limit, cursor=cursor)


@router.post("/handoffs/{handoff_id}/transfer")
def transfer_handoff(handoff_id: UUID, ask: TransferHandoff, caller: Writer) -> Answer[Handoff]:
    """Send a held handoff on. A claimed one goes to the new target as it is; an accepted one as a new handoff."""
    return caller.once(ask, 200, lambda db: desk.transfer(db, handoff_id, ask))


@router.post("/handoffs/{handoff_id}/return")
def return_handoff(handoff_id: UUID, ask: ReturnHandoff, caller: Writer) -> Answer[Handoff]:
    """Give a held handoff back to the agent that handed over, with an instruction."""
    return until_embedded(
        caller.embed,
        lambda ready: caller.once(ask, 200, lambda db: desk.give_back(db, handoff_id, ask, ready)),
    )


@router.post("/handoffs/{handoff_id}/snooze")
def snooze_handoff(handoff_id: UUID, ask: SnoozeHandoff, caller: Writer) -> Answer[Handoff]:
    """Set an accepted handoff aside until a time; with `until` null it is woken now."""
    return caller.once(ask, 200, lambda db: desk.snooze(db, handoff_id, ask))


@router.post("/handoffs/{handoff_id}/resolve")
def resolve_handoff(handoff_id: UUID, ask: ResolveHandoff, caller: Writer) -> Answer[Handoff]:
    """Close an accepted handoff and end its session. The note is remembered."""
    return until_embedded(
        caller.embed, lambda ready: caller.once(ask, 200, lambda db: desk.resolve(db, handoff_id, ask, ready))
    )


@router.post("/handoffs/{handoff_id}/reply", status_code=201)
def send_reply(handoff_id: UUID, ask: SendReply, caller: Writer) -> Answer[Reply]:
    """Say something to the customer as the holder of an accepted handoff. The customer's channel delivers it."""
    return until_embedded(
        caller.embed, lambda ready: caller.once(ask, 201, lambda db: desk.reply(db, handoff_id, ask, ready))
    )


@router.get("/chains/{chain_id}/owner")
def read_owner(
    chain_id: UUID,
    caller: Reader,
    session_id: Annotated[UUID | None, Query(description="The session that asks whether it may reply.")] = None,
    agent: Annotated[AgentName | None, Query(description="The agent that asks, where it names no session.")] = None,
) -> Owner:
    """Who speaks for a chain, and whether the one who asks may reply to the customer now."""
    with caller.transaction() as db:
        return sessions.owner(db, chain_id, session_id=session_id, agent=agent)
