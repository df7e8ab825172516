"""Filling: what an item lacks is said on its sheet, as a note of the session that has it, by whoever says it.

So it stands on the sheet at once, and in the brief that goes over, like every note of its kind.
"""

from uuid import UUID

from warmline_memory import memories
from warmline_memory.embedding import Ready
from warmline_memory.errors import NotFound
from warmline_memory.shifts import sheet_rows
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Remember
from warmline_schemas.shifts import ItemState, PartName

KINDS = {PartName.ACTIONS: "task", PartName.CONTINGENCIES: "contingency"}
"""The parts that are filled by hand, and the kinds of memories that belong there: how bad something is follows from the
handoff, and what it is from what was said."""
NOTHING = {
    PartName.ACTIONS: "Nothing left to do, says {name}.",
    PartName.CONTINGENCIES: "Nothing expected, says {name}.",
}
"""What is kept where somebody says that there is nothing: a statement, by name."""
HERE = {ItemState.OPEN, ItemState.DECLINED, ItemState.FAILED}
"""The states in which an item is with whoever goes, and no brief of it is on its way."""


def say(db: Transaction, sheet_id: UUID, handoff_id: UUID, part: PartName, text: str, agent: str, ready: Ready) -> None:
    """Keep what was said of a part of an item.

    Raises ``NotFound``, ``SheetStateForbids`` once the item has gone on, and ``EmbeddingsWanted``.
    """
    row = sheet_rows.locked(db, sheet_id)
    item = next((one for one in sheet_rows.lock_items(db, row) if one.owned.id == handoff_id), None)
    if item is None:
        raise NotFound(noun="item of this sheet", id=handoff_id)
    if item.state not in HERE:
        raise sheet_rows.refused(item, item.state, "say more of it", "not handed over yet")
    embeddings = ready.of([text])
    assert embeddings is not None  # noqa: S101 (there is one text)
    note = Remember(session_id=item.owned.target_session_id, content=text, kind=KINDS[part], agent=agent)
    memories.keep_anywhere(db, note, embeddings)
