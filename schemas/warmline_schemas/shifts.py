"""Shift changes: the sheet that whoever goes signs, and whoever comes reads back item by item (I-PASS)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from warmline_schemas.briefs import BriefLine
from warmline_schemas.claims import Sentence
from warmline_schemas.handoffs import HandoffState, Urgency
from warmline_schemas.rotas import RotaName
from warmline_schemas.wire import Answer, Request

Person = Annotated[str, StringConstraints(pattern=r"^human:[a-z0-9][a-z0-9_.-]{0,63}$")]
"""A person as an agent, such as ``human:ines``."""


class SheetState(StrEnum):
    """Where a sheet is: `drafted`, `signed` by who goes, `taken_over` once nothing on it is unacknowledged."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    TAKEN_OVER = "taken_over"


class ItemState(StrEnum):
    """Where one item of a sheet is.

    `open`: nobody was asked to take it over. `writing`: its brief is being written. `waiting`: it waits to be read
    back. `acknowledged`: read back, and taken over. `declined`: it stays with who goes. `failed`: its brief could not
    be written. `passed_on`: somebody else took it over. `settled`: it was closed meanwhile. `aware`: it waits in the
    queue, and is nobody's yet.
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

    name: PartName = Field(description="Which part.")
    title: str = Field(description="Its heading as a reader sees it.")
    lines: list[BriefLine] = Field(description="What is said, each line with the memories that prove it.")
    given: bool = Field(description="Whether it has an entry, or says that there is none; false where it is missing.")


class SheetItem(Answer):
    """One handoff on a sheet."""

    handoff_id: UUID = Field(description="The handoff that whoever goes holds; for `aware` items the one that waits.")
    namespace: str = Field(description="Its namespace.")
    chain_id: UUID = Field(description="Its chain.")
    state: ItemState = Field(description="Where it is.")
    red: bool = Field(description="Whether it still belongs to who goes although the sheet is signed.")
    to: str | None = Field(description="Who shall take it over; null until the sheet is signed.")
    passed_id: UUID | None = Field(description="The handoff by which it goes over, once the sheet is signed.")
    passed_state: HandoffState | None = Field(description="Where that one is.")
    session_id: UUID | None = Field(description="The session in which it is worked on now.")
    taken_over_by: str | None = Field(description="Who took it over.")
    taken_over_at: datetime | None = Field(description="When.")
    note: str | None = Field(description="Why it was declined, or failed, or what it was resolved with.")
    urgency: Urgency = Field(description="How pressing it is.")
    level: int = Field(description="Its level.")
    breach_at: datetime | None = Field(description="The next promise that would be broken, or is.")
    snoozed_until: datetime | None = Field(description="Until when it is set aside.")
    parts: list[SheetPart] = Field(description="The five parts, in the order of I-PASS; none for `aware` items.")
    headline: str = Field(description="The item in one line.")
    since_count: int = Field(description="How many memories whoever goes has kept of it.")
    completeness: float = Field(ge=0, le=1, description="How many of the five parts are given, 0 to 1.")


class SheetSummary(Answer):
    """A sheet without its items."""

    id: UUID = Field(description="The sheet's id.")
    rota: str | None = Field(description="The rota whose shift ends; null for a sheet that was asked for without one.")
    outgoing: str = Field(description="Who goes.")
    incoming: list[str] = Field(description="Who comes: to whom it was signed, else who is on next by the rota.")
    state: SheetState = Field(description="Where it is.")
    overdue: bool = Field(description="Whether it should have been taken over by now.")
    starts_at: datetime | None = Field(description="When the shift started, where a rota says so.")
    ends_at: datetime = Field(description="When the shift ends.")
    due_at: datetime = Field(description="Until when it should be taken over.")
    drafted_at: datetime = Field(description="When it was made.")
    signed_at: datetime | None = Field(description="When it was first signed.")
    signed_by: str | None = Field(description="Who signed it.")
    acknowledged_by: str | None = Field(description="Who acknowledged the sheet as a whole.")
    taken_over_at: datetime | None = Field(description="When nothing on it was unacknowledged any more.")


class Sheet(SheetSummary):
    """What whoever goes leaves to whoever comes."""

    items: list[SheetItem] = Field(description="What whoever goes holds, the most pressing first.")
    aware: list[SheetItem] = Field(description="What waits in the rota's queue.")
    aware_count: int = Field(description="How much waits there, where the sheet shows only the most pressing.")
    red: int = Field(description="How many items are unacknowledged although the sheet is signed.")
    completeness: float | None = Field(
        description="The mean completeness of its items, 0 to 1; null where it has none."
    )


class MakeSheet(Request):
    """Makes the sheet of a shift that ends, or answers the one that is there already."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rota": "payments-oncall", "outgoing": "human:ines"}]})

    rota: RotaName | None = Field(default=None, description="The rota whose shift ends.")
    outgoing: Person | None = Field(
        default=None, description="Who goes; may be left out where one person alone is on by the rota."
    )


class Assignment(Request):
    """Who shall take one item over."""

    handoff_id: UUID = Field(description="The item.")
    to: Person = Field(description="Who.")


class SignSheet(Request):
    """Signs a sheet: every item on it goes over, warm, with a brief after the template `shift`.

    Signing again adds what came since, and asks again for what was declined or failed.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:ines", "to": "human:tomasz"}]})

    agent: Person = Field(description="Who signs: who goes, or somebody for them.")
    to: Person | None = Field(
        default=None, description="Who takes over; may be left out where the rota names one person."
    )
    assign: Annotated[list[Assignment], Field(max_length=500)] = Field(
        default_factory=list, description="Items that go to somebody else than `to`."
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

    agent: Person = Field(description="Who takes it over.")
    read_back: Sentence = Field(
        description="What it is about and what is next, in one line; checked against the brief."
    )
    confirm_read_back: bool = Field(
        default=False, description="Whether to take it over although the read-back contradicts the brief."
    )


class DeclineItem(Request):
    """Declines an item: it stays with who goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:tomasz", "reason": "No access there"}]})

    agent: Person = Field(description="Who declines.")
    reason: Sentence = Field(description="Why; whoever goes reads it.")


class AcknowledgeSheet(Request):
    """Acknowledges a sheet as a whole: what waits was read, and where nothing is open, the shift is taken over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:tomasz"}]})

    agent: Person = Field(description="Who acknowledges it.")


class SheetFormat(StrEnum):
    """How a sheet is rendered."""

    JSON = "json"
    MARKDOWN = "markdown"
