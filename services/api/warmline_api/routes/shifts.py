"""Shifts: the sheets of shift changes: list, make, get, sign, acknowledge, decline."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Reader, Writer
from warmline_api.queries import SEVERAL, Cursor, Limit
from warmline_memory import shifts
from warmline_schemas.shifts import (
    AcknowledgeItem,
    AcknowledgeSheet,
    DeclineItem,
    MakeSheet,
    Person,
    RotaName,
    Sheet,
    SheetFormat,
    SheetSummary,
    SignSheet,
)
from warmline_schemas.wire import Page

router = Routes(prefix="/shifts", tags=["shifts"])


@router.get("")
def list_sheets(
    caller: Reader,
    rota: Annotated[list[RotaName] | None, Query(max_length=SEVERAL, description="Only of these rotas.")] = None,
    outgoing: Annotated[list[Person] | None, Query(max_length=SEVERAL, description="Only of these people.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[SheetSummary]:
    """Sheets without their items, newest first."""
    with caller.transaction() as db:
        return shifts.list_page(db, limit=limit, cursor=cursor, rota=rota, outgoing=outgoing)


@router.post("", status_code=201)
def make_sheet(ask: MakeSheet, caller: Writer) -> Answer[Sheet]:
    """Make the sheet of a shift that ends. The worker makes those of a rota by itself, in time."""
    return caller.once(ask, 201, lambda db: shifts.make(db, ask))


@router.get(
    "/{shift_id}",
    response_model=Sheet,
    responses={200: {"content": {"text/markdown": {}}, "description": "The sheet."}},
)
def get_sheet(
    shift_id: UUID,
    caller: Reader,
    format: Annotated[SheetFormat, Query(description="As JSON or Markdown.")] = SheetFormat.JSON,
) -> Response:
    """One sheet as it stands now: what the outgoing person holds, in the five parts of I-PASS, and what waits."""
    with caller.transaction() as db:
        sheet = shifts.get(db, shift_id)
        zone = shifts.zone_of_sheet(db, sheet.rota)
    if format is SheetFormat.MARKDOWN:
        return PlainTextResponse(shifts.to_markdown(sheet, zone), media_type="text/markdown")
    return JSONResponse(sheet.model_dump(mode="json"))


@router.post("/{shift_id}/sign", status_code=202)
def sign_sheet(shift_id: UUID, ask: SignSheet, caller: Writer) -> Answer[Sheet]:
    """Sign a sheet. Each item becomes a warm handoff to the incoming person, and is owned by the outgoing one
    until it is read back.
    """
    return caller.once(ask, 202, lambda db: shifts.sign(db, shift_id, ask))


@router.post("/{shift_id}/acknowledge")
def acknowledge_sheet(shift_id: UUID, ask: AcknowledgeSheet, caller: Writer) -> Answer[Sheet]:
    """Acknowledge a signed sheet as a whole. One with nothing open is taken over with that."""
    return caller.once(ask, 200, lambda db: shifts.acknowledge(db, shift_id, ask))


@router.post("/{shift_id}/items/{handoff_id}/acknowledge")
def acknowledge_item(shift_id: UUID, handoff_id: UUID, ask: AcknowledgeItem, caller: Writer) -> Answer[Sheet]:
    """Read one item back, and take it over with that."""
    return caller.once(ask, 200, lambda db: shifts.acknowledge_item(db, shift_id, handoff_id, ask))


@router.post("/{shift_id}/items/{handoff_id}/decline")
def decline_item(shift_id: UUID, handoff_id: UUID, ask: DeclineItem, caller: Writer) -> Answer[Sheet]:
    """Decline one item. The outgoing person keeps it, and reads the reason."""
    return caller.once(ask, 200, lambda db: shifts.decline_item(db, shift_id, handoff_id, ask))
