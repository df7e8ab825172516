"""Shift changes: who is on and who is next, the sheets, and one sheet to sign or to read back item by item."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _, ngettext
from warmline_api.console.shell import PREFIX, Posted, Signed, Visitor, require
from warmline_api.console.shifts.people import people
from warmline_memory import customers, operators, shifts, tenancy
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.errors import ReadBackContradicts, WarmlineError
from warmline_memory.storage import Transaction
from warmline_schemas.operators import OperatorRole
from warmline_schemas.shifts import (
    AcknowledgeItem,
    AcknowledgeSheet,
    DeclineItem,
    MakeSheet,
    PartName,
    Sheet,
    SheetState,
    SheetSummary,
    SignSheet,
)
from warmline_schemas.targets import name_of

router = APIRouter(prefix="/shifts")

SHOWN = 30
"""At most this many sheets are shown on a page of the list."""
MOST_SAID = 2_000
"""What is said of a part of an item has at most so many characters."""


@router.get("")
def show_shifts(visitor: Signed, cursor: str | None = None) -> Response:
    """Who is on, who comes next, and the sheets of past and present shift changes."""
    return shell.page(visitor, "shifts/shifts.html", title=_("Shifts"), **_overview(visitor, cursor))


@router.post("")
def make_sheet(visitor: Posted) -> Response:
    """Make the operator's own sheet, before the shift ends by itself."""
    try:
        with visitor.transaction() as db:
            sheet = shifts.make(db, shell.read_form(MakeSheet, visitor.form, outgoing=visitor.agent))
    except WarmlineError as error:
        return shell.refused(visitor, error, "shifts/shifts.html", title=_("Shifts"), **_overview(visitor, None))
    return shell.done(_url(sheet.id))


@router.get("/{sheet_id}")
def show_sheet(sheet_id: UUID, visitor: Signed) -> Response:
    """One sheet as it stands now."""
    with visitor.transaction() as db:
        context = _context(db, visitor, sheet_id)
        tenancy.record_read(db, "sheet", sheet_id, "")
    return shell.page(visitor, "shifts/sheet.html", title=_("Shift change"), **context)


@router.post("/{sheet_id}/sign")
def sign(sheet_id: UUID, visitor: Posted) -> Response:
    """Sign a sheet, as its outgoing person or as a lead."""

    def work(db: Transaction) -> str:
        _require_own(visitor, _seen(db, visitor, sheet_id).outgoing)
        assign = [
            {"handoff_id": name.removeprefix("to-"), "to": to}
            for name, to in visitor.form.items()
            if name.startswith("to-") and to
        ]
        ask = shell.read_form(SignSheet, visitor.form, agent=visitor.agent, assign=assign)
        sheet = shifts.sign(db, sheet_id, ask)
        return ngettext(
            "Signed. {n} offered to the next person; until they take over, {who} keeps them.",
            "Signed. {n} offered to the next person; until they take over, {who} keeps them.",
            len(sheet.items),
            who=sheet.outgoing,
        )

    return _act(visitor, sheet_id, work)


@router.post("/{sheet_id}/acknowledge")
def acknowledge(sheet_id: UUID, visitor: Posted) -> Response:
    """Acknowledge the sheet as a whole."""

    def work(db: Transaction) -> str:
        _require_incoming(visitor, _seen(db, visitor, sheet_id))
        shifts.acknowledge(db, sheet_id, AcknowledgeSheet(agent=visitor.agent))
        return _("Marked as seen.")

    return _act(visitor, sheet_id, work)


@router.post("/{sheet_id}/items/{handoff_id}/acknowledge")
def acknowledge_item(sheet_id: UUID, handoff_id: UUID, visitor: Posted) -> Response:
    """Read one item back, and take it over with that."""

    def work(db: Transaction) -> str:
        _require_incoming(visitor, _seen(db, visitor, sheet_id))
        ask = shell.read_form(AcknowledgeItem, visitor.form, agent=visitor.agent)
        sheet = shifts.acknowledge_item(db, sheet_id, handoff_id, ask)
        return (
            ngettext("It is yours now; {n} left.", "It is yours now; {n} left.", sheet.red)
            if sheet.red
            else _("It is yours now; none is left.")
        )

    return _act(visitor, sheet_id, work, handoff_id)


@router.post("/{sheet_id}/items/{handoff_id}/say")
def say(sheet_id: UUID, handoff_id: UUID, visitor: Posted) -> Response:
    """Say what an item lacks, or that there is nothing to say, by name: as its outgoing person or as a lead."""
    part, said = shell.field(visitor.form, "part"), shell.field(visitor.form, "said").replace("\r\n", "\n")
    if visitor.form.get("none"):
        said = shifts.NOTHING_SAID.get(PartName(part), "") if part in set(PartName) else ""
        said = said.format(name=visitor.operator.display_name)

    def work(db: Transaction, ready: Ready) -> str:
        _require_own(visitor, _seen(db, visitor, sheet_id).outgoing)
        if part not in shifts.NOTHING_SAID or not said:
            raise shell.malformed({"said": _("Fill this in.")})
        if len(said) > MOST_SAID:
            raise shell.malformed({"said": _("At most {max_length} characters.", max_length=MOST_SAID)})
        shifts.say(db, sheet_id, handoff_id, PartName(part), said, visitor.agent, ready)
        return _("Kept. It goes over with the item.")

    def attempt(ready: Ready) -> Response:
        return _act(visitor, sheet_id, lambda db: work(db, ready), handoff_id)

    # Embedded once all else is found to be right, and outside of the transaction.
    return until_embedded(visitor.platform.embed, attempt)


@router.post("/{sheet_id}/items/{handoff_id}/decline")
def decline_item(sheet_id: UUID, handoff_id: UUID, visitor: Posted) -> Response:
    """Decline an item, as its receiver, or take it back, as the outgoing person or as a lead."""

    def work(db: Transaction) -> str:
        sheet = _seen(db, visitor, sheet_id)
        # Two people may decline: who is to take the item over, and who holds it, who thereby takes it back.
        if visitor.agent not in {item.to for item in sheet.items if item.handoff_id == handoff_id}:
            _require_own(visitor, sheet.outgoing)
        shifts.decline_item(db, sheet_id, handoff_id, shell.read_form(DeclineItem, visitor.form, agent=visitor.agent))
        return (
            _("You have it back.") if sheet.outgoing == visitor.agent else _("It stays with {who}.", who=sheet.outgoing)
        )

    return _act(visitor, sheet_id, work, handoff_id)


def _act(visitor: Visitor, sheet_id: UUID, work: Any, handoff_id: UUID | None = None) -> Response:
    """Do something with a sheet, and show it again; where that is refused, with all that was typed."""
    try:
        with visitor.transaction() as db:
            message = work(db)
    except WarmlineError as error:
        with visitor.transaction() as db:
            context = _context(db, visitor, sheet_id)
        found = error.facts.get("contradictions", []) if isinstance(error, ReadBackContradicts) else []
        context |= {"typed_at": handoff_id, "contradictions": found}
        return shell.refused(visitor, error, "shifts/sheet.html", title=_("Shift change"), **context)
    return shell.done(_url(sheet_id) + (f"#i-{handoff_id}" if handoff_id else ""), visitor.worded(message))


def _seen(db: Transaction, visitor: Visitor, sheet_id: UUID) -> Sheet:
    return shifts.get(db, sheet_id, operators.sees_sheet(visitor.operator), visitor.operator.zone)


def _require_incoming(visitor: Visitor, sheet: Sheet) -> None:
    """Refuse who is neither among those who come, nor the receiver of an item, nor a lead. Where nobody is named,
    whoever sees the sheet may take it over, but not the one who goes."""
    comes = {*sheet.incoming, *(item.to for item in sheet.items if item.to)} or {visitor.agent} - {sheet.outgoing}
    if visitor.agent not in comes:
        require(visitor, OperatorRole.LEAD)


def _require_own(visitor: Visitor, outgoing: str) -> None:
    if outgoing != visitor.agent:
        require(visitor, OperatorRole.LEAD)


def _context(db: Transaction, visitor: Visitor, sheet_id: UUID) -> dict[str, Any]:
    sheet = _seen(db, visitor, sheet_id)
    known = people(db)
    unknown = {*sheet.incoming} - {agent for agent, _, _ in known}
    known += [(agent, name_of(agent), _("no operator yet")) for agent in sorted(unknown)]
    return {
        "sheet": sheet,
        "critical": [item for item in sheet.aware if item.is_critical_and_waits],
        "others": [item for item in sheet.aware if not item.is_critical_and_waits],
        "people": known,
        "names": {agent: name for agent, name, _ in known},
        "customers": customers.names_of(db, {item.namespace for item in (*sheet.items, *sheet.aware)}),
        "is_own": sheet.outgoing == visitor.agent,
        "may_sign": _may_sign(visitor, sheet),
        "typed_at": None,
        "contradictions": [],
    }


def _may_sign(visitor: Visitor, sheet: Sheet) -> bool:
    is_allowed = sheet.outgoing == visitor.agent or visitor.may(OperatorRole.LEAD)
    return is_allowed and shifts.can_be_signed(sheet)


def _overview(visitor: Visitor, cursor: str | None) -> dict[str, Any]:
    with visitor.transaction() as db:
        watches = shifts.rotas_now(db)
        page = shifts.list_page(db, limit=SHOWN, cursor=cursor, seen=operators.sees_sheet(visitor.operator))
        names = {agent: name for agent, name, _ in people(db)}
    return {
        "watches": watches,
        "names": names,
        "yours": [sheet for sheet in page.items if _is_for(visitor, sheet)],
        "others": [sheet for sheet in page.items if not _is_for(visitor, sheet)],
        "next_cursor": page.next_cursor,
    }


def _is_for(visitor: Visitor, sheet: SheetSummary) -> bool:
    """Whether the operator has something to do with a sheet: it is theirs to sign, or to read back."""
    is_theirs = visitor.agent == sheet.outgoing or visitor.agent in sheet.incoming
    return is_theirs and sheet.state is not SheetState.TAKEN_OVER


def _url(sheet_id: UUID) -> str:
    return f"{PREFIX}/shifts/{sheet_id}"
