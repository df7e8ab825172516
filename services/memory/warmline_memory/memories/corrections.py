"""Corrections: which memory supersedes which, because whoever kept it said so or because a slot was stated anew."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, exists, func, literal, select, union
from sqlalchemy.dialects.postgresql import distinct_on, insert

from warmline_memory.errors import CannotSupersede
from warmline_memory.memories import slots
from warmline_memory.memories.slots import Stating
from warmline_memory.storage import tables
from warmline_memory.storage.database import Direct
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction

_LINK, _ROW = tables.Supersession.__table__, tables.Memory.__table__
_AGAIN = _LINK.alias("again")
# Of several corrections of one memory, that one holds which is not corrected itself, and of those the newest.
_CORRECTED = Direct(
    select(_LINK.c.superseded_id, _ROW.c.id, _ROW.c.namespace, _ROW.c.slot)
    .join(_ROW, (_ROW.c.tenant_id == _LINK.c.tenant_id) & (_ROW.c.id == _LINK.c.memory_id))
    .where(_LINK.c.superseded_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .ext(distinct_on(_LINK.c.superseded_id))
    .order_by(
        _LINK.c.superseded_id,
        exists().where(_AGAIN.c.superseded_id == _ROW.c.id),
        _ROW.c.event_time.desc(),
        _ROW.c.id.desc(),
    )
)


def superseding(db: Transaction, rows: Sequence[Stating]) -> dict[UUID, UUID]:
    """By the id of each superseded memory among ``rows``: the id of the memory that holds in its place.

    What was said to correct a memory goes before what its slot says. It takes one statement, one more where a memory
    states a slot, and one more where the newest value of a slot is not among ``rows``.
    """
    # A correction may state a slot, and the newest value of a slot may have been corrected: hence both, one after the
    # other, and the corrections once more.
    corrections = {row.superseded_id: row for row in _CORRECTED.run(db, ids=[row.id for row in rows])}
    by_slot = slots.superseding(db, [*rows, *corrections.values()])
    corrected = {superseded_id: row.id for superseded_id, row in corrections.items()}
    newest = list({*by_slot.values()} - {row.id for row in rows})
    if newest:
        corrected |= {row.superseded_id: row.id for row in _CORRECTED.run(db, ids=newest)}
    holding = {row.id: _holding(row.id, corrected, by_slot) for row in rows}
    return {row_id: holding_id for row_id, holding_id in holding.items() if holding_id != row_id}


def note(db: Transaction, memory: Stating, superseded_ids: Sequence[UUID]) -> None:
    """Note that a memory corrects others, and all that those corrected. It holds from now on, whatever corrected it.

    Raises ``CannotSupersede`` unless each of them is another memory of its namespace, and not the brief of a handoff.
    """
    _check(db, memory, superseded_ids)
    link = tables.Supersession
    # What is said again word for word is one memory with what was said before, so it may have been corrected meanwhile.
    db.execute(delete(link).where(link.superseded_id == memory.id))
    named = select(func.unnest(literal(list(superseded_ids), ARRAY(Uuid))).label("superseded_id"))
    wanted = union(named, select(link.superseded_id).where(among(link.memory_id, superseded_ids))).subquery()
    rows = select(wanted.c.superseded_id, literal(memory.id, Uuid)).where(wanted.c.superseded_id != memory.id)
    db.execute(insert(link).from_select(["superseded_id", "memory_id"], rows).on_conflict_do_nothing())


def _check(db: Transaction, memory: Stating, superseded_ids: Sequence[UUID]) -> None:
    """Raise ``CannotSupersede``, or else keep the memories from being forgotten until the transaction ends."""
    row = tables.Memory
    wanted = select(row.id, row.namespace, row.handoff_id).where(among(row.id, superseded_ids))
    # In the order of ids, as whoever forgets memories locks them.
    locked = wanted.order_by(row.id).with_for_update(read=True, key_share=True)
    there = {found.id: found for found in db.execute(locked)}
    for memory_id in superseded_ids:
        if memory_id not in there:
            raise CannotSupersede(memory_id=memory_id, fault="is not there")
        if there[memory_id].namespace != memory.namespace:
            raise CannotSupersede(memory_id=memory_id, fault=f"is of another namespace than {memory.namespace}")
        if there[memory_id].handoff_id is not None:
            raise CannotSupersede(memory_id=memory_id, fault="is the brief of a handoff, which its receivers rely on")
        if memory_id == memory.id:
            raise CannotSupersede(memory_id=memory_id, fault="is this memory itself")


def _holding(row_id: UUID, corrected: Mapping[UUID, UUID], by_slot: Mapping[UUID, UUID]) -> UUID:
    """What holds in the place of a memory; the memory itself where nothing supersedes it."""
    holding = corrected.get(row_id, row_id)
    newest = by_slot.get(holding, holding)
    newest = corrected.get(newest, newest)
    # A correction of the newest value of its own slot stands, although that value would supersede it by time.
    return holding if newest == row_id else newest
