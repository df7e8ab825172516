"""Exporting: a namespace as JSON Lines, a page at a time, in bounded memory."""

import base64
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import undefer

from warmline_memory import tenancy
from warmline_memory.errors import NotFound
from warmline_memory.storage import clock, tables
from warmline_memory.storage.database import Database
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.namespaces import (
    AttachmentLine,
    ConsolidationLine,
    Counts,
    EndLine,
    HandoffLine,
    HeaderLine,
    MemoryLine,
    SessionLine,
)

Line = SessionLine | HandoffLine | MemoryLine | ConsolidationLine | AttachmentLine

ROWS = 200
"""At most this many rows are read by one transaction, and as many lines given: memory for some megabytes of them."""
ROWS_OF = {"attachments": 1}
"""Of what is large by itself, fewer."""
FIRST = UUID(int=0)
"""Comes before every id."""


def export(
    database: Database, key_hash: bytes, namespace: str, *, address: str | None = None
) -> Generator[bytes, None, None]:
    """The lines of a namespace, as the tenant of a key, in blocks of whole lines.

    The first block is the header; whatever is wrong is raised before it comes: ``Unauthenticated``, and ``NotFound``
    where the namespace holds nothing. Each block is read by a transaction of its own, which is over before the block is
    given: however slowly blocks are taken, nothing is held meanwhile. ``Unauthenticated`` is also raised where the key
    is revoked on the way.

    A line shows its row as it is when its block is read. What is kept in a session that began after the sessions were
    read is left out, so that each line refers to lines before it.
    """
    pages = _Pages(database, key_hash, namespace, address)
    yield pages.begin()
    for noun in _KINDS:
        yield from pages.of(noun)
    yield pages.end()


def header(db: Transaction, namespace: str) -> HeaderLine:
    """The first line. Raises ``NotFound`` where the namespace holds nothing."""
    counts = Counts(**{noun: _count(db, table, rows, namespace) for noun, (table, rows, _) in _KINDS.items()})
    if not counts.sessions + counts.memories:
        raise NotFound(noun="namespace", id=namespace)
    return HeaderLine(
        **counts.model_dump(),
        namespace=namespace,
        tenant_id=tenancy.signed_in(db).tenant_id,
        exported_at=clock.now(db).astimezone(UTC),
    )


class _Pages:
    """One export. Of what it gave it keeps the ids of sessions and handoffs, about a hundred bytes for each."""

    def __init__(self, database: Database, key_hash: bytes, namespace: str, address: str | None) -> None:
        self._database, self._key_hash, self._namespace, self._address = database, key_hash, namespace, address
        self._counts: Counter[str] = Counter()
        self._given: dict[str, set[UUID]] = {"sessions": set(), "handoffs": set()}

    def begin(self) -> bytes:
        """The header."""
        with self._database.transaction(key_hash=self._key_hash, address=self._address) as db:
            tenancy.sign_in(db, self._key_hash)
            first = db.read(lambda reader: header(reader, self._namespace))
        return _written([first])

    def of(self, noun: str) -> Iterator[bytes]:
        """The blocks of one kind of line."""
        last: UUID | None = FIRST
        while last is not None:
            last, lines = self._read(noun, last)
            if lines:
                yield _written(lines)

    def end(self) -> bytes:
        """The last line."""
        return _written([EndLine.model_validate(self._counts)])

    def _read(self, noun: str, after: UUID) -> tuple[UUID | None, list[Line]]:
        """One page: the id to go on after, or None behind the last page, and its lines."""
        table, rows, line = _KINDS[noun]
        most = ROWS_OF.get(noun, ROWS)
        page = rows().where(table.namespace == self._namespace, table.id > after).order_by(table.id).limit(most)
        with self._database.transaction(key_hash=self._key_hash, address=self._address) as db:
            tenancy.sign_in(db, self._key_hash)
            # Made where they are read: a row is of its transaction.
            read = db.read(lambda reader: [(row[0].id, line(*row)) for row in reader.execute(page)])
        self._given.get(noun, set()).update(row_id for row_id, _ in read)
        lines = [whole for _, made in read if (whole := self._whole(made)) is not None]
        self._counts[noun] += len(lines)
        return (read[-1][0] if len(read) == most else None), lines

    def _whole(self, line: Line) -> Line | None:
        """The line, without what refers to rows that came later; None where without these it says nothing."""
        sessions, handoffs = self._given["sessions"], self._given["handoffs"]
        needed = {getattr(line, field, None) for field in ("session_id", "source_session_id", "chain_id")} - {None}
        if not needed <= sessions:
            return None
        if isinstance(line, MemoryLine) and line.handoff_id is not None and line.handoff_id not in handoffs:
            return None
        return _as_known(line, sessions, handoffs) if isinstance(line, HandoffLine) else line


def _as_known(line: HandoffLine, sessions: set[UUID], handoffs: set[UUID]) -> HandoffLine:
    """A handoff without what was started from it, or led to it, after the pages of that kind were read."""
    started = [one for one in line.started_session_ids if one in sessions]
    target = line.target_session_id if line.target_session_id in sessions else None
    returns = line.returns_id if line.returns_id in handoffs else None
    later = {"started_session_ids": started, "target_session_id": target, "returns_id": returns}
    return line.model_copy(update=later)


def _sessions() -> Select[Any]:
    return select(tables.Session)


def _handoffs() -> Select[Any]:
    session, handoff = tables.Session, tables.Handoff
    started = _ids(session.id, session.chain_id == handoff.chain_id, session.handoff_id == handoff.id)
    return select(handoff, started).options(undefer(handoff.brief), undefer(handoff.account))


def _memories() -> Select[Any]:
    memory, link = tables.Memory, tables.Supersession
    supersedes = _ids(link.superseded_id, link.memory_id == memory.id)
    superseded_by = _ids(link.memory_id, link.superseded_id == memory.id)
    return select(memory, memory.fingerprint.is_not(None), supersedes, superseded_by)


def _consolidations() -> Select[Any]:
    memory, consolidation = tables.Memory, tables.Consolidation
    return select(consolidation, _ids(memory.id, memory.consolidation_id == consolidation.id))


def _attachments() -> Select[Any]:
    row = tables.Attachment
    # What no message has brought yet is no part of a conversation.
    return select(row).where(row.memory_id.is_not(None)).options(undefer(row.content))


def _ids(column: Any, *wanted: ColumnElement[bool]) -> Any:
    return func.array(select(column).where(*wanted).order_by(column).scalar_subquery())


def _count(db: Transaction, table: Any, rows: Callable[[], Select[Any]], namespace: str) -> int:
    counted = rows().with_only_columns(func.count(), maintain_column_froms=True).where(table.namespace == namespace)
    return int(db.scalars(counted).one())


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


def _attachment_line(row: tables.Attachment) -> AttachmentLine:
    content = None if row.content is None else base64.b64encode(row.content).decode()
    beside = {"type": "attachment", "media_type": row.type, "sha256": row.sha256.hex(), "content": content}
    return AttachmentLine.model_validate({**_columns(row), **beside})


def _columns(row: Any) -> dict[str, Any]:
    return {**vars(row), "metadata": getattr(row, "custom", None)}


def _written(lines: Sequence[Line | HeaderLine | EndLine]) -> bytes:
    return b"".join(line.model_dump_json().encode() + b"\n" for line in lines)


# In the order in which an import can store them: each line refers to lines before it.
_KINDS: dict[str, tuple[Any, Callable[[], Select[Any]], Callable[..., Line]]] = {
    "sessions": (tables.Session, _sessions, _session_line),
    "handoffs": (tables.Handoff, _handoffs, _handoff_line),
    "memories": (tables.Memory, _memories, _memory_line),
    "consolidations": (tables.Consolidation, _consolidations, _consolidation_line),
    "attachments": (tables.Attachment, _attachments, _attachment_line),
}
