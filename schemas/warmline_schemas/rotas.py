"""Rotas: which operator is on duty, and when."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.operators import OperatorName
from warmline_schemas.queues import ClockTime, QueueName, Weekday, Zone
from warmline_schemas.wire import Answer, Request

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
    in_week_of: date | None = Field(
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
        default=None, description="The operator who is replaced. Where this is left out, everybody on duty is."
    )
    starts: AwareDatetime = Field(description="When the swap starts, with an offset from UTC.")
    ends: AwareDatetime = Field(
        description="When the swap ends, with an offset from UTC. It must be later than `starts`."
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("ends: must be later than starts")
        return self


class WriteRota(Request):
    """Sets up a rota, or replaces it as a whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Payments on call",
                    "queue": "payments",
                    "zone": "Europe/Berlin",
                    "entries": [
                        {"operator": "ines", "days": ["monday", "tuesday"], "starts": "08:00", "ends": "20:00"},
                        {"operator": "tomasz", "days": ["monday", "tuesday"], "starts": "20:00", "ends": "08:00"},
                    ],
                    "swaps": [
                        {
                            "operator": "mei",
                            "instead_of": "ines",
                            "starts": "2026-03-02T08:00:00+01:00",
                            "ends": "2026-03-02T20:00:00+01:00",
                        }
                    ],
                }
            ]
        }
    )

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = Field(
        default=None, description="The name of the rota for people. Where this is left out, it is the rota's name."
    )
    queue: QueueName | None = Field(
        default=None,
        description="The queue that these operators work. The handoffs that wait in it are shown on their sheets.",
    )
    zone: Zone = Field(default="UTC", description="The time zone of the entries, by its IANA name.")
    entries: Annotated[list[RotaEntry], Field(max_length=200)] = Field(
        default_factory=list, description="Who is on duty week by week. Where entries overlap, several operators are."
    )
    swaps: Annotated[list[Swap], Field(max_length=400)] = Field(
        default_factory=list,
        description="Exceptions from the entries. Where two swaps overlap, the later one in the list holds.",
    )
    sheet_minutes: Annotated[int, Field(ge=0, le=720)] = Field(
        default=DEFAULT_SHEET_MINUTES, description="How many minutes before the end of a shift its sheet is made."
    )
    overdue_minutes: Annotated[int, Field(ge=0, le=1440)] = Field(
        default=DEFAULT_OVERDUE_MINUTES,
        description="After how many minutes from the end of a shift its sheet is overdue.",
    )


class Rota(WriteRota, Answer):
    """A rota: which operator is on duty, and when."""

    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra={"examples": []})

    name: str = Field(description="The name of the rota.")


class Rotas(Answer):
    """Every rota of a tenant."""

    rotas: list[Rota] = Field(description="Every rota, by name.")


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
