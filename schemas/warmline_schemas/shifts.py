"""Shift changes: the outgoing operator signs a sheet, and the incoming one reads it back item by item (I-PASS)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.briefs import BriefLine
from warmline_schemas.claims import Sentence
from warmline_schemas.handoffs import HandoffState, Urgency
from warmline_schemas.operators import OperatorName
from warmline_schemas.queues import ClockTime, QueueName, Weekday, Zone
from warmline_schemas.webhooks import Url
from warmline_schemas.wire import Answer, Day, Moment, Named, Request, Versioned

# The name is a part of URL paths, so it has the same form as the name of a queue.
RotaName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""A rota's name, such as ``payments-oncall``."""

MIDNIGHT = "24:00"
DEFAULT_SHEET_MINUTES = 15
DEFAULT_OVERDUE_MINUTES = 30


class RotaEntry(Request):
    """One person's hours on some days of the week."""

    operator: OperatorName = Field(description="The operator who is on duty, by name without `human:`.")
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = Field(
        description="The days on which the shift starts."
    )
    starts: ClockTime = Field(description="When the shift starts, such as `08:00`.")
    ends: ClockTime = Field(
        description=(
            "When the shift ends, such as `16:00`. A time at or before `starts` is on the next day; "
            "`24:00` is midnight."
        )
    )
    every_weeks: Annotated[int, Field(ge=1, le=52)] = Field(
        default=1, description="How often the entry holds: 1 for every week, 2 for every second week, and so on."
    )
    in_week_of: Day | None = Field(
        default=None,
        description="A day of a week in which the entry holds. It is needed where `every_weeks` is more than 1.",
    )

    @model_validator(mode="after")
    def _can_be_placed(self) -> Self:
        if self.starts == MIDNIGHT:
            raise ValueError("starts: write 00:00 of the next day")
        if self.every_weeks > 1 and self.in_week_of is None:
            raise ValueError("in_week_of: name a day of one week in which the entry holds")
        return self


class Swap(Request):
    """An exception from the weekly entries: another operator is on duty."""

    operator: OperatorName = Field(description="The operator who is on duty instead.")
    instead_of: OperatorName | None = Field(
        default=None, description="The operator who is replaced; null for everybody on duty."
    )
    starts: Moment = Field(description="When the swap starts.")
    ends: Moment = Field(description="When it ends.")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("ends: must be later than starts")
        return self


class PlannedShift(Request):
    """A shift at a fixed time, such as one from a calendar."""

    operator: OperatorName = Field(description="The operator who is on duty.")
    starts: Moment = Field(description="When the shift starts.")
    ends: Moment = Field(description="When it ends.")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("ends: must be later than starts")
        return self


class Absence(Request):
    """A time in which somebody is away, such as a vacation."""

    operator: OperatorName = Field(description="The operator who is away.")
    starts: Moment = Field(description="When the absence starts.")
    ends: Moment = Field(description="When it ends.")
    replaced: bool = Field(
        default=True,
        description=(
            "Whether the next operator by the order of the entries who is free stands in. Else there is a gap."
        ),
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("ends: must be later than starts")
        return self


class RotaFeed(Request):
    """A calendar at an address, whose events are the shifts of a rota."""

    url: Url = Field(description="Where the iCalendar file is: an https address that the platform can reach.")
    people: Annotated[dict[str, OperatorName], Field(max_length=200)] = Field(
        default_factory=dict, description="Operators by other names, or e-mail addresses, of the calendar."
    )


class WriteRota(Request):
    """Sets up a rota, or replaces it as a whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Payments on call",
                    "zone": "Europe/Berlin",
                    "entries": [{"operator": "ines", "days": ["monday"], "starts": "08:00", "ends": "20:00"}],
                }
            ]
        }
    )

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = Field(
        default=None, description="The name of the rota for people; else it is `name`."
    )
    queue: QueueName | None = Field(
        default=None,
        description="The queue of these operators. What waits in it is shown on their sheets.",
    )
    zone: Zone = Field(default="UTC", description="The time zone of the entries, by its IANA name.")
    entries: Annotated[list[RotaEntry], Field(max_length=200)] = Field(
        default_factory=list, description="Who is on duty week by week; where entries overlap, several operators."
    )
    shifts: Annotated[list[PlannedShift], Field(max_length=1000)] = Field(
        default_factory=list,
        description="Shifts at fixed times, beside the entries, such as those of a calendar.",
    )
    swaps: Annotated[list[Swap], Field(max_length=400)] = Field(
        default_factory=list,
        description="Exceptions from the entries. Of two that overlap, the later one in the list holds.",
    )
    absences: Annotated[list[Absence], Field(max_length=400)] = Field(
        default_factory=list, description="Who is away, such as on vacation. Swaps come first."
    )
    feed: RotaFeed | None = Field(
        default=None, description="The calendar that is read every hour, and whose events replace `shifts`."
    )
    sheet_minutes: Annotated[int, Field(ge=0, le=720)] = Field(
        default=DEFAULT_SHEET_MINUTES, description="How many minutes before the end of a shift its sheet is made."
    )
    overdue_minutes: Annotated[int, Field(ge=0, le=1440)] = Field(
        default=DEFAULT_OVERDUE_MINUTES,
        description="After how many minutes from the end of a shift its sheet is overdue.",
    )


class ChangeRota(Request):
    """Changes a rota in part. A calendar with a name that no operator has changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "absences": [
                        {"operator": "ines", "starts": "2026-07-06T00:00:00+02:00", "ends": "2026-07-20T00:00:00+02:00"}
                    ]
                }
            ]
        }
    )

    swaps: Annotated[list[Swap], Field(max_length=20)] = Field(
        default_factory=list, description="Swaps to add; two where two people change places."
    )
    absences: Annotated[list[Absence], Field(max_length=20)] = Field(
        default_factory=list, description="Absences to add."
    )
    calendar: Annotated[str, StringConstraints(min_length=1, max_length=800_000)] | None = Field(
        default=None,
        description=(
            "An iCalendar file. Its events replace `shifts`, each for its attendees, or the operators in its title."
        ),
    )
    people: Annotated[dict[str, OperatorName], Field(max_length=200)] = Field(
        default_factory=dict, description="Operators by other names, or e-mail addresses, of the calendar."
    )
    feed: RotaFeed | None = Field(default=None, description="A calendar to read every hour from now on.")


class Rota(WriteRota, Versioned):
    """A rota: which operator is on duty, and when."""

    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra={"examples": []})

    name: str = Field(description="The name of the rota.")


class Shift(Answer):
    """A time during which one operator is on duty without a break."""

    operator: str = Field(description="The operator who is on duty.")
    starts: datetime | None = Field(description="When the shift starts; null where it began more than two weeks ago.")
    ends: datetime | None = Field(description="When the shift ends; null where it goes on for two weeks and more.")


class OnDuty(Answer):
    """Who is on duty at a moment, and who is next."""

    rota: str = Field(description="The name of the rota.")
    at: datetime = Field(description="The moment that was asked about.")
    now: list[Shift] = Field(description="The shifts at that moment; empty where nobody is on duty.")
    next: list[Shift] = Field(
        description="The shifts that start next, all at the same moment; empty where nobody is planned."
    )
    feed_problem: str | None = Field(
        default=None, description="Why the rota's `feed` was not taken the last time; null where it was."
    )


# ``human:`` and an operator's name: only people sign and acknowledge sheets.
Person = Annotated[str, StringConstraints(pattern=r"^human:[a-z0-9][a-z0-9_.-]{0,63}$"), Named.ACTING_AGENT]
"""A person as an agent, such as ``human:ines``."""


class SheetState(StrEnum):
    """The state of a sheet: `drafted`, `signed` by the outgoing operator, or `taken_over` when all its items are
    acknowledged.
    """

    DRAFTED = "drafted"
    SIGNED = "signed"
    TAKEN_OVER = "taken_over"


class ItemState(StrEnum):
    """The state of one item of a sheet.

    - `open`: nobody was asked to take it over.
    - `writing`: its brief is being written.
    - `waiting`: it waits to be read back.
    - `acknowledged`: somebody read it back and took it over.
    - `declined`: it stays with the outgoing operator.
    - `failed`: its brief could not be written.
    - `passed_on`: somebody who is not on the sheet took it over.
    - `settled`: the handoff was closed in the meantime.
    - `aware`: it waits in the queue, and nobody holds it yet.
    """

    OPEN = "open"
    WRITING = "writing"
    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    FAILED = "failed"
    PASSED_ON = "passed_on"
    SETTLED = "settled"
    AWARE = "aware"


class PartName(StrEnum):
    """The five parts of I-PASS."""

    SEVERITY = "severity"
    SUMMARY = "summary"
    ACTIONS = "actions"
    CONTINGENCIES = "contingencies"
    SYNTHESIS = "synthesis"


class SheetPart(Answer):
    """One of the five parts of an item."""

    name: PartName = Field(description="Which part this is.")
    title: str = Field(description="The heading of the part, for readers.")
    lines: list[BriefLine] = Field(description="The lines of the part, each with the memories that prove it.")
    given: bool = Field(description="Whether the part has lines. False where nobody said anything of it.")


class SheetItem(Answer):
    """One handoff on a sheet."""

    handoff_id: UUID = Field(
        description="The handoff that the outgoing operator holds; of an `aware` item, the one that waits."
    )
    namespace: str = Field(description="The namespace of the handoff.")
    chain_id: UUID = Field(description="The chain of the handoff.")
    state: ItemState = Field(description="The state of the item.")
    red: bool = Field(description="Whether the outgoing operator still holds it although the sheet is signed.")
    to: str | None = Field(description="Who should take it over; null until the sheet is signed.")
    passed_id: UUID | None = Field(
        description="The handoff with which it goes to the next operator, once the sheet is signed."
    )
    passed_state: HandoffState | None = Field(description="The state of that handoff.")
    session_id: UUID | None = Field(description="The session in which somebody works on it now.")
    taken_over_by: str | None = Field(description="Who took it over.")
    taken_over_at: datetime | None = Field(description="When it was taken over.")
    note: str | None = Field(description="Why it was declined or failed, or the note with which it was resolved.")
    urgency: Urgency = Field(description="How pressing the handoff is.")
    level: int = Field(description="The level of the handoff.")
    breach_at: datetime | None = Field(
        description="The earliest promise that is not kept yet: when it will be, or was, broken."
    )
    snoozed_until: datetime | None = Field(description="Until when the handoff is set aside.")
    parts: list[SheetPart] = Field(description="The five parts, in the order of I-PASS. An `aware` item has none.")
    headline: str = Field(description="The item in one line.")
    since_count: int = Field(
        description="How many memories the outgoing operator has kept in the session of this item."
    )
    completeness: float = Field(ge=0, le=1, description="The share of the five parts that are given, 0 to 1.")

    @property
    def is_critical_and_waits(self) -> bool:
        """Whether it is critical, and nobody has taken it over yet: then it is told before all else."""
        return self.urgency is Urgency.CRITICAL and self.passed_state in (HandoffState.READY, HandoffState.CLAIMED)


class SheetSummary(Answer):
    """A sheet without its items."""

    id: UUID = Field(description="The sheet's id.")
    rota: str | None = Field(description="The rota whose shift ends; null for a sheet that was made without a rota.")
    outgoing: str = Field(description="The operator whose shift ends, as `human:NAME`.")
    incoming: list[str] = Field(
        description=("The operators who take over: those to whom it was signed, else those who are next by the rota.")
    )
    state: SheetState = Field(description="The state of the sheet.")
    overdue: bool = Field(description="Whether it should have been taken over by now.")
    starts_at: datetime | None = Field(description="When the shift started, where a rota says so.")
    ends_at: datetime = Field(description="When the shift ends.")
    due_at: datetime = Field(description="Until when it should be taken over.")
    drafted_at: datetime = Field(description="When the sheet was made.")
    signed_at: datetime | None = Field(description="When it was first signed.")
    signed_by: str | None = Field(description="Who signed it.")
    acknowledged_by: str | None = Field(description="Who acknowledged the sheet as a whole.")
    taken_over_at: datetime | None = Field(description="When the last of its items was acknowledged.")


class Sheet(SheetSummary):
    """What an outgoing operator leaves to the next one: a sheet with its items."""

    items: list[SheetItem] = Field(
        description="The handoffs that the outgoing operator holds, the most pressing first."
    )
    aware: list[SheetItem] = Field(description="The handoffs that wait in the rota's queue, critical ones first.")
    aware_count: int = Field(
        description="How many handoffs wait in that queue. `aware` may hold only the most pressing of them."
    )
    red: int = Field(description="How many items are not acknowledged although the sheet is signed.")
    completeness: float | None = Field(
        description="The mean completeness of the items, 0 to 1; null where there are none."
    )


class MakeSheet(Request):
    """Makes the sheet of a shift that ends, or returns the one that exists already."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rota": "payments-oncall", "outgoing": "human:ines"}]})

    rota: RotaName | None = Field(default=None, description="The rota whose shift ends.")
    outgoing: Person | None = Field(
        default=None,
        description=(
            "The operator whose shift ends. It can be left out where exactly one operator is on duty by the rota."
        ),
    )


class Assignment(Request):
    """Who should take one item over."""

    handoff_id: UUID = Field(description="The item, by the handoff's id.")
    to: Person = Field(description="Who should take it over.")


class SignSheet(Request):
    """Signs a sheet. For every item, a warm handoff with a brief of the template `shift` is requested.

    Signing again adds items that are new, and requests again those that were declined or failed.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:ines", "to": "human:tomasz"}]})

    agent: Person = Field(description="Who signs: the outgoing operator, or somebody for them.")
    to: Person | None = Field(
        default=None, description="Who takes over. It can be left out where the rota names exactly one operator."
    )
    assign: Annotated[list[Assignment], Field(max_length=500)] = Field(
        default_factory=list, description="Items that go to somebody other than `to`."
    )


class AcknowledgeItem(Request):
    """Reads an item back, and takes it over."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "agent": "human:tomasz",
                    "read_back": "Refund of $100 is with finance; call Dave by 18:00.",
                }
            ]
        }
    )

    agent: Person = Field(description="Who takes the item over.")
    read_back: Sentence = Field(
        description="What the item is about and what comes next, in one line. It is checked against the brief."
    )
    confirm_read_back: bool = Field(
        default=False, description="Whether to take it over even if the read-back contradicts the brief."
    )


class DeclineItem(Request):
    """Declines an item. It stays with the outgoing operator."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:tomasz", "reason": "No access there"}]})

    agent: Person = Field(description="Who declines the item.")
    reason: Sentence = Field(description="Why the item is declined. The outgoing operator reads this.")


class AcknowledgeSheet(Request):
    """Acknowledges a sheet as a whole: its waiting handoffs were read. If no item is open, the shift is taken over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:tomasz"}]})

    agent: Person = Field(description="Who acknowledges the sheet.")


class SheetFormat(StrEnum):
    """The format in which a sheet is returned."""

    JSON = "json"
    MARKDOWN = "markdown"
