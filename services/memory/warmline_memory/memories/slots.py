"""Slots: of the values that were stated for a name, the newest one holds, and supersedes the others."""

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
        """The memory's id."""

    @property
    def namespace(self) -> str:
        """The memory's namespace."""

    @property
    def slot(self) -> dict[str, Any] | None:
        """The name and the value that it states, under these keys; None where it states none."""


def superseding(db: Transaction, rows: Sequence[Stating]) -> dict[UUID, UUID]:
    """By the id of each superseded memory among ``rows``: the id of the memory that supersedes it.

    The newest memory (by event time, then id) of a slot's name in its namespace supersedes all that state another
    value. It is looked up whenever somebody asks, so that values may arrive in any order, and forgetting the newest
    brings the one before back. It takes one statement, and none where no memory states a slot.
    """
    stated = [(row, (row.namespace, row.slot["name"]), row.slot["value"]) for row in rows if row.slot is not None]
    if not stated:
        return {}
    newest = _newest(db, sorted({name for _, name, _ in stated}))
    found = ((row.id, value, *newest.get(name, (row.id, value))) for row, name, value in stated)
    return {row_id: newest_id for row_id, value, newest_id, newest_value in found if value != newest_value}


def _newest(db: Transaction, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[UUID, str]]:
    """Id and value of the newest memory of each slot, which is given by namespace and name."""
    # LATERAL with LIMIT 1 reads one row of an index for each slot, however many values a namespace has of it.
    wanted = values(column("namespace", String), column("name", String), name="wanted").data(names)
    memory = tables.Memory
    newest = (
        select(memory.id, memory.slot.label("slot"))
        .where(memory.namespace == wanted.c.namespace, memory.slot_name == wanted.c.name)
        .order_by(memory.event_time.desc(), memory.id.desc())
        .limit(1)
        .lateral("newest")
    )
    found = db.execute(select(wanted, newest).join(newest, true()))
    return {(namespace, name): (memory_id, slot["value"]) for namespace, name, memory_id, slot in found}
