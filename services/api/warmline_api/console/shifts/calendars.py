"""A rota's calendar: downloaded by whoever is signed in, and read by calendar programs at an address of its own."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from warmline_api.addresses import address_of
from warmline_api.console import shell
from warmline_api.console.languages import _, ngettext
from warmline_api.console.shell import PREFIX, Posted, Signed, Visitor, require
from warmline_api.console.shifts.rotas import HERE, checked_name, require_own, show
from warmline_memory import shifts, tenancy
from warmline_memory.errors import WarmlineError
from warmline_memory.platform import Platform
from warmline_schemas.operators import OperatorRole
from warmline_schemas.shifts import ChangeRota, Rota

router = APIRouter()

CALENDAR = "text/calendar; charset=utf-8"
TAKE, END, FOLLOW, UNFOLLOW = "take", "end", "follow", "unfollow"
FIELDS = {"calendar": "calendar-file", "people": "calendar-people", "feed": "feed-url"}
"""The fields of the forms by those of the request."""


@router.get("/calendars/{token}.ics")
def read_calendar(request: Request, token: str) -> Response:
    """The calendar at an address that somebody was given; calendar programs cannot sign in."""
    platform: Platform = request.app.state.platform
    token_hash = tenancy.key_hash(token)
    with platform.database.transaction(key_hash=token_hash, address=address_of(request)) as db:
        calendar = shifts.calendar_by_link(db, token_hash)
    return _answer(calendar)


@router.get("/shifts/rotas/{name}/calendar")
def download_calendar(name: str, visitor: Signed) -> Response:
    """A rota as a file."""
    with visitor.transaction() as db:
        calendar = shifts.download_calendar(db, checked_name(name))
    return _answer(calendar, {"Content-Disposition": f'attachment; filename="{name}.ics"'})


@router.post("/shifts/rotas/{name}/calendar")
def change_calendar(name: str, visitor: Posted) -> Response:
    """Take a calendar in; or make an address for this rota's own, shown this once; or have that lead nowhere."""
    require(visitor, OperatorRole.LEAD)
    with visitor.transaction() as db:
        rota = shifts.read_rota(db, checked_name(name))
    require_own(visitor, rota)
    verb = shell.field(visitor.form, "verb")
    if verb == TAKE:
        return _taken(visitor, rota)
    if verb == FOLLOW:
        return _followed(visitor, rota)
    if verb == UNFOLLOW:
        with visitor.transaction() as db:
            shifts.unfollow_calendar(db, name)
        return shell.done(f"{HERE}/rotas/{name}#calendar", _("It follows no calendar any more. Its shifts stay."))
    if verb == END:
        with visitor.transaction() as db:
            shifts.end_calendar_link(db, name)
        return shell.done(f"{HERE}/rotas/{name}#calendar", _("The address leads nowhere any more."))
    with visitor.transaction() as db:
        link = shifts.make_calendar_link(db, name)
    url = str(visitor.request.url.replace(path=f"{PREFIX}/calendars/{link.token}.ics", query=""))
    return shell.page(visitor, "shifts/calendar_link.html", title=_("Address of the calendar"), rota=rota, url=url)


def _taken(visitor: Visitor, rota: Rota) -> Response:
    try:
        ask = _read(visitor)
        with visitor.transaction() as db:
            changed = shifts.change_rota(db, rota.name, ask)
    except WarmlineError as error:
        return show(visitor, rota.name, "", error)
    count = len(changed.shifts)
    said = ngettext("Taken: {n} shift from the calendar.", "Taken: {n} shifts from the calendar.", count)
    return shell.done(f"{HERE}/rotas/{rota.name}#plan", said)


def _followed(visitor: Visitor, rota: Rota) -> Response:
    """Have the calendar at an address read from now on."""
    faults: dict[str, str] = {}
    url, people = shell.field(visitor.form, "feed-url").strip(), _people(visitor, "feed-people", faults)
    if not url:
        faults["feed-url"] = _("Enter the address of the calendar.")
    try:
        ask = _asked(faults, feed={"url": url, "people": people})
        with visitor.transaction() as db:
            shifts.change_rota(db, rota.name, ask)
    except WarmlineError as error:
        return show(visitor, rota.name, "", error)
    return shell.done(f"{HERE}/rotas/{rota.name}#calendar", _("It is read within five minutes, and then every hour."))


def _read(visitor: Visitor) -> ChangeRota:
    """The calendar that was uploaded, and who its people are. Raises ``MalformedForm``."""
    faults: dict[str, str] = {}
    content = next((file.content.decode(errors="replace") for file in visitor.files), "")
    if not content:
        faults["calendar-file"] = _("Choose a calendar file.")
    people = _people(visitor, "calendar-people", faults)
    return _asked(faults, calendar=content, people=people)


def _people(visitor: Visitor, name: str, faults: dict[str, str]) -> dict[str, str]:
    people = dict[str, str]()
    for line in filter(None, map(str.strip, shell.field(visitor.form, name).splitlines())):
        called, equals, operator = (part.strip() for part in line.rpartition("="))
        if not equals or not called or not operator:
            faults[name] = _("Write a name, = and an operator on each line, such as Ines W. = ines.")
        people[called] = operator
    return people


def _asked(faults: Mapping[str, str], **asked: Any) -> ChangeRota:
    if faults:
        raise shell.malformed(dict(faults))
    try:
        return ChangeRota.model_validate(asked)
    except ValidationError as error:
        found = shell.faults_of(error, lambda place: FIELDS.get(str(place[0]), "calendar-file"))
        raise shell.malformed(found) from error


def _answer(calendar: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(calendar, media_type=CALENDAR, headers={"Cache-Control": "no-store", **(headers or {})})
