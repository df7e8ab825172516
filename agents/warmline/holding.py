"""Holding over the wire: what is done with a handoff that waits or is held, with the token of its hold."""

from datetime import datetime

from pydantic import BaseModel

from warmline.transport import Id, Transport, at, build
from warmline_schemas.claims import (
    AnswerInquiry,
    AskSource,
    Claim,
    ClaimHandoff,
    DeclineHandoff,
    Heartbeat,
    Inquiries,
    Inquiry,
    OfferHandoff,
    ReleaseHandoff,
    ResolveHandoff,
    ReturnHandoff,
    SnoozeHandoff,
    TransferHandoff,
)
from warmline_schemas.handoffs import Handoff

PATH = "/v1/handoffs"


class Holding:
    """The part of ``client.handoffs`` that works the desk.

    ``token`` is the fencing token of the hold: ``claim`` answers it, and so does accepting. Where the hold was lost,
    every method that takes one raises ``StaleToken``.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def claim(self, handoff_id: Id, *, agent: str, lease_seconds: int | None = None) -> Claim:
        """Hold a ready handoff for ``lease_seconds`` (120 where left out); claiming again prolongs it.

        Raises ``HandoffClaimed`` while somebody else holds it, or it is offered to somebody else.
        """
        request = build(ClaimHandoff, agent=agent, lease_seconds=lease_seconds)
        return self._transport.post(Claim, at(PATH, handoff_id, "claim"), request)

    def heartbeat(self, handoff_id: Id, *, token: int, lease_seconds: int | None = None) -> Claim:
        """Prolong a hold to ``lease_seconds`` from now (120 where left out); one that was lost stays lost."""
        request = build(Heartbeat, token=token, lease_seconds=lease_seconds)
        return self._transport.post(Claim, at(PATH, handoff_id, "heartbeat"), request)

    def release(self, handoff_id: Id, *, token: int, reason: str | None = None) -> Handoff:
        """Give a claimed handoff back before accepting it; it waits for others again, at the same level."""
        return self._act(handoff_id, "release", build(ReleaseHandoff, token=token, reason=reason))

    def offer(self, handoff_id: Id, *, to: str, seconds: int | None = None, by: str | None = None) -> Handoff:
        """Offer a ready handoff to one operator for ``seconds`` (45 where left out); nobody else can claim it then."""
        return self._act(handoff_id, "offer", build(OfferHandoff, to=to, seconds=seconds, by=by))

    def decline(self, handoff_id: Id, *, agent: str, reason: str | None = None) -> Handoff:
        """Decline an offer; the handoff goes to the next, or waits for all again."""
        return self._act(handoff_id, "decline", build(DeclineHandoff, agent=agent, reason=reason))

    def ask(self, handoff_id: Id, question: str, *, token: int, wait_seconds: int | None = None) -> Inquiry:
        """Ask the source for what is missing; for ``wait_seconds`` (900 where left out) the claim does not lapse."""
        request = build(AskSource, token=token, question=question, wait_seconds=wait_seconds)
        return self._transport.post(Inquiry, at(PATH, handoff_id, "ask"), request)

    def answer(self, handoff_id: Id, answer: str, *, agent: str, inquiry_id: Id | None = None) -> Inquiry:
        """Answer the oldest open inquiry, or the one that is named; whoever takes over finds it since the brief."""
        request = build(AnswerInquiry, agent=agent, answer=answer, inquiry_id=inquiry_id)
        return self._transport.post(Inquiry, at(PATH, handoff_id, "answer"), request)

    def inquiries(self, handoff_id: Id) -> list[Inquiry]:
        """Read all that was asked about a handoff, oldest first."""
        return self._transport.get(Inquiries, at(PATH, handoff_id, "inquiries")).inquiries

    def transfer(self, handoff_id: Id, *, token: int, to: str, reason: str, warm: bool | None = None) -> Handoff:
        """Send a held handoff on, and read the one that now goes to the new target.

        A claimed one goes there as it is. An accepted one goes as a new handoff with a brief of its own, and closes
        when that is ready, or with ``warm`` when it is accepted.
        """
        return self._act(handoff_id, "transfer", build(TransferHandoff, token=token, to=to, reason=reason, warm=warm))

    def give_back(self, handoff_id: Id, *, token: int, instruction: str) -> Handoff:
        """Give a held handoff back to the agent that handed over, and read the one that now goes there."""
        return self._act(handoff_id, "return", build(ReturnHandoff, token=token, instruction=instruction))

    def snooze(self, handoff_id: Id, *, token: int, until: datetime | None, reason: str | None = None) -> Handoff:
        """Set an accepted handoff aside until a time, which needs its offset; ``None`` wakes it now."""
        return self._act(handoff_id, "snooze", build(SnoozeHandoff, token=token, until=until, reason=reason))

    def resolve(self, handoff_id: Id, *, token: int, note: str) -> Handoff:
        """Close an accepted handoff and end its session. The note is remembered for whoever has this namespace next."""
        return self._act(handoff_id, "resolve", build(ResolveHandoff, token=token, note=note))

    def _act(self, handoff_id: Id, verb: str, request: BaseModel) -> Handoff:
        return self._transport.post(Handoff, at(PATH, handoff_id, verb), request)
