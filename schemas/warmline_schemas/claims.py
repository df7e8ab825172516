"""Claims: who holds a handoff and until when, and what a holder does with it. Every write carries the fencing token."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from warmline_schemas.wire import AgentName, Answer, Request

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Token = Annotated[
    int, Field(ge=1, description="The fencing token of the claim. One that another holder outdated is refused.")
]


class ClaimHandoff(Request):
    """Holds a ready handoff for a while. Claiming again as the same agent is the heartbeat."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:operator-7", "lease_seconds": 120}]})

    agent: AgentName = Field(description="Who claims it.")
    lease_seconds: int = Field(default=120, ge=1, le=86_400, description="How long the claim holds, in seconds.")
    token: int | None = Field(
        default=None,
        ge=1,
        description="For a heartbeat: the claim's token. A claim that was lost meanwhile is then refused.",
    )


class Claim(Answer):
    """Who holds a handoff, and until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "handoff_id": "01978f6e-7c1a-7000-8000-000000000002",
                    "agent": "human:operator-7",
                    "token": 1,
                    "expires_at": "2026-03-01T10:07:00Z",
                }
            ]
        }
    )

    handoff_id: UUID = Field(description="The handoff.")
    agent: str = Field(description="Who holds it.")
    token: int = Field(description="The fencing token: it grows with every new holder. Every later write carries it.")
    expires_at: datetime | None = Field(
        description="When the claim lapses and the handoff goes back, one level up; null where it never does."
    )


class Heartbeat(Request):
    """Prolongs a hold. One that lapsed, was given back or went to somebody else is not prolonged but refused."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "lease_seconds": 120}]})

    token: Token
    lease_seconds: int = Field(
        default=120, ge=1, le=86_400, description="How long the claim holds from now on, in seconds."
    )


class ReleaseHandoff(Request):
    """Gives a claimed handoff back before accepting it; it waits for others again, at the same level."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "reason": "Lunch"}]})

    token: Token
    reason: Sentence | None = Field(default=None, description="Why, for the record.")


class OfferHandoff(Request):
    """Offers a waiting handoff to one operator; until the offer lapses, nobody else can claim it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "human:operator-7", "seconds": 45}]})

    to: AgentName = Field(description="To whom.")
    seconds: int = Field(default=45, ge=5, le=3600, description="How long the offer stands, in seconds.")
    by: AgentName | None = Field(default=None, description="Who offers it.")


class DeclineHandoff(Request):
    """Declines an offered handoff; it is offered to the next, or waits for all again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:operator-7", "reason": "In a call"}]})

    agent: AgentName = Field(description="Who declines.")
    reason: Sentence | None = Field(default=None, description="Why, for the record.")


class AskSource(Request):
    """Asks the source of a claimed or accepted handoff for what is missing, and waits for the answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "question": "Which invoice is it about?"}]})

    token: Token
    question: Sentence = Field(description="What is missing.")
    wait_seconds: int = Field(
        default=900, ge=30, le=604_800, description="How long to wait; meanwhile the claim does not lapse."
    )


class AnswerInquiry(Request):
    """Answers what the holder of a handoff asked. The answer is remembered, and shown to whoever takes over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "tier1-bot", "answer": "Invoice INV-2031."}]})

    agent: AgentName = Field(description="Who answers.")
    answer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)] = Field(
        description="The answer."
    )
    inquiry_id: UUID | None = Field(default=None, description="Which inquiry; the oldest open one where left out.")


class Inquiry(Answer):
    """What the holder of a handoff asked its source."""

    id: UUID = Field(description="The inquiry's id.")
    handoff_id: UUID = Field(description="The handoff.")
    namespace: str = Field(description="Its namespace.")
    asked_by: str = Field(description="Who asked.")
    question: str = Field(description="What.")
    asked_at: datetime = Field(description="When.")
    due_at: datetime = Field(description="Until when the holder waits.")
    answered_by: str | None = Field(description="Who answered; null while nobody has.")
    answer: str | None = Field(description="The answer.")
    answered_at: datetime | None = Field(description="When it was answered.")


class Inquiries(Answer):
    """All that was asked about a handoff."""

    inquiries: list[Inquiry] = Field(description="The inquiries, oldest first.")


class TransferHandoff(Request):
    """Sends a held handoff on to another target.

    Before it is accepted, the same brief goes to the new target. After, a new handoff goes from the holder's session,
    with a brief of its own.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"token": 1, "to": "queue:fraud", "reason": "The card was used in Lima"}]}
    )

    token: Token
    to: AgentName = Field(description="The new target.")
    reason: Sentence = Field(description="Why.")
    warm: bool = Field(default=False, description="Whether the holder stays until the new target has accepted.")


class ReturnHandoff(Request):
    """Gives a held handoff back to the agent that handed over, with an instruction what to do with it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"token": 1, "instruction": "Ask for the order number, then try the refund again"}]
        }
    )

    token: Token
    instruction: Sentence = Field(description="What the source shall do.")


class SnoozeHandoff(Request):
    """Sets an accepted handoff aside until a time; it does not count as load meanwhile."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "until": "2026-03-02T08:00:00Z"}]})

    token: Token
    until: AwareDatetime | None = Field(
        default=None, description="Until when, with its offset; null or left out wakes it now."
    )
    reason: Sentence | None = Field(default=None, description="Why, for the record.")


class ResolveHandoff(Request):
    """Closes an accepted handoff. The note is remembered, with its importance, for whoever has this namespace next."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"token": 1, "note": "Refunded $100; confirmed by e-mail."}]}
    )

    token: Token
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)] = Field(
        description="What came of it."
    )


class Owner(Answer):
    """Who speaks for a chain, and whether the one who asks may."""

    chain_id: UUID = Field(description="The chain.")
    session_id: UUID | None = Field(description="The open session that owns the conversation; null when none does.")
    agent: str | None = Field(description="Whose session that is.")
    waiting_handoff_id: UUID | None = Field(description="The handoff that waits to be taken over, if any.")
    may_reply: bool = Field(description="Whether the session or agent that asks may reply to the customer now.")
    why: str = Field(description="Why, in one sentence.")
