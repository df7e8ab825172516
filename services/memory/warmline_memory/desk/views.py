"""Views: what of a list somebody wants to see again and again, under a name, for themselves or for their team."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, String, and_, delete as delete_rows, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from warmline_memory import tenancy
from warmline_memory.errors import NotFound, TooManyViews
from warmline_memory.operators import Person
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.operators import OperatorRole

MOST_VIEWS, MOST_CHARS = 30, 60
"""How many views an operator has at most, and how long their names are: all of them stand above every list."""

_ROW, _MAKER = tables.SavedView, tables.Operator


@dataclass(frozen=True)
class View:
    """A saved view: ``shown`` is which list, what of it and in what order, as the address of its page has it."""

    id: UUID
    name: str
    shown: Mapping[str, str]
    is_shared: bool
    made_by: str
    """What people call who saved it."""
    may_delete: bool


def for_person(db: Transaction, person: Person) -> list[View]:
    """An operator's own views, and those that are shared by whoever works a queue or skill of theirs, by name."""
    queues, skills = (literal(list(names), ARRAY(String)) for names in (person.queues, person.skills))
    of_team = or_(_MAKER.queues.overlap(queues), _MAKER.skills.overlap(skills), literal(person.sees_all))
    is_seen = or_(_ROW.operator_id == person.id, and_(_ROW.is_shared, of_team))
    rows = select(_ROW, _MAKER.display_name).join(_MAKER, _MAKER.id == _ROW.operator_id).where(is_seen)
    found = db.execute(rows.order_by(func.lower(_ROW.name), _ROW.id)).all()
    return [View(row.id, row.name, row.shown, row.is_shared, maker, _may_delete(row, person)) for row, maker in found]


def save(db: Transaction, person: Person, name: str, shown: Mapping[str, str], *, is_shared: bool) -> None:
    """Save a view, or replace one's own of that name. Raises ``TooManyViews``."""
    others = select(func.count()).select_from(_ROW).where(_ROW.operator_id == person.id, _ROW.name != name)
    if db.scalars(others).one() >= MOST_VIEWS:
        raise TooManyViews(most=MOST_VIEWS)
    kept = {"shown": dict(shown), "is_shared": is_shared}
    row = insert(_ROW).values(id=uuid7(), operator_id=person.id, name=name, **kept)
    db.execute(row.on_conflict_do_update(index_elements=[_ROW.tenant_id, _ROW.operator_id, _ROW.name], set_=kept))
    tenancy.record_audit(db, "save-view", None, {"view": name, "shared": is_shared})


def delete(db: Transaction, person: Person, view_id: UUID) -> None:
    """Delete a view: one's own, or an administrator a shared one. Raises ``NotFound`` for any other."""
    row = db.find(_ROW, view_id)
    if row is None or not _may_delete(row, person):
        raise NotFound(noun="view", id=view_id)
    db.execute(delete_rows(_ROW).where(_ROW.id == view_id))
    tenancy.record_audit(db, "delete-view", None, {"view": row.name, "shared": row.is_shared})


def _may_delete(row: tables.SavedView, person: Person) -> bool:
    return row.operator_id == person.id or (row.is_shared and person.role is OperatorRole.ADMIN)
