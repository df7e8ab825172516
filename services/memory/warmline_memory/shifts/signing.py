"""Handing over: whoever goes signs a sheet, and every item on it is asked to go to whoever comes."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import handoffs, sessions, tenancy
from warmline_memory.errors import HandoffInProgress, NotFound, PersonNeeded
from warmline_memory.shifts import rotas, sheets, taking_over
from warmline_memory.shifts.sheets import Item
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffMode, RequestHandoff
from warmline_schemas.reasons import ReasonCode
from warmline_schemas.shifts import ItemState, Sheet, SheetState, SignSheet

LOOK_AGAIN = timedelta(seconds=30)
"""How often the worker looks at a signed sheet, for items that were taken over or settled elsewhere."""
REASON_CHARS = 2_000
REQUESTED_ANEW = frozenset({ItemState.OPEN, ItemState.DECLINED, ItemState.FAILED})


def sign(db: Transaction, sheet_id: UUID, ask: SignSheet) -> Sheet:
    """Sign a sheet: every item is asked to go over.

    Again adds what came since, and asks again for what was declined or failed. Raises ``NotFound``, ``PersonNeeded``,
    and ``SheetStateForbids`` for one that was taken over.
    """
    row = taking_over.lock(db, sheet_id)
    if row.taken_over_at is not None:
        raise taking_over.forbidden(row, SheetState.TAKEN_OVER, "sign", "not taken over")
    own = lock_items(db, row)
    receivers = {one.handoff_id: one.to for one in ask.assign}
    unknown = receivers.keys() - {item.owned.id for item in own}
    if unknown:
        raise NotFound(noun=f"item of shift sheet {row.id}:", id=min(unknown))
    asked = [item for item in own if item.state in REQUESTED_ANEW]
    to = ask.to or row.signed_to or _alone_incoming(db, row, any(item.owned.id not in receivers for item in asked))
    for item in asked:
        _pass(db, row, item, _checked(row, receivers.get(item.owned.id, to)))
    if row.signed_at is None:
        _keep_aware(db, row)
        row.signed_at, row.signed_by = func.now(), ask.agent
    row.signed_to = None if to is None else _checked(row, to)
    row.wake_at = func.now() + LOOK_AGAIN
    db.flush()
    db.refresh(row)
    taking_over.record(db, EventType.SHIFT_SIGNED, row, ask.agent, items=len(own), to=row.signed_to)
    return sheets.sheet(db, row)


def lock_items(db: Transaction, row: tables.Sheet) -> list[Item]:
    """The items of a sheet as they are once all their chains are locked, before the first event is written.

    All of them are locked before any event: events wait for each other, and must not wait for a chain.
    """
    sessions.lock_chains(db, [item.owned.chain_id for item in sheets.items(db, row)])
    return sheets.items(db, row)


def _alone_incoming(db: Transaction, row: tables.Sheet, is_needed: bool) -> str | None:
    """Who comes by the rota. Raises ``PersonNeeded`` where that is nobody or several, and something is to be taken."""
    rota = rotas.find(db, row.rota)
    there = sheets.people(rota, row.outgoing, row.ends_at) if rota else []
    if len(there) == 1 or not is_needed:
        return there[0] if len(there) == 1 else None
    who = " and ".join(there) if there else "Nobody"
    raise PersonNeeded(why=f"{who} would be on when this shift ends.", field="to", verb="takes over")


def _checked(row: tables.Sheet, to: str | None) -> str:
    if to is None or to == row.outgoing:
        raise PersonNeeded(why=f"{row.outgoing} goes.", field="to", verb="takes over")
    return to


def _pass(db: Transaction, row: tables.Sheet, item: Item, to: str) -> None:
    """Ask for an item to go over. Where its session is on its way to somebody else already, that handoff stands."""
    try:
        passed_id = handoffs.request(db, _request(db, row, item.owned, to)).id
    except HandoffInProgress as error:
        passed_id = error.facts["handoff_id"]
    kept = tables.SheetItem
    asked = {"receiver": to, "passed_id": passed_id, "declined_by": None, "told_at": None}
    db.execute(
        insert(kept)
        .values(sheet_id=row.id, handoff_id=item.owned.id, owned=True, **asked)
        .on_conflict_do_update(index_elements=[kept.tenant_id, kept.sheet_id, kept.handoff_id], set_=asked)
    )


def _request(db: Transaction, row: tables.Sheet, owned: tables.Handoff, to: str) -> RequestHandoff:
    reason = sheets.SHIFT_CHANGE + owned.reason.removeprefix(sheets.SHIFT_CHANGE)
    known = {*ReasonCode, *tenancy.read_preferences(db).reason_codes}
    return RequestHandoff.model_validate(
        {
            "session_id": owned.target_session_id,
            "to": to,
            "reason": reason[:REASON_CHARS],
            "goal": owned.goal,
            "mode": HandoffMode.WARM,
            # A code that the tenant has given up meanwhile must not keep a shift from ending.
            "reason_code": owned.reason_code if owned.reason_code in known else ReasonCode.OTHER,
            "urgency": owned.urgency,
            "language": owned.language,
            "template": taking_over.TEMPLATE,
            "metadata": {"sheet_id": str(row.id)},
        }
    )


def _keep_aware(db: Transaction, row: tables.Sheet) -> None:
    """Keep what waits in the rota's queue at this moment."""
    wanted = sheets.waiting(rotas.find(db, row.rota))
    if wanted is not None:
        kept = tables.SheetItem
        ids = db.scalars(wanted.with_only_columns(tables.Handoff.id).limit(sheets.MOST_AWARE)).all()
        db.add_all(kept(sheet_id=row.id, handoff_id=handoff_id, owned=False) for handoff_id in ids)
