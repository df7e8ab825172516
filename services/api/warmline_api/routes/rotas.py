"""Rotas: list, get, delete, write, who is on, changes in part, the calendar."""

from typing import Annotated

from fastapi import Path, Query, Response

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Editor, Reader, Writer
from warmline_api.queries import Cursor, Limit
from warmline_memory import shifts
from warmline_schemas.shifts import ChangeRota, OnDuty, Rota, RotaName, WriteRota
from warmline_schemas.wire import Moment, Page

router = Routes(prefix="/rotas", tags=["rotas"])

Named = Annotated[RotaName, Path(description="The rota's name.")]


@router.get("")
def list_rotas(caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[Rota]:
    """The rotas of your tenant, by name."""
    with caller.transaction() as db:
        return shifts.list_rotas(db, limit=limit, cursor=cursor)


@router.get("/{name}")
def get_rota(name: Named, caller: Reader) -> Answer[Rota]:
    """One rota."""
    with caller.transaction() as db:
        found = shifts.read_rota(db, name)
    return Answer.versioned(found)


@router.get("/{name}/on")
def get_on_duty(
    name: Named,
    caller: Reader,
    at: Annotated[Moment | None, Query(description="At which moment, with its offset; now if left out.")] = None,
) -> OnDuty:
    """Who is on by a rota, and who comes next."""
    with caller.transaction() as db:
        return shifts.on_duty(db, name, at)


@router.delete("/{name}", status_code=204)
def delete_rota(name: Named, caller: Editor) -> Response:
    """Delete a rota. The sheets of its shifts stay."""
    with caller.editing(lambda db: shifts.read_rota(db, name)) as db:
        shifts.delete_rota(db, name)
    return Response(status_code=204)


@router.put("/{name}")
def write_rota(name: Named, ask: WriteRota, caller: Editor) -> Answer[Rota]:
    """Set up a rota, or replace it as a whole, with its swaps."""
    with caller.editing(lambda db: shifts.read_rota(db, name)) as db:
        made = shifts.write_rota(db, name, ask)

    return Answer.versioned(made)


@router.post("/{name}/changes")
def change_rota(name: Named, ask: ChangeRota, caller: Writer) -> Answer[Rota]:
    """Add swaps and absences to a rota, or take a calendar in. All of it, or nothing."""
    return caller.once(ask, 200, lambda db: shifts.change_rota(db, name, ask))


@router.get(
    "/{name}/calendar",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}, "description": "The calendar."}},
)
def get_calendar(name: Named, caller: Reader) -> Response:
    """The shifts of a rota as iCalendar."""
    with caller.transaction() as db:
        calendar = shifts.download_calendar(db, name)
    return Response(calendar, media_type="text/calendar")
