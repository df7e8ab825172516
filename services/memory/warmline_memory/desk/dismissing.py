"""Dismissing: an operator is deleted, and what they held goes back to where it came from."""

from uuid import UUID

from sqlalchemy import select

from warmline_memory import operators, tenancy
from warmline_memory.desk import actions
from warmline_memory.errors import HandoffInProgress
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.claims import ReleaseHandoff, TransferHandoff
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.targets import TargetKind, kind_of, of_operator

OF_SEVERAL = (TargetKind.QUEUE, TargetKind.SKILL)


def dismiss(db: Transaction, operator_id: UUID) -> int:
    """Delete an operator; the answer is how many cases went on to others. Raises ``NotFound``.

    What they had claimed waits again; what they had accepted goes on as a new handoff from their session; and what
    waits for them by name goes to the tenant's people.
    """
    agent = of_operator(operators.find(db, operator_id).name)
    # First, so that nothing is offered to them again.
    operators.delete_operator(db, operator_id)
    row = tables.Handoff
    theirs = (row.holder == agent) & tables.in_state(row, *tables.HELD)
    by_name = (row.target == agent) & tables.in_state(row, HandoffState.READY)
    # In one order, as every other transaction that locks several.
    found = db.scalars(select(row).where(theirs | by_name).order_by(row.id).with_for_update()).all()
    for handoff in found:
        _pass_on(db, handoff, agent)
    return len(found)


def _pass_on(db: Transaction, row: tables.Handoff, agent: str) -> None:
    reason = f"{agent} is no operator any more"
    to = row.target if kind_of(row.target) in OF_SEVERAL else tenancy.read_preferences(db).people_target
    if row.state == HandoffState.READY:
        actions.send_elsewhere(db, row, to, reason)
    elif row.state == HandoffState.CLAIMED and to == row.target:
        actions.release(db, row.id, ReleaseHandoff(token=row.token, reason=reason))
    else:
        try:
            actions.transfer(
                db, row.id, TransferHandoff(token=row.token, to=to, reason=f"{reason}. {row.reason}"[:2000])
            )
        except HandoffInProgress:
            return  # it is on its way to somebody already
