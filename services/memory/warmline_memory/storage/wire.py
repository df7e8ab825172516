"""Rows as the wire's answers."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from warmline_memory.storage import tables
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff, HandoffState, HandoffWithBrief
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Session, SessionState
from warmline_schemas.wire import STORED


def session(row: tables.Session) -> Session:
    """A session row as the wire shows it; only an open session owns its conversation."""
    is_open = row.ended_at is None
    return Session.model_validate(
        {
            **_columns(row),
            "state": SessionState.OPEN if is_open else SessionState.ENDED,
            "owns_conversation": row.owns_conversation and is_open,
        },
        context=STORED,
    )


MEMORY_COLUMNS = tuple(column for column in tables.Memory.__table__.c if column.name in {"slot", *Memory.model_fields})
"""The columns that ``memory_of`` needs, where a statement reads the table itself."""


def memory(row: tables.Memory, superseded_by: UUID | None = None) -> Memory:
    """A memory row as the wire shows it."""
    return memory_of(_columns(row), superseded_by)


def memory_of(columns: Mapping[Any, Any], superseded_by: UUID | None) -> Memory:
    """A memory by column name; importance is stored in single precision, and shown with six digits."""
    importance = round(columns["importance"], 6)
    shown = {**columns, "importance": importance, "superseded_by": superseded_by}
    return Memory.model_validate(shown, context=STORED)


def handoff(row: tables.Handoff) -> Handoff:
    """A handoff row as lists show it, without its brief."""
    return Handoff.model_validate({**_columns(row), "to": row.target}, context=STORED)


def handoff_with_brief(row: tables.Handoff) -> HandoffWithBrief:
    """A handoff row with its brief, once that is written."""
    # A draft that is renewed with its edits keeps the old brief in the row until the new one is there.
    written = None if row.state == HandoffState.REQUESTED else row.brief
    return HandoffWithBrief.model_validate(
        {**_columns(row), "to": row.target, "brief": written, "account": row.account}, context=STORED
    )


def brief(row: tables.Handoff) -> Brief | None:
    """The stored brief of a handoff, or None where it is not written yet."""
    return None if row.brief is None else Brief.model_validate(row.brief)


def account(row: tables.Handoff) -> Account | str | None:
    """The account that was handed in with a handoff."""
    return Account.model_validate(row.account) if isinstance(row.account, dict) else row.account


def claim(row: tables.Handoff) -> Claim:
    """The claim on a handoff that somebody holds."""
    return Claim.model_validate(
        {"handoff_id": row.id, "agent": row.holder, "token": row.token, "expires_at": row.lease_until}
    )


def _columns(row: tables.Table) -> dict[str, object]:
    """The loaded columns by attribute name; one that was never set is null in the database, and so here."""
    loaded = vars(row)
    return {**{name: loaded.get(name) for name in _names(type(row))}, "metadata": loaded.get("custom")}


# Asked for every row; it holds the names of columns, and one entry for each table.
@cache
def _names(table: type[tables.Table]) -> list[str]:
    return [attribute.key for attribute in inspect(table).column_attrs]
