"""Slots: of the values that were stated for a name, the newest is the one that is true."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import column, select, true, values
from sqlalchemy.types import String

from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction


class Stating(Protocol):
    """A row that may state a slot."""

    @property
    def id(self) -> UUID:
        """Whose."""

    @property
    def namespace(self) -> str:
        """Where."""

    @property
    def slot(self) -> dict[str, Any] | None:
        """What."""


def superseding(db: Transaction, rows: Sequence[Stating]) -> dict[UUID, UUID]:
    """By the id of each superseded memory among ``rows``: the id of the memory that supersedes it.

    The newest memory (by event time, then id) of a slot's name in its namespace supersedes all that state another
    value. It is looked up whenever somebody asks, so that values may arrive in any order, and forgetting the newest
    brings the one before back. One statement, and none where no memory states a slot.
    """
    stated = [(row, (row.namespace, row.slot["name"]), row.slot["value"]) for row in rows if row.slot is not None]
    if not stated:
        return {}
    newest = _newest(db, sorted({name for _, name, _ in stated}))
    found = ((row.id, value, *newest.get(name, (row.id, value))) for row, name, value in stated)
    return {row_id: newest_id for row_id, value, newest_id, newest_value in found if value != newest_value}


def _newest(db: Transaction, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[UUID, str]]:
    """Id and value of the newest memory of each slot, which is given by namespace and name."""
    wanted = values(column("namespace", String), column("name", String), name="wanted").data(names)
    memory = tables.Memory
    newest = (
        select(memory.id, memory.slot["value"].astext.label("value"))
        .where(memory.namespace == wanted.c.namespace, memory.slot_name == wanted.c.name)
        .order_by(memory.event_time.desc(), memory.id.desc())
        .limit(1)
        .lateral("newest")
    )
    found = db.execute(select(wanted, newest).join(newest, true()))
    return {(namespace, name): (memory_id, value) for namespace, name, memory_id, value in found}
