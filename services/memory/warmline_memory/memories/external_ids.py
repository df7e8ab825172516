"""External ids: what was sent before under an id of the caller's own is found, and not stored again.

Such an id is unique in its session, or else in its namespace. Whoever keeps something under one first waits for their
turn with the session or the namespace, so that of two requests with the same id the second one finds what the first one
stored.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from warmline_memory import sessions, tenancy
from warmline_memory.memories.duplicates import Row
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction

Place = UUID | str
"""Where an id is unique: a session, by its id, or a namespace."""


@dataclass(frozen=True)
class Sent:
    """The rows of a request, sorted by whether they were sent before."""

    new: Sequence[Row]
    """The rows to store: without a repeat of what is stored, or of another row of the request."""
    known: Mapping[UUID, tables.Memory]
    """What is stored already, by the id of the row that repeats it."""
    repeated: Mapping[UUID, Row]
    """The first row of the request, by the id of the row that repeats it."""

    def first(self, row: Row) -> Row:
        """The row that stands for this one."""
        return self.repeated.get(row["id"], row)


def sent(db: Transaction, rows: Sequence[Row]) -> Sent:
    """Sort the rows of a request. Raises ``NotFound`` and ``AgentNotBound``."""
    named: dict[Place, set[str]] = defaultdict(set)
    for row in rows:
        if row["external_id"] is not None:
            named[_place(row)].add(row["external_id"])
    # Everybody takes these locks in one order, so that two requests cannot deadlock.
    stored = {
        (place, memory.external_id): memory
        for place in sorted(named, key=str)
        for memory in find(db, place, named[place])
    }
    new: dict[tuple[Place, str] | UUID, Row] = {}
    known: dict[UUID, tables.Memory] = {}
    repeated: dict[UUID, Row] = {}
    for row in rows:
        key = row["id"] if row["external_id"] is None else (_place(row), row["external_id"])
        if key in stored:
            known[row["id"]] = stored[key]
        elif key in new:
            repeated[row["id"]] = new[key]
        else:
            new[key] = row
    return Sent(list(new.values()), known, repeated)


def find(db: Transaction, place: Place, external_ids: Collection[str]) -> Sequence[tables.Memory]:
    """The memories of a session or a namespace that have these ids. Nobody adds one until the transaction ends.

    Raises ``NotFound`` and ``AgentNotBound``.
    """
    row = tables.Memory
    wanted = select(row).where(row.external_id == any_(literal(list(external_ids), ARRAY(Text))))
    if isinstance(place, UUID):
        tenancy.check_party(db, sessions.lock(db, place).agent)
        return db.scalars(wanted.where(row.session_id == place)).all()
    turn = func.hashtextextended(func.concat(func.warmline_tenant(), ":external-ids:", place, type_=Text), 0)
    db.execute(select(cast(func.pg_advisory_xact_lock(turn), Text)))
    return db.scalars(wanted.where(row.session_id.is_(None), row.namespace == place)).all()


def _place(row: Row) -> Place:
    place: Place = row["session_id"] or row["namespace"]
    return place
