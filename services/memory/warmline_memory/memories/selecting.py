"""Selecting: the memories of a namespace that have what is asked for, listed, counted, or named to be forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import REAL, ColumnElement, cast, func, select

from warmline_memory.memories import keeping
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.pages import ALWAYS, Period, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Memory


@dataclass(frozen=True)
class Selection:
    """Which memories are meant: those that have everything that is given. ``period`` is about when they were stored."""

    namespace: str
    session_id: UUID | None = None
    kind: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Members that their metadata have."""
    min_importance: float = 0.0
    max_importance: float = 1.0
    period: Period = ALWAYS

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions on the table of memories."""
        row = tables.Memory
        given = {"namespace": self.namespace, "session_id": self.session_id, "kind": self.kind}
        found = matching(row, given, period=self.period, at="created_at")
        if self.metadata:
            found.append(row.custom.contains(self.metadata))
        # Stored in single precision: 0.7 itself would be above what was stored of it.
        if self.min_importance > 0:
            found.append(row.importance >= cast(self.min_importance, REAL))
        if self.max_importance < 1:
            found.append(row.importance <= cast(self.max_importance, REAL))
        return found


class OfSession(NamedTuple):
    """What a session holds."""

    memories: int
    newest_at: datetime
    """When the newest of them was stored."""


def stretch(db: Transaction, selection: Selection, *, limit: int, offset: int = 0) -> list[Memory]:
    """Memories, newest first, behind the first ``offset``; fewer than ``limit`` where they are very long together."""
    rows = select(tables.Memory).where(*selection.conditions())
    page = read_page(db, rows, tables.Memory.id, lambda row: row, limit=limit, cursor=None, offset=offset)
    return keeping.shown(db, page.items)


def count(db: Transaction, selection: Selection) -> int:
    """How many memories are selected."""
    return db.scalars(select(func.count()).select_from(tables.Memory).where(*selection.conditions())).one()


def ids(db: Transaction, selection: Selection) -> Sequence[UUID]:
    """The ids of the selected memories, but for those of briefs, which cannot be forgotten."""
    row = tables.Memory
    return db.scalars(select(row.id).where(*selection.conditions(), row.handoff_id.is_(None))).all()


def of_sessions(db: Transaction, session_ids: Collection[UUID]) -> dict[UUID | None, OfSession]:
    """What each of these sessions holds; a session without memories is left out."""
    row = tables.Memory
    counted = select(row.session_id, func.count(), func.max(row.created_at)).where(among(row.session_id, session_ids))
    return {found[0]: OfSession(found[1], found[2]) for found in db.execute(counted.group_by(row.session_id))}
