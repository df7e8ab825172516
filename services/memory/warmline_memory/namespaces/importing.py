"""Importing: the lines of an export, a batch at a time. A batch is stored as a whole or not at all, and only once."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import tenancy
from warmline_memory.embedding import Embeddings
from warmline_memory.errors import InvalidLine
from warmline_memory.namespaces.relocating import Relocation, Row
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_memory.storage.vectors import HalfVectors
from warmline_schemas.namespaces import (
    AttachmentLine,
    ConsolidationLine,
    Counts,
    EndLine,
    HandoffLine,
    HeaderLine,
    Imported,
    Line,
    MemoryLine,
    SessionLine,
)

LineOf = TypeVar("LineOf", SessionLine, HandoffLine, MemoryLine, ConsolidationLine, AttachmentLine)

BATCH = 500
"""At most this many lines are stored by one transaction: their embeddings take some seconds, and a failure loses no
more than that."""
NEARLY_EXPIRED = timedelta(minutes=1)
"""A memory that expires sooner than this is not brought back: it could expire before its batch is stored."""

# PostgreSQL stores no U+0000. The pattern reads raw JSON, before it is parsed: an even number of backslashes before
# `\\u0000` are escaped backslashes and not the beginning of the escape.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 in a text, as JSON writes it; an escaped backslash before a plain ``u0000`` is none."""

_LINES: TypeAdapter[Line] = TypeAdapter(Line)
_NOUNS: dict[type, str] = {
    SessionLine: "sessions",
    HandoffLine: "handoffs",
    MemoryLine: "memories",
    ConsolidationLine: "consolidations",
    AttachmentLine: "attachments",
}

_TABLES: dict[type, Any] = {
    SessionLine: tables.Session,
    HandoffLine: tables.Handoff,
    MemoryLine: tables.Memory,
    ConsolidationLine: tables.Consolidation,
    AttachmentLine: tables.Attachment,
}


class Import:
    """One import into a namespace. ``embed`` makes embeddings of texts; ``transaction`` opens one as the caller, once
    for each batch.

    Lines come through ``take``, in order, and ``finish`` says what was added. Ids are mapped by a formula, so nothing
    of the lines before need be held.
    """

    def __init__(
        self,
        embed: Callable[[Sequence[str]], Embeddings],
        transaction: Callable[[], AbstractContextManager[Transaction]],
        namespace: str,
    ) -> None:
        self._embed, self._transaction, self._namespace = embed, transaction, namespace
        self._number = 0
        self._place: Relocation | None = None
        self._end: EndLine | None = None
        self._read: Counter[str] = Counter()
        self._added: Counter[str] = Counter()
        self._expired = 0

    def take(self, lines: Iterable[bytes]) -> None:
        """Store the next lines, about ``BATCH`` of them, in one transaction.

        Raises ``InvalidLine`` for a line that cannot be; of its batch nothing is stored then.
        """
        batch = [read for line in lines if (read := self._parsed(line)) is not None]
        if self._place is None and batch:
            self._begin(*batch.pop(0))
        if batch and isinstance(batch[-1][1], EndLine):
            self._end = batch.pop()[1]
        # What remains is of the middle of a file, so a header or an end is out of its place.
        for number, line in batch:
            if type(line) not in _NOUNS:
                raise InvalidLine(line=number, fault="type: this is the first or the last line, and nothing else")
        if batch:
            self._store(batch)

    def finish(self) -> Imported:
        """What was added. Raises ``InvalidLine`` where the last line is missing, or one before it."""
        if self._end is None:
            raise InvalidLine(line=self._number + 1, fault="the file ends without its `end` line, so it was cut off")
        if {noun: getattr(self._end, noun) for noun in _NOUNS.values()} != _counts(self._read):
            raise InvalidLine(line=self._number, fault="the counts are not those of the lines before: some are missing")
        added = _counts(self._added)
        there = sum(self._read.values()) - sum(added.values()) - self._expired
        return Imported(namespace=self._namespace, already_there=there, expired=self._expired, **added)

    def _parsed(self, line: bytes) -> tuple[int, Any] | None:
        self._number += 1
        if not line.strip():
            return None
        if self._end is not None:
            raise InvalidLine(line=self._number, fault="it comes after the `end` line")
        if NUL.search(line):
            raise InvalidLine(line=self._number, fault="a text holds U+0000, which cannot be stored")
        try:
            return self._number, _LINES.validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(map(str, first["loc"][1:]))
            fault = first["msg"].removeprefix("Value error, ")
            raise InvalidLine(line=self._number, fault=f"{field}: {fault}" if field else fault) from error

    def _begin(self, number: int, header: Line) -> None:
        if not isinstance(header, HeaderLine):
            raise InvalidLine(line=number, fault="type: the first line must be the header, of type `namespace`")
        announced = header.model_dump(mode="json", include={"exported_at", *Counts.model_fields})
        with self._transaction() as db:
            # Where it came from is no name here: an entry can be freed of the one namespace that it is about, and of no
            # other.
            moved = header.namespace != self._namespace
            tenancy.record_audit(db, "import", self._namespace, {"from_another": moved, **announced})
            self._place = Relocation(header, tenancy.signed_in(db).tenant_id, self._namespace)

    def _store(self, batch: Sequence[tuple[int, Any]]) -> None:
        place = cast(Relocation, self._place)
        memories, expired = self._arriving(_of(batch, MemoryLine))
        sessions = [place.session(line) for line in _of(batch, SessionLine)]
        files = list(_files(place, batch))
        with self._transaction() as db:
            _refuse_strays(db, place, batch)
            _refuse_taken(db, place, batch)
            added = Counter(sessions=len(_insert(db, tables.Session, sessions)))
            added["handoffs"] = _add_handoffs(db, place, _of(batch, HandoffLine))
            stored = [{**row, "fingerprint": db.contents.fingerprint(row["fingerprint"])} for row in memories]
            added["memories"] = len(_insert(db, tables.Memory, stored))
            _add_supersessions(db, place, _of(batch, MemoryLine))
            added["consolidations"] = _add_consolidations(db, place, _of(batch, ConsolidationLine))
            added["attachments"] = _add_attachments(db, place, files)
        self._added.update(added)
        self._expired += expired
        self._read.update(_NOUNS[type(line)] for _, line in batch)

    def _arriving(self, lines: Sequence[MemoryLine]) -> tuple[list[Row], int]:
        """The rows of the memories that are not there yet, with their embeddings; and how many have expired."""
        soon = datetime.now(UTC) + NEARLY_EXPIRED
        alive = [line for line in lines if line.expires_at is None or line.expires_at > soon]
        place = cast(Relocation, self._place)
        wanted = place.ids([line.id for line in alive])
        with self._transaction() as db:
            known = _existing(db, tables.Memory, place, wanted)
        new = [line for line, memory_id in zip(alive, wanted, strict=True) if memory_id not in known]
        # Outside of the transaction: computing takes far longer than storing, and would hold a connection.
        embeddings = self._embed([line.content for line in new])
        rows = [
            {**place.memory(line), "embedding": vector, "embedding_model_id": embeddings.model_id}
            for line, vector in zip(new, embeddings.vectors, strict=True)
        ]
        return rows, len(lines) - len(alive)


def _of(batch: Sequence[tuple[int, Any]], kind: type[LineOf]) -> list[LineOf]:
    return [line for _, line in batch if isinstance(line, kind)]


def _counts(counted: Counter[str]) -> dict[str, int]:
    return {noun: counted[noun] for noun in _NOUNS.values()}


def _refuse_strays(db: Transaction, place: Relocation, batch: Sequence[tuple[int, Any]]) -> None:
    """Raise ``InvalidLine`` for the first line that names a session or a handoff that did not come before."""
    for table, kind, references in (
        (tables.Session, SessionLine, _sessions_named),
        (tables.Handoff, HandoffLine, _handoffs_named),
    ):
        named = [(number, field, place.id(old)) for number, line in batch for field, old in references(line) if old]
        known = set(place.ids([line.id for _, line in batch if isinstance(line, kind)]))
        known |= _existing(db, table, place, {new for _, _, new in named} - known)
        for number, field, new in named:
            if new not in known:
                raise InvalidLine(line=number, fault=f"{field}: no line before has this id")


def _refuse_taken(db: Transaction, place: Relocation, batch: Sequence[tuple[int, Any]]) -> None:
    """Raise ``InvalidLine`` for the first line whose id a row of another namespace of the tenant has.

    It could be neither stored nor found in this namespace, so that to count it as there would be wrong.
    """
    lines = {(type(line), place.id(line.id)): number for number, line in batch}
    for kind, table in _TABLES.items():
        ids = [new for of, new in lines if of is kind]
        taken = select(table.id).where(among(table.id, ids), table.namespace != place.namespace)
        if found := [lines[kind, new] for new in db.scalars(taken)] if ids else []:
            raise InvalidLine(line=min(found), fault="id: a row of another namespace has this id")


def _sessions_named(line: Any) -> Iterator[tuple[str, UUID | None]]:
    for field in ("chain_id", "session_id", "source_session_id", "target_session_id"):
        yield field, getattr(line, field, None)
    yield from (("started_session_ids", old) for old in getattr(line, "started_session_ids", ()))


def _handoffs_named(line: Any) -> Iterator[tuple[str, UUID | None]]:
    for field in ("handoff_id", "returns_id"):
        yield field, getattr(line, field, None)


def _add_handoffs(db: Transaction, place: Relocation, lines: Sequence[HandoffLine]) -> int:
    added = _insert(db, tables.Handoff, [place.handoff(line) for line in lines])
    for line in lines:
        if (handoff_id := place.id(line.id)) in added:
            started = update(tables.Session).where(among(tables.Session.id, place.ids(line.started_session_ids)))
            db.execute(started.values(handoff_id=handoff_id), execution_options={"synchronize_session": False})
    return len(added)


def _add_supersessions(db: Transaction, place: Relocation, lines: Sequence[MemoryLine]) -> None:
    """Which memories correct which, where both are there by now; the line of the later one has it again."""
    link = tables.Supersession
    pairs = [pair for line in lines for pair in place.supersessions(line)]
    there = _existing(db, tables.Memory, place, {memory_id for pair in pairs for memory_id in pair})
    rows = [{"superseded_id": old, "memory_id": new} for old, new in pairs if {old, new} <= there]
    if rows:
        db.execute(insert(link).on_conflict_do_nothing(), rows)


def _add_consolidations(db: Transaction, place: Relocation, lines: Sequence[ConsolidationLine]) -> int:
    """Consolidations whose kept memory is there; it is not, where an exact duplicate of it was there before."""
    kept = _existing(db, tables.Memory, place, place.ids([line.kept_id for line in lines]))
    rows = [row for line in lines if (row := place.consolidation(line))["kept_id"] in kept]
    added = _insert(db, tables.Consolidation, rows)
    for line in lines:
        if (consolidation_id := place.id(line.id)) in added:
            merged = update(tables.Memory).where(among(tables.Memory.id, place.ids(line.merged_ids)))
            db.execute(
                merged.values(consolidation_id=consolidation_id), execution_options={"synchronize_session": False}
            )
    return len(added)


def _files(place: Relocation, batch: Sequence[tuple[int, Any]]) -> Iterator[Row]:
    """The attachments of a batch. Raises ``InvalidLine`` for bytes that are not those of the line."""
    for number, line in batch:
        if isinstance(line, AttachmentLine):
            try:
                yield place.attachment(line)
            except ValueError as error:
                raise InvalidLine(line=number, fault=str(error)) from error


def _add_attachments(db: Transaction, place: Relocation, rows: Sequence[Row]) -> int:
    """Attachments whose memory is there; it is not where it has expired, or a repeat of it was there before."""
    there = _existing(db, tables.Memory, place, {row["memory_id"] for row in rows})
    return len(_insert(db, tables.Attachment, [row for row in rows if row["memory_id"] in there]))


def _insert(db: Transaction, table: Any, rows: Sequence[Row]) -> set[UUID]:
    """Insert what is not there yet; the ids of what was inserted."""
    if not rows:
        return set()
    statement = insert(table)
    # Only here: the rows bind halfvec in binary, for which the statement must say the type (``storage.vectors``).
    if table is tables.Memory:
        statement = statement.values(embedding=bindparam("embedding", type_=HalfVectors()))
    return set(db.scalars(statement.on_conflict_do_nothing().returning(table.id), rows))


def _existing(db: Transaction, table: Any, place: Relocation, ids: Collection[UUID]) -> set[UUID]:
    wanted = select(table.id).where(table.namespace == place.namespace, among(table.id, ids))
    return set(db.scalars(wanted)) if ids else set()
