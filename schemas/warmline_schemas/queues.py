"""Queues: lines of handoffs that wait for people, and what they promise."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.claims import Claim
from warmline_schemas.wire import AgentName, Answer, Request

QueueName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""A queue's name, such as ``billing``; handoffs go to ``queue:billing``."""

Skill = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A language as a BCP 47 tag, such as ``en`` or ``pt-BR``."""

Seconds = Annotated[int, Field(ge=1, le=31_536_000)]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
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
    """What happens to a handoff while nobody is there who could take it.

    `wait` keeps it waiting, with an estimate; `callback` promises that somebody comes back to the customer;
    `next_level` sends it one level up at once; `back_to_source` gives it back to the agent that handed over, which is
    told why.
    """

    WAIT = "wait"
    CALLBACK = "callback"
    NEXT_LEVEL = "next_level"
    BACK_TO_SOURCE = "back_to_source"


class Assigning(StrEnum):
    """How a waiting handoff finds its operator: they `pull` it, or it is `offer`ed to the best one, then the next."""

    PULL = "pull"
    OFFER = "offer"


class OfficeDay(Request):
    """Hours of one day on which the clocks run; several of one day are added."""

    day: Weekday = Field(description="The day of the week.")
    opens: ClockTime = Field(description="When it opens, as `08:30`.")
    closes: ClockTime = Field(description="When it closes, as `18:00`; `24:00` for midnight. Later than it opens.")

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("closes: must be later than opens; write hours over midnight as two days")
        return self


class OfficeHours(Request):
    """When a queue is staffed. Promised times count only these hours."""

    zone: Zone = Field(default="UTC", description="The time zone that the hours are in.")
    days: Annotated[list[OfficeDay], Field(min_length=1, max_length=50)] = Field(description="The weekly hours.")
    closed_on: Annotated[list[date], Field(max_length=400)] = Field(
        default_factory=list, description="Days on which it is closed, such as holidays."
    )


class Promises(Request):
    """How soon a queue promises to act, in seconds of its office hours; null promises nothing."""

    accept_seconds: Seconds | None = Field(default=DEFAULT_ACCEPT_SECONDS, description="Until somebody takes it over.")
    first_reply_seconds: Seconds | None = Field(default=None, description="From taking over to the first reply.")
    resolve_seconds: Seconds | None = Field(default=None, description="From the request until it is resolved.")


class Level(Request):
    """One level of a queue: how long a handoff waits there to be taken over, and where it then goes."""

    wait_seconds: Seconds = Field(description="How long it waits at this level, in seconds of the office hours.")
    to: AgentName | None = Field(
        default=None, description="The target of the next level; the same queue where left out, for higher levels."
    )


class WriteQueue(Request):
    """Sets up a queue; what is left out has its default. A queue that nobody set up has all defaults."""

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
        default=None, description="What people call it; its name where left out."
    )
    promises: Promises = Field(default_factory=Promises, description="How soon it promises to act.")
    levels: Annotated[list[Level], Field(max_length=10)] = Field(
        default_factory=list, description="Its levels, the first first; none where it never escalates by time."
    )
    assigning: Assigning = Field(default=Assigning.PULL, description="How a handoff finds its operator.")
    offer_seconds: Annotated[int, Field(ge=5, le=3600)] = Field(
        default=DEFAULT_OFFER_SECONDS, description="How long an offer stands before the next operator gets it."
    )
    lease_seconds: Annotated[int, Field(ge=5, le=86_400)] = Field(
        default=DEFAULT_LEASE_SECONDS, description="How long a claim from the console holds without a heartbeat."
    )
    stalled_seconds: Seconds | None = Field(
        default=None,
        description="How long an accepted handoff may be without any activity before it goes one level up; never "
        "where null.",
    )
    nobody_there: NobodyThere = Field(default=NobodyThere.WAIT, description="What happens while nobody is there.")
    read_back_required: bool = Field(
        default=False, description="Whether whoever accepts must say in one line what it is about."
    )
    office_hours: OfficeHours | None = Field(default=None, description="When it is staffed; always where null.")


class Queue(WriteQueue, Answer):
    """A queue, how it works, and how it stands."""

    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra={"examples": []})

    name: str = Field(description="Its name.")
    written: bool = Field(description="Whether somebody set it up; false where it has all defaults.")


class QueueStanding(Answer):
    """How a queue stands now."""

    queue: Queue = Field(description="The queue.")
    is_open: bool = Field(description="Whether it is within its office hours.")
    opens_at: datetime | None = Field(description="When it next opens; null while it is open.")
    waiting: int = Field(description="How many handoffs wait to be taken over.")
    breached: int = Field(description="How many of them wait longer than promised.")
    in_work: int = Field(description="How many of its handoffs are accepted and not closed.")
    oldest_waiting_at: datetime | None = Field(description="Since when the oldest waits.")
    next_breach_at: datetime | None = Field(description="When the next promise would be broken.")
    operators_available: int = Field(description="How many operators are available and have room.")
    estimated_seconds: float | None = Field(
        description="How long a handoff that comes now will wait, by recent waits; null where nothing is known."
    )


class Queues(Answer):
    """The queues of a tenant, by name: those that it set up, that an operator works, or in which something waits."""

    queues: list[Queue] = Field(description="Every queue, by name.")


class ClaimNext(Request):
    """Claims the handoff that should be taken next of those that wait in a queue."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:operator-7", "lease_seconds": 120}]})

    agent: AgentName = Field(description="Who claims it; an operator gets only what they may take.")
    lease_seconds: Annotated[int, Field(ge=1, le=86_400)] | None = Field(
        default=None, description="How long the claim holds, in seconds; as long as the queue says where left out."
    )


class NextClaim(Answer):
    """What was claimed."""

    claim: Claim | None = Field(description="The claim; null where nothing waits that the agent may take.")


class HandoffStanding(Answer):
    """How the wait of a handoff stands now."""

    handoff_id: UUID = Field(description="The handoff.")
    waits: bool = Field(description="Whether it waits to be taken over.")
    position: int | None = Field(description="Its place in the queue, 1 for the next; null where it does not wait.")
    estimated_seconds: float | None = Field(
        description="How long one that comes now waits, by recent waits; null where nothing is known."
    )
    is_open: bool = Field(description="Whether its queue is within its office hours.")
    opens_at: datetime | None = Field(description="When that next opens; null while it is open.")
    operators_available: int = Field(description="How many operators are available, have room, and may take it.")
