"""Sealing contents: what people said before sealing was switched on is sealed, or opened again, in a running platform.

A batch at a time, each in a transaction of its own: killed anywhere and run again, it goes on with what is left. Every
column of a type of ``sealed_columns`` is looked at, so that none can be forgotten here.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, select, tuple_, type_coerce, update

from warmline_memory.storage import tables
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.sealed_columns import Sealed
from warmline_memory.storage.transactions import Transaction

BATCH = 100
"""So many rows are read by one transaction. A memory holds two megabytes at most."""
_KEY = "key_"
_MEMORIES = tables.Memory.__table__


def seal_contents(database: Database, only: Sequence[UUID] = ()) -> Iterator[tuple[str, int]]:
    """Bring what is stored of all tenants, or of ``only`` these, into the form in which ``database`` writes it, sealed
    or plain. Yields the name of the table and how many rows were changed, for each batch.

    Processes that write in the other form meanwhile leave rows for a next run. Raises ``SetupError``.
    """
    with database.transaction(role=Role.ADMIN) as db:
        tenant_ids = only or db.scalars(select(tables.Tenant.id).order_by(tables.Tenant.id)).all()
    for table in tables.Table.metadata.sorted_tables:
        if sealed := [column for column in table.c if isinstance(column.type, Sealed)]:
            for tenant_id in tenant_ids:
                yield from ((table.name, count) for count in _of_tenant(database, tenant_id, table, sealed))


def _of_tenant(database: Database, tenant_id: UUID, table: Table, sealed: Sequence[Any]) -> Iterator[int]:
    last: tuple[Any, ...] | None = None
    keys = list(table.primary_key)
    # By its own type a column would be opened when it is read.
    stored = [type_coerce(column, column.type.impl_instance).label(column.key) for column in sealed]
    beside = [_MEMORIES.c.fingerprint] if table is _MEMORIES else []
    rows = select(*keys, *stored, *beside).where(table.c.tenant_id == tenant_id).order_by(*keys).limit(BATCH)
    while True:
        after = rows if last is None else rows.where(tuple_(*keys) > last)
        with database.transaction(role=Role.ADMIN, tenant_id=tenant_id) as db:
            # In the order of ids, as whoever else locks several memories does it.
            found = db.execute(after.with_for_update(key_share=True)).all()
            changed = [row for row in found if _is_otherwise(db, row, sealed)]
            if changed:
                _store(db, table, sealed, changed)
        yield len(changed)
        if len(found) < BATCH:
            return
        last = tuple(found[-1][: len(keys)])


def _is_otherwise(db: Transaction, row: Row[Any], sealed: Sequence[Any]) -> bool:
    """Whether any value of a row is not stored as it would be now."""
    values = ((column.type, getattr(row, column.key)) for column in sealed)
    states = {type_.is_sealed(value) for type_, value in values if value is not None}
    return (not db.contents.seals) in states


def _store(db: Transaction, table: Table, sealed: Sequence[Any], rows: Sequence[Row[Any]]) -> None:
    keys = list(table.primary_key)
    values = [
        {
            **{_KEY + key.key: value for key, value in zip(keys, row, strict=False)},
            **{column.key: column.type.read(getattr(row, column.key)) for column in sealed},
        }
        for row in rows
    ]
    anew = {column.key: bindparam(column.key, type_=column.type) for column in sealed}
    if table is _MEMORIES:
        anew["fingerprint"] = bindparam("fingerprint", type_=_MEMORIES.c.fingerprint.type)
        for value, fingerprint in zip(values, _fingerprints(db, rows), strict=True):
            value["fingerprint"] = fingerprint
    mine = [key == bindparam(_KEY + key.key, type_=key.type) for key in keys]
    db.connection().execute(update(table).where(*mine).values(anew), values)


def _fingerprints(db: Transaction, rows: Sequence[Row[Any]]) -> list[bytes | None]:
    """The fingerprints of memories as they are to be stored; None for those that somebody said again meanwhile, which
    were stored as others."""
    content: Any = _MEMORIES.c.content.type
    turned = [
        row.fingerprint
        if content.is_sealed(row.content) == db.contents.seals
        else db.contents.fingerprint(row.fingerprint)
        if db.contents.seals
        else db.contents.plain_fingerprint(row.fingerprint)
        for row in rows
    ]
    wanted = [one for one in turned if one is not None]
    mine = {row.id for row in rows}
    row = _MEMORIES.c
    same = select(row.id, row.fingerprint).where(row.tenant_id == db.tenant_id, row.fingerprint.in_(wanted))
    taken = {found.fingerprint for found in db.execute(same) if found.id not in mine}
    return [None if one in taken else one for one in turned]
