"""Claims: who holds a handoff and until when, and the calls of a holder. Each call carries the fencing token."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from warmline_schemas.memories import Memory
from warmline_schemas.wire import ActingAgent, AgentName, Answer, Moment, Request

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Token = Annotated[
    int,
    Field(ge=1, description="The claim's fencing token; that of an older claim is refused."),
]


class ClaimHandoff(Request):
    """Claims a ready handoff for some time. A claim belongs to the process that has its token: the same agent again is
    refused without it, for many processes may share an agent's name."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:operator-7", "lease_seconds": 120}]})

    agent: ActingAgent = Field(description="Who claims the handoff.")
    lease_seconds: int = Field(default=120, ge=1, le=86_400, description="How long the claim lasts, in seconds.")
    token: int | None = Field(
        default=None,
        ge=1,
        description=(
            "To prolong a claim: its token. The call is then refused where the claim was lost in the meantime."
        ),
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
    agent: str = Field(description="Who holds the handoff.")
    token: int = Field(
        description=(
            "The fencing token. It grows with every new holder, and the holder sends it with every later call."
        )
    )
    expires_at: datetime | None = Field(
        description=(
            "When the claim lapses. The handoff then waits again, one level up. Null where the claim does not lapse."
        )
    )


class Heartbeat(Request):
    """Prolongs a claim. It is refused where the claim lapsed, was released, or somebody else holds the handoff."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "lease_seconds": 120}]})

    token: Token
    lease_seconds: int = Field(
        default=120, ge=1, le=86_400, description="How long the claim lasts from now on, in seconds."
    )


class ReleaseHandoff(Request):
    """Gives a claimed handoff back before it is accepted. It then waits for others at the same level."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "reason": "Lunch"}]})

    token: Token
    reason: Sentence | None = Field(default=None, description="Why it is given back. The reason is kept.")


class OfferHandoff(Request):
    """Offers a waiting handoff to one operator. Until the offer lapses, nobody else can claim the handoff."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "human:operator-7", "seconds": 45}]})

    to: AgentName = Field(description="The operator to whom the handoff is offered, as `human:NAME`.")
    seconds: int = Field(default=45, ge=5, le=3600, description="How long the offer lasts, in seconds.")
    by: ActingAgent | None = Field(default=None, description="Who offers the handoff.")


class DeclineHandoff(Request):
    """Declines an offered handoff. It is then offered to the next operator, or waits for all again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:operator-7", "reason": "In a call"}]})

    agent: ActingAgent = Field(description="Who declines the offer.")
    reason: Sentence | None = Field(default=None, description="Why the offer is declined. The reason is kept.")


class AskSource(Request):
    """Asks the source of a claimed or accepted handoff a question."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "question": "Which invoice is it about?"}]})

    token: Token
    question: Sentence = Field(description="The question: what is missing in the brief.")
    wait_seconds: int = Field(
        default=900,
        ge=30,
        le=604_800,
        description="How long to wait for the answer, in seconds. The claim does not lapse during this time.",
    )


class AnswerInquiry(Request):
    """Answers a question of a holder. The answer is kept as a memory, and whoever takes over can read it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "tier1-bot", "answer": "Invoice INV-2031."}]})

    agent: ActingAgent = Field(description="Who answers the question.")
    answer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)] = Field(
        description="The answer."
    )
    inquiry_id: UUID | None = Field(
        default=None, description="Which inquiry is answered. Where this is left out, it is the oldest open one."
    )


class Inquiry(Answer):
    """A question that the holder of a handoff asked its source."""

    id: UUID = Field(description="The inquiry's id.")
    handoff_id: UUID = Field(description="The handoff.")
    namespace: str = Field(description="The namespace of the handoff.")
    asked_by: str = Field(description="Who asked the question.")
    question: str = Field(description="The question.")
    asked_at: datetime = Field(description="When it was asked.")
    due_at: datetime = Field(description="Until when the holder waits for the answer.")
    answered_by: str | None = Field(description="Who answered; null while nobody has.")
    answer: str | None = Field(description="The answer; null while there is none.")
    answered_at: datetime | None = Field(description="When it was answered.")


class TransferHandoff(Request):
    """Sends a handoff on to another target.

    Where the handoff is claimed, it goes to the new target with the same brief. Where it is accepted, a new handoff
    with a brief of its own goes to the target from the holder's session.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"token": 1, "to": "queue:fraud", "reason": "The card was used in Lima"}]}
    )

    token: Token
    to: AgentName = Field(description="The new target.")
    reason: Sentence = Field(description="Why it is sent on.")
    warm: bool = Field(
        default=False, description="Whether the holder's session goes on until the new target has accepted."
    )


class ReturnHandoff(Request):
    """Returns a handoff to the agent that handed over, with an instruction what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"token": 1, "instruction": "Ask for the order number, then try the refund again"}]
        }
    )

    token: Token
    instruction: Sentence = Field(description="What the source should do.")


class SnoozeHandoff(Request):
    """Sets an accepted handoff aside until a time. Until then it does not count as load."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "until": "2026-03-02T08:00:00Z"}]})

    token: Token
    until: Moment | None = Field(
        default=None,
        description="Until when it is set aside, with an offset from UTC. Null, or left out, ends the snooze now.",
    )
    reason: Sentence | None = Field(default=None, description="Why it is set aside. The reason is kept.")


class ResolveHandoff(Request):
    """Closes an accepted handoff. The note is kept as an important memory for whoever works in this namespace next."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"token": 1, "note": "Refunded $100; confirmed by e-mail."}]}
    )

    token: Token
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)] = Field(
        description="How the work ended."
    )


class Owner(Answer):
    """Which session speaks for a chain to the customer, and whether the one who asks may reply."""

    chain_id: UUID = Field(description="The chain.")
    session_id: UUID | None = Field(description="The open session that speaks for the chain; null where none does.")
    agent: str | None = Field(description="The agent of that session.")
    waiting_handoff_id: UUID | None = Field(description="The handoff of the chain that waits to be accepted, if any.")
    may_reply: bool = Field(description="Whether the session or agent in the request may reply to the customer now.")
    why: str = Field(description="The reason in one sentence.")


class DeedState(StrEnum):
    """What has become of a handoff, as whoever waits for it sees it.

    `waiting`: nobody has taken it over; `working`: somebody has; `replied`: and has said something to the customer. The
    others are final: `resolved` and `returned` with a note; `ended` where the receiver's session ended without one;
    `cancelled`; `failed`.
    """

    WAITING = "waiting"
    WORKING = "working"
    REPLIED = "replied"
    RESOLVED = "resolved"
    RETURNED = "returned"
    ENDED = "ended"
    CANCELLED = "cancelled"
    FAILED = "failed"


class DeedAwaited(StrEnum):
    """What whoever waits for a deed waits for: that it is `over`, or that somebody has given a `reply`."""

    OVER = "over"
    REPLY = "reply"


class Deed(Answer):
    """What whoever took a handoff over said and did, for the agent that waits for it.

    Where they passed the work on to somebody else, it is followed there.
    """

    handoff_id: UUID = Field(description="The handoff that was asked for.")
    current_handoff_id: UUID = Field(
        description="The handoff in which the work is: another one where it was passed on."
    )
    state: DeedState = Field(description="What has become of it.")
    is_over: bool = Field(description="Whether the state is final.")
    agent: str | None = Field(description="Who works on it, or did; null where nobody has taken it over.")
    session_id: UUID | None = Field(description="The session in which they do.")
    note: str | None = Field(description="What they resolved it with, or their instruction where they gave it back.")
    next_handoff_id: UUID | None = Field(
        description="Of what was returned: the handoff to accept, with which the work comes back. Null where none does."
    )
    kept: list[Memory] = Field(
        description=(
            "What was said and done since they took it over, oldest first: words of both sides, notes and tool calls; "
            "the newest 200, without secrets."
        )
    )
    text: str = Field(description="The same as one text for a model, such as the result of the tool that asked.")
