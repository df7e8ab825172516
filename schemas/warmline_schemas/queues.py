"""Queues: where handoffs wait for people, and how soon people promise to act."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.claims import Claim
from warmline_schemas.wire import ActingAgent, AgentName, Answer, Day, Request, Versioned

# The name follows ``queue:`` in targets and is a part of URL paths. Up to 64 characters, without ``:`` and ``/``.
QueueName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""The name of a queue, such as ``billing``. A handoff goes to it as ``queue:billing``."""

# The name follows ``skill:`` in targets, so it has the same form as the name of a queue.
Skill = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
# The common part of BCP 47: a language, and subtags such as a script or a region. Matching compares these as text.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A language as a BCP 47 tag, such as ``en`` or ``pt-BR``."""

Seconds = Annotated[int, Field(ge=1, le=31_536_000)]
# Times have two digits each, so that comparing them as text compares them as times. 24:00 is the end of a day.
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
# Fifteen minutes, two minutes and 45 seconds: a queue that nobody set up must still notice that nobody comes.
DEFAULT_ACCEPT_SECONDS = 900
DEFAULT_LEASE_SECONDS = 120
DEFAULT_OFFER_SECONDS = 45


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; give an IANA name such as Europe/Berlin") from error
    return name


Zone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known_zone)]
"""A time zone by its IANA name, such as ``Europe/Berlin``."""


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class NobodyThere(StrEnum):
    """What happens to a handoff while no operator is available who may take it.

    `wait` lets it wait, and estimates how long. `callback` promises the customer that somebody will call or write.
    `next_level` sends it one level up at once. `back_to_source` returns it to the agent that handed over, with the
    reason.
    """

    WAIT = "wait"
    CALLBACK = "callback"
    NEXT_LEVEL = "next_level"
    BACK_TO_SOURCE = "back_to_source"


class Assigning(StrEnum):
    """How a waiting handoff gets to an operator: operators `pull` it, or it is `offer`ed to one after another."""

    PULL = "pull"
    OFFER = "offer"


class OfficeDay(Request):
    """Opening hours on one day of the week. A day can have several."""

    day: Weekday = Field(description="The day of the week.")
    opens: ClockTime = Field(description="When the queue opens, such as `08:30`.")
    closes: ClockTime = Field(
        description=("When the queue closes, such as `18:00`, or `24:00` for midnight. It must be later than `opens`.")
    )

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("closes: must be later than opens; write hours over midnight as two days")
        return self


class OfficeHours(Request):
    """When a queue is staffed. Only these hours count for what it promises."""

    zone: Zone = Field(default="UTC", description="The time zone of the hours, by its IANA name.")
    days: Annotated[list[OfficeDay], Field(min_length=1, max_length=50)] = Field(description="The weekly hours.")
    closed_on: Annotated[list[Day], Field(max_length=400)] = Field(
        default_factory=list, description="Days on which the queue is closed, such as holidays."
    )


class Promises(Request):
    """How soon a queue promises to act, in seconds of its office hours. Null means that it promises nothing."""

    accept_seconds: Seconds | None = Field(
        default=DEFAULT_ACCEPT_SECONDS, description="Seconds until somebody accepts a handoff."
    )
    first_reply_seconds: Seconds | None = Field(default=None, description="Seconds from accepting to the first reply.")
    resolve_seconds: Seconds | None = Field(
        default=None, description="Seconds from the request until the handoff is resolved."
    )


class Level(Request):
    """One level of a queue: how long a handoff waits there, and where it goes after that."""

    wait_seconds: Seconds = Field(description="How long a handoff waits at this level, in seconds of the office hours.")
    to: AgentName | None = Field(
        default=None,
        description=(
            "The target of the next level. Where this is left out, it is the same queue, for operators of"
            " a higher level."
        ),
    )


class WriteQueue(Request):
    """Sets up a queue. Fields that are left out get their defaults; a queue that was never set up has all defaults."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Billing",
                    "promises": {"accept_seconds": 300, "first_reply_seconds": 120, "resolve_seconds": 14400},
                    "levels": [{"wait_seconds": 600}, {"wait_seconds": 900, "to": "queue:supervisors"}],
                    "assigning": "offer",
                    "nobody_there": "callback",
                    "office_hours": {
                        "zone": "Europe/Berlin",
                        "days": [{"day": "monday", "opens": "08:00", "closes": "18:00"}],
                    },
                }
            ]
        }
    )

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = Field(
        default=None, description="The name of the queue for people. Where this is left out, it is the queue's name."
    )
    promises: Promises = Field(default_factory=Promises, description="How soon the queue promises to act.")
    levels: Annotated[list[Level], Field(max_length=10)] = Field(
        default_factory=list,
        description=(
            "The levels of the queue, the lowest first. Where there are none, a handoff does not escalate"
            " because of its wait."
        ),
    )
    assigning: Assigning = Field(default=Assigning.PULL, description="How a handoff gets to an operator.")
    offer_seconds: Annotated[int, Field(ge=5, le=3600)] = Field(
        default=DEFAULT_OFFER_SECONDS,
        description="How long an offer lasts before the next operator gets it, in seconds.",
    )
    lease_seconds: Annotated[int, Field(ge=5, le=86_400)] = Field(
        default=DEFAULT_LEASE_SECONDS,
        description="How long a claim from the console lasts without a heartbeat, in seconds.",
    )
    stalled_seconds: Seconds | None = Field(
        default=None,
        description=("After how many seconds without activity an accepted handoff goes one level up; null for never."),
    )
    nobody_there: NobodyThere = Field(
        default=NobodyThere.WAIT, description="What happens while no operator is available."
    )
    read_back_required: bool = Field(
        default=False,
        description="Whether the receiver must say in one line what the handoff is about when it accepts.",
    )
    office_hours: OfficeHours | None = Field(default=None, description="When the queue is staffed; null for always.")


class Queue(WriteQueue, Versioned):
    """A queue and how it works."""

    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra={"examples": []})

    name: str = Field(description="The name of the queue.")
    written: bool = Field(description="Whether somebody set the queue up. False where it has all defaults.")


class QueueStanding(Answer):
    """The present state of a queue."""

    queue: Queue = Field(description="The queue.")
    is_open: bool = Field(description="Whether it is inside its office hours.")
    opens_at: datetime | None = Field(description="When it opens next; null while it is open.")
    waiting: int = Field(description="How many handoffs wait to be accepted.")
    breached: int = Field(description="How many of them have waited longer than promised.")
    in_work: int = Field(description="How many of its handoffs are accepted and not closed.")
    oldest_waiting_at: datetime | None = Field(description="Since when the oldest of them waits.")
    next_breach_at: datetime | None = Field(description="When the next promise will be broken, if nobody acts.")
    operators_available: int = Field(description="How many operators are available and can take more work.")
    estimated_seconds: float | None = Field(
        description=(
            "How long a handoff that comes now will wait in seconds, estimated from recent waits; null "
            "where there are none."
        )
    )


class ClaimNext(Request):
    """Claims the handoff of a queue that should be taken next."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:operator-7", "lease_seconds": 120}]})

    agent: ActingAgent = Field(description="Who claims it. An operator gets only a handoff that they may take.")
    lease_seconds: Annotated[int, Field(ge=1, le=86_400)] | None = Field(
        default=None, description="How long the claim lasts, in seconds. Where this is left out, the queue decides."
    )


class NextClaim(Answer):
    """The claim on the next handoff of a queue, if there was one."""

    claim: Claim | None = Field(description="The claim; null where no handoff waits that the agent may take.")


class HandoffStanding(Answer):
    """The present state of a handoff's wait."""

    handoff_id: UUID = Field(description="The handoff.")
    waits: bool = Field(description="Whether the handoff waits to be accepted.")
    position: int | None = Field(
        description="The place in the queue, where 1 is the next; null where it does not wait."
    )
    estimated_seconds: float | None = Field(
        description=(
            "How long a handoff that comes now will wait in seconds, estimated from recent waits; null "
            "where there are none."
        )
    )
    is_open: bool = Field(description="Whether the queue is inside its office hours.")
    opens_at: datetime | None = Field(description="When the queue opens next; null while it is open.")
    operators_available: int = Field(
        description="How many operators are available, can take more work, and may take this handoff."
    )
