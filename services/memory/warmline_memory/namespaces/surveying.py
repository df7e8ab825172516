"""Surveying: which namespaces there are, and what each of them holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal_column, select, union_all

from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction


@dataclass(frozen=True)
class Holding:
    """How much a namespace holds."""

    namespace: str
    memories: int
    sessions: int
    open_sessions: int


@dataclass(frozen=True)
class Survey:
    """What the memories of a namespace are like."""

    by_kind: Mapping[str, int]
    average_importance: float | None
    oldest_at: datetime | None
    newest_at: datetime | None


def holdings(db: Transaction, *, most: int, namespace: str | None = None) -> list[Holding]:
    """The namespaces that hold anything, by name, at most ``most`` of them, or only the one that is given."""
    memory, session = tables.Memory, tables.Session
    none: Any = literal_column("0")
    counted = union_all(
        _of(namespace, memory).with_only_columns(
            memory.namespace, func.count().label("memories"), none.label("sessions"), none.label("open_sessions")
        ),
        _of(namespace, session).with_only_columns(
            session.namespace, none, func.count(), func.count().filter(session.ended_at.is_(None))
        ),
    ).subquery("counted")
    columns = list(counted.c)
    sums = [func.sum(column) for column in columns[1:]]
    rows = db.execute(select(columns[0], *sums).group_by(columns[0]).order_by(columns[0]).limit(most))
    return [Holding(row[0], *map(int, row[1:])) for row in rows]


def survey(db: Transaction, namespace: str) -> Survey:
    """What the memories of a namespace are like; of one without memories there is nothing to say."""
    row = tables.Memory
    kinds = db.execute(select(row.kind, func.count()).where(row.namespace == namespace).group_by(row.kind)).all()
    figures = select(func.avg(row.importance), func.min(row.created_at), func.max(row.created_at))
    average, oldest, newest = db.execute(figures.where(row.namespace == namespace)).one()
    return Survey({kind: number for kind, number in kinds}, average, oldest, newest)


def _of(namespace: str | None, table: Any) -> Select[Any]:
    rows = select(table).group_by(table.namespace)
    return rows if namespace is None else rows.where(table.namespace == namespace)
