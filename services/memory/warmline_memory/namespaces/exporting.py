"""Exporting: a namespace as JSON Lines, all of one moment, in bounded memory."""

from collections import Counter
from collections.abc import Callable, Generator
from datetime import UTC
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import undefer

from warmline_memory import tenancy
from warmline_memory.errors import NotFound
from warmline_memory.storage import clock, tables
from warmline_memory.storage.database import Database
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.namespaces import (
    ConsolidationLine,
    Counts,
    EndLine,
    HandoffLine,
    HeaderLine,
    MemoryLine,
    SessionLine,
)

ROWS = 200
"""At most this many rows are fetched, and as many lines given, at a time: memory for some megabytes of them."""


def export(
    database: Database, key_hash: bytes, namespace: str, *, address: str | None = None
) -> Generator[bytes, None, None]:
    """The lines of a namespace, as the tenant of a key, in blocks of whole lines.

    The first block is the header; whatever is wrong is raised before it comes: ``Unauthenticated``, and ``NotFound``
    where the namespace holds nothing. Until the last block has been taken, or the generator is closed, one database
    connection is held.
    """
    with database.transaction(key_hash=key_hash, one_moment=True, address=address) as db:
        tenancy.sign_in(db, key_hash)
        yield _written([header(db, namespace)])
        counts: Counter[str] = Counter()
        for noun, (rows, line) in _parts(namespace).items():
            # A cursor of the server: the rows of a namespace may not fit into memory.
            with db.execute(rows, execution_options={"yield_per": ROWS}) as found:
                for block in found.partitions():
                    counts[noun] += len(block)
                    yield _written([line(*row) for row in block])
        yield _written([EndLine.model_validate(counts)])


def header(db: Transaction, namespace: str) -> HeaderLine:
    """The first line. Raises ``NotFound`` where the namespace holds nothing."""
    counts = Counts(**{noun: _count(db, rows) for noun, (rows, _) in _parts(namespace).items()})
    if not counts.sessions + counts.memories:
        raise NotFound(noun="namespace", id=namespace)
    return HeaderLine(
        **counts.model_dump(),
        namespace=namespace,
        tenant_id=tenancy.signed_in(db).tenant_id,
        exported_at=clock.now(db).astimezone(UTC),
    )


def _parts(namespace: str) -> dict[str, tuple[Select[Any], Callable[..., BaseModel]]]:
    # In the order in which an import can store them: each line refers to lines before it.
    session, handoff, memory, consolidation = tables.Session, tables.Handoff, tables.Memory, tables.Consolidation
    started = _ids(session.id, session.chain_id == handoff.chain_id, session.handoff_id == handoff.id)
    merged = _ids(memory.id, memory.consolidation_id == consolidation.id)
    link = tables.Supersession
    links = (
        _ids(link.superseded_id, link.memory_id == memory.id),
        _ids(link.memory_id, link.superseded_id == memory.id),
    )
    handoffs = _of(handoff, namespace).options(undefer(handoff.brief), undefer(handoff.account))
    return {
        "sessions": (_of(session, namespace), _session_line),
        "handoffs": (handoffs.add_columns(started), _handoff_line),
        "memories": (_of(memory, namespace).add_columns(memory.fingerprint.is_not(None), *links), _memory_line),
        "consolidations": (_of(consolidation, namespace).add_columns(merged), _consolidation_line),
    }


def _of(table: Any, namespace: str) -> Select[Any]:
    return select(table).where(table.namespace == namespace).order_by(table.id)


def _ids(column: Any, *wanted: ColumnElement[bool]) -> Any:
    return func.array(select(column).where(*wanted).order_by(column).scalar_subquery())


def _count(db: Transaction, rows: Select[Any]) -> int:
    return db.scalars(rows.order_by(None).with_only_columns(func.count())).one()


def _session_line(row: tables.Session) -> SessionLine:
    return SessionLine.model_validate(_columns(row))


def _handoff_line(row: tables.Handoff, started: list[Any]) -> HandoffLine:
    return HandoffLine.model_validate({**_columns(row), "to": row.target, "started_session_ids": started})


def _memory_line(
    row: tables.Memory, merges_repeats: bool, supersedes: list[Any], superseded_by: list[Any]
) -> MemoryLine:
    importance = round(row.importance, 6)
    beside = {"merges_repeats": merges_repeats, "supersedes": supersedes, "superseded_by": superseded_by}
    return MemoryLine.model_validate({**_columns(row), "importance": importance, **beside})


def _consolidation_line(row: tables.Consolidation, merged: list[Any]) -> ConsolidationLine:
    return ConsolidationLine.model_validate({**_columns(row), "merged_ids": merged})


def _columns(row: Any) -> dict[str, Any]:
    return {**vars(row), "metadata": getattr(row, "custom", None)}


def _written(lines: list[BaseModel]) -> bytes:
    return b"".join(line.model_dump_json().encode() + b"\n" for line in lines)
