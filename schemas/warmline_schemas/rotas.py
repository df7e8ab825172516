"""Rotas: who is on duty, and when."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.operators import OperatorName
from warmline_schemas.queues import ClockTime, QueueName, Weekday, Zone
from warmline_schemas.wire import Answer, Request

RotaName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""A rota's name, such as ``payments-oncall``."""

MIDNIGHT = "24:00"
DEFAULT_SHEET_MINUTES = 15
DEFAULT_OVERDUE_MINUTES = 30


class RotaEntry(Request):
    """One person's hours on some days of the week."""

    operator: OperatorName = Field(description="Who is on; it works as `human:NAME`.")
    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = Field(
        description="The days on which the shift starts."
    )
    starts: ClockTime = Field(description="When it starts, as `08:00`.")
    ends: ClockTime = Field(
        description="When it ends, as `16:00`. At or before `starts` means on the next day; `24:00` is midnight."
    )
    every_weeks: Annotated[int, Field(ge=1, le=52)] = Field(
        default=1, description="In every week (1), every second week (2), and so on."
    )
    in_week_of: date | None = Field(
        default=None, description="A day of one week in which it holds; needed where it does not hold in every week."
    )

    @model_validator(mode="after")
    def _can_be_placed(self) -> Self:
        if self.starts == MIDNIGHT:
            raise ValueError("starts: write 00:00 of the next day")
        if self.every_weeks > 1 and self.in_week_of is None:
            raise ValueError("in_week_of: name a day of one week in which the entry holds")
        return self


class Swap(Request):
    """Somebody else than the weekly entries say, for once."""

    operator: OperatorName = Field(description="Who is on instead.")
    instead_of: OperatorName | None = Field(
        default=None, description="Whose place that is; everybody's where left out."
    )
    starts: AwareDatetime = Field(description="From when, with its offset.")
    ends: AwareDatetime = Field(description="Until when, with its offset; later than it starts.")

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
        default=None, description="What people call it; its name where left out."
    )
    queue: QueueName | None = Field(
        default=None, description="The queue that these people work; its waiting handoffs are on their sheets."
    )
    zone: Zone = Field(default="UTC", description="The time zone that the entries are in.")
    entries: Annotated[list[RotaEntry], Field(max_length=200)] = Field(
        default_factory=list, description="Who is on week by week; several at once where entries overlap."
    )
    swaps: Annotated[list[Swap], Field(max_length=400)] = Field(
        default_factory=list, description="What is different for once; of two at one time the later in the list holds."
    )
    sheet_minutes: Annotated[int, Field(ge=0, le=720)] = Field(
        default=DEFAULT_SHEET_MINUTES, description="How long before a shift's end its sheet is made, in minutes."
    )
    overdue_minutes: Annotated[int, Field(ge=0, le=1440)] = Field(
        default=DEFAULT_OVERDUE_MINUTES,
        description="How long after a shift's end its sheet may wait to be taken over, in minutes.",
    )


class Rota(WriteRota, Answer):
    """Who is on duty, and when."""

    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra={"examples": []})

    name: str = Field(description="Its name.")


class Rotas(Answer):
    """Every rota of a tenant."""

    rotas: list[Rota] = Field(description="By name.")


class Shift(Answer):
    """One person's stretch of duty without a break."""

    operator: str = Field(description="Who is on.")
    starts: datetime | None = Field(description="From when; null where it began more than two weeks ago.")
    ends: datetime | None = Field(description="Until when; null where no end is planned for two weeks.")


class OnDuty(Answer):
    """Who is on duty now, and who comes next."""

    rota: str = Field(description="The rota.")
    at: datetime = Field(description="The moment that was asked for.")
    now: list[Shift] = Field(description="Who is on; empty where nobody is.")
    next: list[Shift] = Field(description="Who comes on next, all at one moment; empty where nobody is planned.")
