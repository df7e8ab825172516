"""Rotas: one with its plan of the next weeks, its changes for once, and the form in which a lead or an administrator
writes it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from warmline_api import versions
from warmline_api.console import languages, shell
from warmline_api.console.languages import _
from warmline_api.console.shell import PREFIX, Posted, Signed, Visitor, require
from warmline_api.console.shifts import rota_changes, rota_forms
from warmline_api.console.shifts.people import people
from warmline_memory import queues, shifts, storage
from warmline_memory.errors import ChangedMeanwhile, WarmlineError
from warmline_memory.shifts import Plan
from warmline_memory.storage import Transaction
from warmline_schemas.operators import OperatorRole
from warmline_schemas.queues import Weekday
from warmline_schemas.shifts import Absence, ChangeRota, Rota, RotaName, WriteRota
from warmline_schemas.targets import name_of, of_operator

router = APIRouter(prefix="/shifts")

HERE = f"{PREFIX}/shifts"
NAME: TypeAdapter[str] = TypeAdapter(RotaName)
DAY: TypeAdapter[date] = TypeAdapter(date)
WEEKS = 4
"""A plan shows this many weeks."""
FARTHEST = timedelta(days=800)
"""A plan begins at most this long before or after today."""
SAVE, DELETE = "save", "delete"


@router.get("/new-rota")
def show_new_rota(visitor: Signed) -> Response:
    """The form of a rota that is not there yet."""
    require(visitor, OperatorRole.LEAD)
    zone = visitor.operator.zone
    return _form(visitor, None, rota_forms.fresh(zone, datetime.now(ZoneInfo(zone)).date()), WriteRota(zone=zone))


@router.post("/new-rota")
def make_rota(visitor: Posted) -> Response:
    """Set up a rota that is not there yet; or show its form again, with what a button adds or its plan."""
    require(visitor, OperatorRole.LEAD)
    return _posted(visitor, None)


@router.get("/rotas/{name}")
def show_rota(name: str, visitor: Signed, first: str = "") -> Response:
    """One rota: who is on in the next weeks, or in those from the day ``first`` on."""
    return show(visitor, checked_name(name), first)


@router.post("/rotas/{name}/changes")
def change_rota(name: str, visitor: Posted) -> Response:
    """Somebody covers a shift, two people swap theirs, somebody is away; or such a change is taken back."""
    require(visitor, OperatorRole.LEAD)
    with visitor.transaction() as db:
        rota = shifts.read_rota(db, checked_name(name))
        known = {name_of(agent) for agent, _, _ in people(db)} | {entry.operator for entry in rota.entries}
    require_own(visitor, rota)
    try:
        said = _changed(visitor, rota, known)
    except WarmlineError as error:
        return show(visitor, name, "", error)
    return shell.done(f"{HERE}/rotas/{name}#changes", said)


@router.get("/rotas/{name}/edit")
def show_rota_form(name: str, visitor: Signed) -> Response:
    """A rota as a form."""
    require(visitor, OperatorRole.LEAD)
    with visitor.transaction() as db:
        rota = shifts.read_rota(db, checked_name(name))
    require_own(visitor, rota)
    return _form(visitor, rota, rota_forms.write(rota, _today(rota)), rota)


@router.post("/rotas/{name}/edit")
def write_rota(name: str, visitor: Posted) -> Response:
    """Change or delete a rota; or show its form again, with what a button adds or its plan."""
    require(visitor, OperatorRole.LEAD)
    with visitor.transaction() as db:
        rota = shifts.read_rota(db, checked_name(name))
    require_own(visitor, rota)
    if shell.field(visitor.form, "verb") == DELETE:
        with visitor.transaction() as db:
            shifts.delete_rota(db, name)
        return shell.done(
            HERE, _("Deleted the rota {name}. The sheets of its shifts are kept.", name=rota.title or name)
        )
    return _posted(visitor, rota)


def _changed(visitor: Visitor, rota: Rota, known: Collection[str]) -> str:
    """Do what a form of the rota's page says, and say what it means."""
    now, form = datetime.now(UTC), visitor.form
    verb = shell.field(form, "verb")
    if verb == rota_changes.TAKE_BACK:
        override = rota_changes.read_override(form)
        with visitor.transaction() as db:
            shifts.take_back(db, rota.name, override)
        return _("Taken back.")
    if verb == rota_changes.AWAY:
        absence = rota_changes.read_absence(form, rota, known)
        with visitor.transaction() as db:
            changed = shifts.change_rota(db, rota.name, ChangeRota(absences=[absence]))
        return _away(visitor, absence, _gap_hours(rota, changed, absence))
    is_swap = verb == rota_changes.SWAP
    swaps = rota_changes.read_swap(form, rota, now) if is_swap else rota_changes.read_cover(form, rota, known, now)
    with visitor.transaction() as db:
        shifts.change_rota(db, rota.name, ChangeRota(swaps=swaps))
    names = [visitor.called(of_operator(one.operator)) for one in swaps]
    if is_swap:
        return _("Saved: {one} and {other} swap.", one=names[0], other=names[1])
    return _("Saved: {name} covers this shift.", name=names[0])


def _away(visitor: Visitor, absence: Absence, hours: float) -> str:
    name = visitor.called(of_operator(absence.operator))
    if hours <= 0:
        return _("Saved: {name} is away.", name=name)
    more = languages.decimal(hours, 0 if hours.is_integer() else 1)
    return _("Saved: {name} is away. For {hours} h more nobody is on: look at the gaps.", name=name, hours=more)


def _gap_hours(before: Rota, after: Rota, absence: Absence) -> float:
    """For how many hours more nobody is on, by an absence."""
    first, last = rota_changes.days_of(absence, after.zone)
    weeks = (last - first).days // 7 + 1
    gained = [rota_changes.gap_hours(shifts.plan(rota, first, weeks).spans) for rota in (before, after)]
    return gained[1] - gained[0]


@dataclass(frozen=True)
class _Choices:
    """What can be chosen in the form."""

    people: list[tuple[str, str]]
    """Name and display name."""
    queues: list[tuple[str, str]]
    names: Mapping[str, str]


def show(visitor: Visitor, name: str, first: str, error: WarmlineError | None = None) -> Response:
    """The page of a rota; with an error, after a form on it was refused."""
    with visitor.transaction() as db:
        rota = shifts.read_rota(db, name)
        choices = _choices(db, rota)
        link_made_at = shifts.calendar_link_made_at(db, name)
        feed = {"problem": shifts.problem_of_feed(db, name), "read_at": shifts.feed_read_at(db, name)}
    plan, now = shifts.plan(rota, _first(rota, first), WEEKS), datetime.now(UTC)
    may_write = _may(visitor, rota)
    context: dict[str, Any] = {
        "rota": rota,
        "rows": rota_forms.rows_of(rota.entries, _today(rota)),
        "plan": plan,
        "names": choices.names,
        "around": _around(plan),
        "may_write": may_write,
        "changes": rota_changes.present(rota, now),
        "people": choices.people if may_write else [],
        "shift_choices": rota_changes.choices(rota, now) if may_write else [],
        "days_of": rota_changes.days_of,
        "link_made_at": link_made_at,
        "feed": feed,
    }
    return shell.page(visitor, "shifts/rota.html", title=rota.title or rota.name, error=error, **context)


def _posted(visitor: Visitor, rota: Rota | None) -> Response:
    """Do what the pressed button says: save, or show the form again with a plan of what was typed."""
    kept = rota or WriteRota(zone=visitor.operator.zone)
    fields = rota_forms.typed(visitor.form, _today(kept))
    verb = shell.field(visitor.form, "verb")
    try:
        if verb == SAVE:
            return _saved(visitor, rota)
        written = _read(visitor, kept)
    except WarmlineError as error:
        # A button that adds a row is no reason to complain of what is still empty.
        shown = error if verb in {SAVE, "preview"} else None
        return _form(visitor, rota, fields, kept, shown)
    return _form(visitor, rota, fields, written, is_preview=verb == "preview")


def _saved(visitor: Visitor, rota: Rota | None) -> Response:
    name = rota.name if rota else rota_forms.read_name(visitor.form)
    ask = _read(visitor, rota or WriteRota(zone=visitor.operator.zone))
    require_own(visitor, ask)
    with visitor.transaction() as db:
        # The API's changes of this rota take the same turn.
        storage.take_turn(db, f"/v1/rotas/{name}")
        present = shifts.find_rota(db, name)
        if rota is None and present is not None:
            raise shell.malformed({"name": _("There is a rota of this name. Choose another one, or edit that one.")})
        if rota is not None and shell.field(visitor.form, "version") != _version(present):
            raise ChangedMeanwhile
        shifts.write_rota(db, name, ask)
    return shell.done(f"{HERE}/rotas/{name}", _("Saved. This is who is on now."))


def _read(visitor: Visitor, kept: WriteRota) -> WriteRota:
    with visitor.transaction() as db:
        chosen = {name for name, _ in _choices(db, kept).people}
    return rota_forms.read(visitor.form, chosen, kept)


def _form(
    visitor: Visitor,
    rota: Rota | None,
    fields: dict[str, Any],
    shown: WriteRota,
    error: WarmlineError | None = None,
    *,
    is_preview: bool = False,
) -> Response:
    """The form, and below it the plan of a rota."""
    with visitor.transaction() as db:
        choices = _choices(db, rota or shown)
        # Where somebody changed it meanwhile, the next time that it is saved is with their change in view.
        version = _version(shifts.find_rota(db, rota.name)) if rota else ""
    context: dict[str, Any] = {
        "rota": rota,
        "fields": fields,
        "choices": choices,
        "names": choices.names,
        "zones": _zones(),
        "weekdays": [day.value for day in Weekday],
        "version": version,
        "plan": shifts.plan(shown, _today(shown), WEEKS),
        "is_preview": is_preview,
        "added": shell.field(visitor.form, "verb"),
        "action": f"{HERE}/rotas/{rota.name}/edit" if rota else f"{HERE}/new-rota",
    }
    title = _("Edit {name}", name=rota.title or rota.name) if rota else _("New rota")
    return shell.page(visitor, "shifts/rota_form.html", title=title, error=error, **context)


def _choices(db: Transaction, rota: WriteRota) -> _Choices:
    names = {agent: shown for agent, shown, _presence in people(db)}
    known = {name_of(agent): shown for agent, shown in names.items()}
    # Who is on the rota already can stay on it, also without being an operator, or as one who is disabled.
    others = sorted({entry.operator for entry in rota.entries} - set(known))
    titles = queues.titles(db)
    named = {one.name: titles.get(f"queue:{one.name}", one.name) for one in queues.list_all(db)}
    if rota.queue:
        named.setdefault(rota.queue, rota.queue)
    return _Choices([*known.items(), *((name, name) for name in others)], sorted(named.items()), names)


def _may(visitor: Visitor, rota: WriteRota) -> bool:
    """Whether the operator writes this rota: an administrator any, a lead those of their queues and of no queue."""
    is_own = rota.queue is None or rota.queue in visitor.operator.queues
    return visitor.may(OperatorRole.ADMIN) or (visitor.may(OperatorRole.LEAD) and is_own)


def require_own(visitor: Visitor, rota: WriteRota) -> None:
    """Raise ``RoleForbids`` unless the operator writes this rota."""
    if not _may(visitor, rota):
        require(visitor, OperatorRole.ADMIN)


def _version(rota: Rota | None) -> str:
    return versions.etag_of(rota) if rota else ""


def _today(rota: WriteRota) -> date:
    return shifts.today(rota, datetime.now(UTC))


def _first(rota: WriteRota, asked: str) -> date:
    """The day from which a plan is shown: what was asked for, within reason, else today."""
    today = _today(rota)
    try:
        first = DAY.validate_python(asked) if asked else today
    except ValidationError:
        return today
    return max(today - FARTHEST, min(first, today + FARTHEST))


def _around(plan: Plan) -> dict[str, date | None]:
    """The days from which the plans before and after this one begin, and one with the next change of the clocks."""
    change = plan.next_change
    day = change.at.astimezone(ZoneInfo(plan.zone)).date() if change and not plan.changes else None
    return {
        "earlier": plan.first - timedelta(weeks=WEEKS),
        "later": plan.first + timedelta(weeks=WEEKS),
        "change": day - timedelta(days=7) if day else None,
    }


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


def checked_name(name: str) -> str:
    """A rota's name. Raises ``UnknownPage`` for what cannot be one."""
    return shell.name_of_page(NAME, name)
