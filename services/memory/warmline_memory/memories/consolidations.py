"""Consolidations: the rows that say which memory stands for which; making, reading and undoing them."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, column, func, select, update, values
from sqlalchemy.dialects.postgresql import aggregate_order_by
from uuid_utils.compat import uuid7

from warmline_memory.errors import NotFound
from warmline_memory.memories.near_duplicates import Group
from warmline_memory.storage import tables
from warmline_memory.storage.pages import Many, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Consolidation
from warmline_schemas.wire import Page

Merged = Mapping[UUID | None, Sequence[UUID]]
"""The ids of the memories that each consolidation merged, by the id of the consolidation."""

# These statements do not look through the session for rows that they change; whoever needs such a row refreshes it.
_WITHOUT_LOADING = {"synchronize_session": False}


def make(db: Transaction, namespace: str, groups: Sequence[Group]) -> list[Consolidation]:
    """Let the kept memory of each group stand for the others. The kept memories are not touched."""
    if not groups:
        return []
    rows = [
        tables.Consolidation(id=uuid7(), namespace=namespace, kept_id=group.kept.id, similarity=group.similarity)
        for group in groups
    ]
    db.add_all(rows)
    db.flush()
    merged: Merged = {row.id: [one.id for one in group.merged] for row, group in zip(rows, groups, strict=True)}
    pairs = [(memory_id, row_id) for row_id, memory_ids in merged.items() for memory_id in memory_ids]
    standing = values(column("memory_id", Uuid), column("consolidation_id", Uuid), name="standing").data(pairs)
    db.execute(
        update(tables.Memory)
        .where(tables.Memory.id == standing.c.memory_id)
        .values(consolidation_id=standing.c.consolidation_id),
        execution_options=_WITHOUT_LOADING,
    )
    return [_shown(row, merged) for row in rows]


def get(db: Transaction, consolidation_id: UUID) -> Consolidation:
    """One consolidation with the memories that it merged. Raises ``NotFound``."""
    row = db.find(tables.Consolidation, consolidation_id)
    if row is None:
        raise NotFound(noun="Consolidation", id=consolidation_id)
    return _shown(row, _merged(db, [row]))


def list_page(db: Transaction, *, limit: int, cursor: str | None, namespace: Many[str] = None) -> Page[Consolidation]:
    """Consolidations, undone ones too, newest first."""
    rows = select(tables.Consolidation).where(*matching(tables.Consolidation, {"namespace": namespace}))
    page = read_page(db, rows, tables.Consolidation.id, lambda row: row, limit=limit, cursor=cursor)
    merged = _merged(db, page.items)
    return Page[Consolidation](items=[_shown(row, merged) for row in page.items], next_cursor=page.next_cursor)


def undo(db: Transaction, consolidation_id: UUID) -> None:
    """Let the memories of a consolidation stand for themselves again, for good. May be repeated. Raises
    ``NotFound``."""
    if not _undo(db, tables.Consolidation.id == consolidation_id):
        raise NotFound(noun="Consolidation", id=consolidation_id)


def undo_around(db: Transaction, memory: tables.Memory) -> None:
    """Undo the consolidation that a memory is part of, as kept or merged, because its content is about to change."""
    row = tables.Consolidation
    _undo(db, (row.undone_at.is_(None)) & ((row.kept_id == memory.id) | (row.id == memory.consolidation_id)))
    db.refresh(memory, ["consolidation_id"])


def _undo(db: Transaction, which: ColumnElement[bool]) -> bool:
    row, memory = tables.Consolidation, tables.Memory
    # The first time counts: ``undone_at`` says for ever which memories must not be merged again.
    undone = db.scalars(
        update(row).where(which).values(undone_at=func.coalesce(row.undone_at, func.now())).returning(row.id),
        execution_options=_WITHOUT_LOADING,
    ).all()
    db.execute(
        update(memory).where(memory.consolidation_id.in_(undone)).values(consolidation_id=None),
        execution_options=_WITHOUT_LOADING,
    )
    return bool(undone)


def _merged(db: Transaction, rows: Iterable[tables.Consolidation]) -> Merged:
    """The ids of the memories that consolidations merged, oldest first."""
    memory = tables.Memory
    of_these = memory.consolidation_id.in_([row.id for row in rows])
    found = select(memory.consolidation_id, func.array_agg(aggregate_order_by(memory.id, memory.id)))
    return dict(db.execute(found.where(of_these).group_by(memory.consolidation_id)).all())


def _shown(row: tables.Consolidation, merged: Merged) -> Consolidation:
    return Consolidation(
        id=row.id,
        namespace=row.namespace,
        kept_id=row.kept_id,
        merged_ids=list(merged.get(row.id, ())),
        similarity=round(row.similarity, 6),
        made_at=row.made_at,
        undone_at=row.undone_at,
    )
