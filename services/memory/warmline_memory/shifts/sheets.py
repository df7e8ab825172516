"""Sheets as they are read. What stands on a sheet is looked up in its handoffs and their briefs each time, so it is
never out of date; the sheet's own rows say only who goes, who comes, and which handoffs are on it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import undefer

from warmline_memory import operators, queues, source_memory, tenancy
from warmline_memory.briefs.rendering import escaped, one_line
from warmline_memory.errors import NotFound
from warmline_memory.language import harmless
from warmline_memory.shifts import duty, ipass, rotas
from warmline_memory.shifts.ipass import Case
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import clock, tables, wire
from warmline_memory.storage.pages import Many, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import BriefLine
from warmline_schemas.handoffs import HandoffState, ReadBack, Urgency
from warmline_schemas.shifts import ItemState, Sheet, SheetItem, SheetPart, SheetState, SheetSummary, WriteRota
from warmline_schemas.targets import name_of, of_operator, of_queue
from warmline_schemas.wire import Page

MOST_AWARE = 50
"""This many waiting handoffs are on a sheet, critical ones first, then the most pressing; the rest is only counted."""
SINCE_READ = 20
"""Of the memories since a brief, this many are read: the newest."""
SHIFT_CHANGE = "Shift change: "
"""The reason of a handoff by which an item goes over begins with this."""
ARROW = " → "
"""Stands in a brief's headline between who hands over and to whom."""
TEMPLATE = "shift"
"""The template of the briefs by which items go over."""
UNACKNOWLEDGED = frozenset({ItemState.OPEN, ItemState.WRITING, ItemState.WAITING, ItemState.DECLINED, ItemState.FAILED})
"""While an item is in one of these states, it belongs to the outgoing person."""


@dataclass
class Item:
    """An item of a sheet with its rows; ``signed`` is None while nobody was asked to take it over."""

    owned: tables.Handoff
    signed: tables.SheetItem | None = None
    passed: tables.Handoff | None = None

    @property
    def state(self) -> ItemState:
        """How far the item has got, by its handoffs."""
        # The order of the questions matters: what was taken over counts as that even if its old handoff has closed
        # since.
        passed, signed = self.passed, self.signed
        if passed is not None and signed is not None and passed.state in tables.TAKEN_OVER:
            return ItemState.ACKNOWLEDGED if signed.receiver == passed.holder else ItemState.PASSED_ON
        if self.owned.state == HandoffState.CLOSED:
            return ItemState.SETTLED
        if passed is None or passed.state == HandoffState.CANCELLED:
            return ItemState.DECLINED if signed and signed.declined_by else ItemState.OPEN
        if passed.state == HandoffState.FAILED:
            return ItemState.FAILED
        return ItemState.WAITING if passed.state in tables.WAITING else ItemState.WRITING

    @property
    def current(self) -> tables.Handoff:
        """The handoff by which the item is worked on now, and whose promises hold."""
        return self.passed if self.passed is not None and self.passed.state in tables.TAKEN_OVER else self.owned


def get(db: Transaction, sheet_id: UUID, seen: ColumnElement[bool] | None = None, zone: str | None = None) -> Sheet:
    """One sheet with all that stands on it now, with its times in a zone; where none is given, in that of its rota.

    Raises ``NotFound``, also where the condition ``seen`` is not met.
    """
    row = db.find(tables.Sheet, sheet_id)
    hidden = seen is not None and db.scalar(select(tables.Sheet.id).where(tables.Sheet.id == sheet_id, seen)) is None
    if row is None or hidden:
        raise NotFound(noun="shift sheet", id=sheet_id)
    return sheet(db, row, zone)


def list_page(
    db: Transaction,
    *,
    limit: int,
    cursor: str | None,
    rota: Many[str] = None,
    outgoing: Many[str] = None,
    seen: ColumnElement[bool] | None = None,
) -> Page[SheetSummary]:
    """Sheets without their items, newest first; those for which the condition ``seen`` holds."""
    rows = select(tables.Sheet).where(*matching(tables.Sheet, {"rota": rota, "outgoing": outgoing}))
    rows = rows if seen is None else rows.where(seen)
    return read_page(db, rows, tables.Sheet.id, lambda row: summary(db, row), limit=limit, cursor=cursor)


def summary(db: Transaction, row: tables.Sheet) -> SheetSummary:
    """A sheet without its items."""
    return _summary(row, _incoming(db, row), clock.now(db))


def sheet(db: Transaction, row: tables.Sheet, zone: str | None = None) -> Sheet:
    """A sheet with all that stands on it now. ``zone`` as for ``get``."""
    now = clock.now(db)
    own = items(db, row, with_briefs=True)
    aware, aware_count = _aware(db, row)
    pii = frozenset(tenancy.read_preferences(db).pii)
    zone = zone or zone_of(db, row.rota)
    since = _since(db, own)
    names = {**queues.titles(db), **operators.display_names(db)}
    is_signed = row.signed_at is not None
    shown = []
    for item in own:
        kept, count = since.get(item.owned.target_session_id, ((), 0))
        parts = ipass.parts(_case(item, kept, names), now, pii, zone)
        shown.append(_item(item, is_signed, count).model_copy(update=_parts(parts)))
    complete = [item.completeness for item in shown]
    return Sheet(
        **_summary(row, _incoming(db, row, own), now).model_dump(),
        items=shown,
        aware=[_waiting(handoff, names) for handoff in aware],
        aware_count=aware_count,
        red=sum(item.red for item in shown),
        completeness=sum(complete) / len(complete) if complete else None,
    )


def zone_of(db: Transaction, rota: str | None) -> str:
    """The time zone in which a sheet of a rota tells times: that of the rota, else the tenant's."""
    found = rotas.find(db, rota)
    return found.zone if found else tenancy.read_preferences(db).time_zone


def items(db: Transaction, row: tables.Sheet, *, with_briefs: bool = False) -> list[Item]:
    """The items of a sheet, the most pressing first.

    Before it is signed these are all handoffs that its outgoing person holds. Afterwards they are the ones that were
    signed, and those which that person has accepted before the shift ended and has not signed.
    """
    handoff = tables.Handoff
    found = {}
    if row.signed_at is not None:
        signed = select(tables.SheetItem).where(tables.SheetItem.sheet_id == row.id, tables.SheetItem.owned)
        found = {one.handoff_id: one for one in db.scalars(signed.execution_options(populate_existing=True))}
    on_it: ColumnElement[bool] = handoff.id.in_(found)
    # A sheet that was taken over stays as it was; until then it shows what its person has accepted meanwhile.
    if row.taken_over_at is None:
        theirs = (handoff.holder == row.outgoing) & tables.in_state(handoff, HandoffState.ACCEPTED)
        on_it |= theirs if row.signed_at is None else theirs & (handoff.accepted_at <= row.ends_at)
    # Handoffs may have been read before they were locked: they are read anew over what the session remembers of them.
    fresh = select(handoff).execution_options(populate_existing=True)
    fresh = fresh.options(undefer(handoff.brief)) if with_briefs else fresh
    owned = db.scalars(fresh.where(on_it).order_by(*queues.in_order(handoff))).all()
    onward = db.scalars(fresh.where(handoff.id.in_([one.passed_id for one in found.values()]))).all()
    passed: dict[UUID | None, tables.Handoff] = {one.source_session_id: one for one in onward}
    return [Item(one, found.get(one.id), passed.get(one.target_session_id)) for one in owned]


def waiting(rota: WriteRota | None) -> Select[tables.Handoff] | None:
    """The statement for what waits in a rota's queue, what is critical first, and then what is the most pressing; None
    where the rota has no queue."""
    if rota is None or rota.queue is None:
        return None
    handoff = tables.Handoff
    waits = select(handoff).where(handoff.target == of_queue(rota.queue), tables.in_state(handoff, *tables.WAITING))
    return waits.order_by(*_critical_first())


def _critical_first() -> tuple[Any, ...]:
    """The order of what only waits. A critical case that was promised for later must not be lost below others."""
    handoff = tables.Handoff
    return (case((handoff.urgency == Urgency.CRITICAL, 0), else_=1), *queues.in_order(handoff))


def _aware(db: Transaction, row: tables.Sheet) -> tuple[Sequence[tables.Handoff], int]:
    """The handoffs that waited when the sheet was signed, or wait now while it is not; and how many there are in
    all."""
    handoff = tables.Handoff
    if row.signed_at is not None:
        item = tables.SheetItem
        wanted = select(handoff).join(item, item.handoff_id == handoff.id)
        wanted = wanted.where(item.sheet_id == row.id, ~item.owned).order_by(*_critical_first())
    else:
        found = waiting(rotas.find(db, row.rota))
        if found is None:
            return [], 0
        wanted = found
    # Counted by the same conditions, without the order and the limit.
    count = db.scalars(wanted.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)).one()
    return db.scalars(wanted.limit(MOST_AWARE)).all(), count


def _since(db: Transaction, own: Collection[Item]) -> dict[UUID | None, tuple[list[SourceMemory], int]]:
    """By session: the newest memories that the outgoing person kept of an item, oldest first, and how many in all."""
    row = tables.Memory
    # Two windows in one statement: the place of a memory from the newest one, and how many there are in all.
    kept = (
        select(
            row.id,
            func.row_number().over(partition_by=row.session_id, order_by=row.ordinal.desc()).label("place"),
            func.count().over(partition_by=row.session_id).label("many"),
        )
        .where(row.session_id.in_([item.owned.target_session_id for item in own]), row.handoff_id.is_(None))
        .subquery()
    )
    newest = select(kept.c.many, row).join(row, row.id == kept.c.id).where(kept.c.place <= SINCE_READ)
    found: dict[UUID | None, tuple[list[SourceMemory], int]] = {}
    for many, memory in db.execute(newest.order_by(row.session_id, row.ordinal)):
        found.setdefault(memory.session_id, ([], many))[0].append(source_memory.source(wire.memory(memory)))
    return found


def _case(item: Item, since: Sequence[SourceMemory], names: Mapping[str, str]) -> Case:
    current, passed = item.current, item.passed
    accepted = wire.brief(item.owned)
    if accepted is not None:
        accepted = accepted.model_copy(update={"headline": _in_words(accepted.headline, names)})
    # A read-back counts as synthesis once the item is taken over by whom it was meant for.
    is_read_back = passed is not None and passed.read_back is not None and item.state is ItemState.ACKNOWLEDGED
    return Case(
        urgency=Urgency(current.urgency),
        level=current.level,
        breach_at=current.breach_at,
        snoozed_until=current.snoozed_until,
        accepted=accepted,
        handed_on=wire.brief(passed) if passed is not None else None,
        since=since,
        read_back=ReadBack.model_validate(passed.read_back) if passed is not None and is_read_back else None,
    )


def _in_words(headline: BriefLine, names: Mapping[str, str]) -> BriefLine:
    """A brief's headline with who hands over to whom as people call them: `Sam Okafor → On call`."""
    if not headline.label:
        return headline
    label = ARROW.join(_called(one, names) for one in headline.label.split(ARROW))
    return headline.model_copy(update={"label": harmless.untagged(label)})


def _called(name: str, names: Mapping[str, str]) -> str:
    return names.get(name) or name_of(name)


def _parts(parts: list[SheetPart]) -> dict[str, object]:
    return {"parts": parts, "completeness": ipass.completeness(parts)}


def _item(item: Item, is_signed: bool, since_count: int) -> SheetItem:
    owned, passed, state = item.owned, item.passed, item.state
    is_over = item.current is not owned
    return SheetItem.model_validate(
        {
            **_facts(item.current),
            "handoff_id": owned.id,
            "state": state,
            "red": is_signed and state in UNACKNOWLEDGED,
            "to": item.signed and item.signed.receiver,
            "passed_id": passed and passed.id,
            "passed_state": passed and passed.state,
            "session_id": item.current.target_session_id,
            "taken_over_by": item.current.holder if is_over else None,
            "taken_over_at": item.current.accepted_at if is_over else None,
            "note": _note(item),
            "headline": harmless.untagged(owned.reason.removeprefix(SHIFT_CHANGE)),
            "since_count": since_count,
        }
    )


def _note(item: Item) -> str | None:
    if item.state is ItemState.SETTLED:
        return item.owned.resolution or item.owned.closed_as
    if item.passed is not None and item.state in {ItemState.DECLINED, ItemState.FAILED}:
        return item.passed.problem
    return None


def _waiting(handoff: tables.Handoff, names: Mapping[str, str]) -> SheetItem:
    """A handoff that waits, or that waited when the sheet was signed, as an item to be aware of. All of them wait in
    the rota's queue, so that their headlines name only who handed over."""
    return SheetItem.model_validate(
        {
            **_facts(handoff),
            "state": ItemState.AWARE,
            "red": False,
            "to": handoff.target,
            "passed_id": None,
            "passed_state": handoff.state,
            "session_id": handoff.target_session_id,
            "taken_over_by": handoff.holder,
            "taken_over_at": handoff.accepted_at,
            "note": None,
            "headline": harmless.untagged(f"{_called(handoff.source_agent, names)}: {handoff.reason}"),
            "since_count": 0,
        }
    )


def _facts(handoff: tables.Handoff) -> dict[str, object]:
    return {
        "handoff_id": handoff.id,
        "namespace": handoff.namespace,
        "chain_id": handoff.chain_id,
        "urgency": handoff.urgency,
        "level": handoff.level,
        "breach_at": handoff.breach_at,
        "snoozed_until": handoff.snoozed_until,
        "parts": [],
        "completeness": 0,
    }


def _incoming(db: Transaction, row: tables.Sheet, own: Sequence[Item] = ()) -> list[str]:
    if row.signed_at is None:
        rota = rotas.find(db, row.rota)
        return [] if rota is None else people(rota, row.outgoing, row.ends_at)
    receivers = [row.signed_to, *(item.signed.receiver for item in own if item.signed), row.acknowledged_by]
    return list(dict.fromkeys(one for one in receivers if one))


def people(rota: WriteRota, outgoing: str, ends_at: datetime) -> list[str]:
    """The people who take over by a rota, as agents."""
    return [of_operator(name) for name in duty.incoming(rota, name_of(outgoing), ends_at)]


def _summary(row: tables.Sheet, incoming: list[str], now: datetime) -> SheetSummary:
    state = SheetState.DRAFTED if row.signed_at is None else SheetState.SIGNED
    if row.taken_over_at is not None:
        state = SheetState.TAKEN_OVER
    return SheetSummary(
        id=row.id,
        rota=row.rota,
        outgoing=row.outgoing,
        incoming=incoming,
        state=state,
        overdue=row.taken_over_at is None and row.due_at < now,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        due_at=row.due_at,
        drafted_at=row.drafted_at,
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        acknowledged_by=row.acknowledged_by,
        taken_over_at=row.taken_over_at,
    )


MISSING = "not said"
MARKS = {
    ItemState.OPEN: "not handed over",
    ItemState.WRITING: "brief is being written",
    ItemState.WAITING: "waits to be read back",
    ItemState.ACKNOWLEDGED: "acknowledged",
    ItemState.DECLINED: "declined",
    ItemState.FAILED: "brief could not be written",
    ItemState.PASSED_ON: "taken over elsewhere",
    ItemState.SETTLED: "closed meanwhile",
    ItemState.AWARE: "waits in the queue",
}
"""The words for an item's state."""


def to_markdown(sheet: Sheet, zone: str = "UTC") -> str:
    """A sheet as Markdown: who goes and comes, every item with its five parts, and what waits; times in a zone."""
    return "\n".join(_rows(sheet, ZoneInfo(zone))) + "\n"


def _rows(sheet: Sheet, zone: ZoneInfo) -> Iterator[str]:
    incoming = ", ".join(sheet.incoming) or "nobody yet"
    at = partial(ipass.in_zone, zone=zone)
    yield f"# {escaped(f'Shift change: {sheet.outgoing} to {incoming}')}"
    yield ""
    yield f"- Shift: {escaped(sheet.rota or 'on request')}, until {at(sheet.ends_at)}"
    yield f"- State: {sheet.state.value.replace('_', ' ')}{', OVERDUE' if sheet.overdue else ''}"
    yield f"- Signed: {f'{at(sheet.signed_at)} by {escaped(sheet.signed_by or str())}' if sheet.signed_at else 'no'}"
    yield f"- Taken over: {at(sheet.taken_over_at) if sheet.taken_over_at else 'no'}"
    if sheet.red:
        yield f"- UNACKNOWLEDGED: {sheet.red}, still with {escaped(sheet.outgoing)}"
    critical = [item for item in sheet.aware if item.is_critical_and_waits]
    yield from _aware_lines(f"CRITICAL, waiting in the queue: {len(critical)}", critical)
    for number, item in enumerate(sheet.items, 1):
        yield from _item_lines(number, item)
    if not sheet.items:
        yield from ("", "Nothing open.")
    others = [item for item in sheet.aware if not item.is_critical_and_waits]
    yield from _aware_lines(f"To know: {sheet.aware_count - len(critical)} waiting", others)


def _aware_lines(title: str, items: Sequence[SheetItem]) -> Iterator[str]:
    if items:
        yield from ("", f"## {title}", "")
        yield from (f"- {escaped(item.headline)} ({item.urgency.value}, level {item.level})" for item in items)


def _item_lines(number: int, item: SheetItem) -> Iterator[str]:
    mark = f"{'UNACKNOWLEDGED: ' if item.red else ''}{MARKS[item.state]}"
    yield from ("", f"## {number}. {escaped(item.headline)}", "", f"_{mark}_", "")
    if item.note:
        yield from (f"Note: {escaped(item.note)}", "")
    for part in item.parts:
        yield from _part(part)
    yield f"Handoff {item.passed_id or item.handoff_id}"


def _part(part: SheetPart) -> Iterator[str]:
    yield f"**{escaped(part.title)}**"
    yield ""
    yield from (f"- {escaped(_said(line))}" for line in part.lines)
    if not part.lines:
        yield f"- {MISSING}"
    yield ""


def _said(line: BriefLine) -> str:
    known = (line.owner and f"who: {line.owner}", line.due and f"by: {line.due}")
    notes = ", ".join(note for note in known if note)
    return f"{one_line(line)} ({notes})" if notes else one_line(line)
