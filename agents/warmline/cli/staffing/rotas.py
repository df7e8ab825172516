"""``warmline rotas``."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.files import read_shape, read_text
from warmline.cli.naming import alone
from warmline.cli.options import IfVersionOption
from warmline.cli.output import (
    JsonFlag,
    note,
    show_done,
    show_fields,
    show_found,
    show_json,
    show_list,
    show_text,
    version_of,
)
from warmline_schemas.shifts import Absence, Rota, Swap, WriteRota

app = typer.Typer(
    cls=alone("list"),
    help="Who is on duty and when, in weekly shifts, with cover, absences and calendars.",
)

NameArgument = Annotated[str, typer.Argument(metavar="ROTA", help="The name of the rota.")]
OperatorOption = Annotated[str, typer.Option("--operator", help="The operator, by name without `human:`.")]
FromOption = Annotated[str, typer.Option("--from", help="When it starts, such as 2026-03-06T20:00:00+01:00.")]
UntilOption = Annotated[str, typer.Option("--until", help="When it ends, such as 2026-03-07T08:00:00+01:00.")]

COLUMNS = {
    "rota": lambda rota: rota.name,
    "title": lambda rota: rota.title,
    "queue": lambda rota: rota.queue,
    "zone": lambda rota: rota.zone,
    "entries": lambda rota: len(rota.entries),
    "swaps": lambda rota: len(rota.swaps),
}
ENTRIES = {
    "operator": lambda entry: entry.operator,
    "days": lambda entry: ", ".join(entry.days),
    "starts": lambda entry: entry.starts,
    "ends": lambda entry: entry.ends,
    "every weeks": lambda entry: entry.every_weeks if entry.every_weeks > 1 else None,
}


def _what(override: Swap | Absence) -> str:
    if isinstance(override, Absence):
        return "away" if override.replaced else "away, nobody stands in"
    return f"instead of {override.instead_of or 'everybody'}"


OVERRIDES = {
    "operator": lambda one: one.operator,
    "what": _what,
    "from": lambda one: one.starts,
    "until": lambda one: one.ends,
}


@app.command("list", epilog="Example:  warmline rotas list")
def list_rotas(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the rotas, by name."""
    with connect(context) as client:
        found = client.rotas.list()
    show_found(found, COLUMNS, as_json=as_json)


@app.command(epilog="Example:  warmline rotas show payments-oncall")
def show(context: typer.Context, rota: NameArgument, as_json: JsonFlag = False) -> None:
    """Show one rota: who is on duty week by week."""
    with connect(context) as client:
        found = client.rotas.get(rota)
    show_json(found) if as_json else _show(found)


@app.command(epilog="Example:  warmline rotas on payments-oncall --at 2026-03-29T02:30:00+02:00")
def on(
    context: typer.Context,
    rota: NameArgument,
    at: Annotated[
        str | None,
        typer.Option("--at", help="A time with an offset, such as 2026-03-29T02:30:00+02:00. Without it, now."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show who is on duty, and who is next."""
    moment = _moment(at, "--at") if at else None
    with connect(context) as client:
        found = client.rotas.on(rota, at=moment)
    if as_json:
        return show_json(found)
    if not found.now:
        note(f"Nobody is on duty by rota {rota}.")
    columns = {
        "when": lambda shift: "now" if shift in found.now else "next",
        "operator": lambda shift: shift.operator,
        "from": lambda shift: shift.starts,
        "until": lambda shift: shift.ends,
    }
    return show_list([*found.now, *found.next], columns)


@app.command(epilog="Example:  warmline rotas write payments-oncall rota.json")
def write(
    context: typer.Context,
    rota: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rota as JSON, as `show --json` prints it.")],
    if_version: IfVersionOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Set up a rota, or replace it as a whole."""
    content = read_shape(Rota, file, json.loads, "JSON")
    with connect(context) as client:
        # The file is what ``show --json`` prints. Its name is left out, because the argument names the rota.
        rules = WriteRota.model_validate(content.model_dump(exclude={"name"}))
        written = client.rotas.write(rota, rules, if_unchanged=if_version)
    show_json(written) if as_json else _show(written)


@app.command(
    epilog="Example:  warmline rotas cover payments-oncall --operator mei --instead-of tomasz "
    "--from 2026-03-06T20:00:00+01:00 --until 2026-03-07T08:00:00+01:00"
)
def cover(
    context: typer.Context,
    rota: NameArgument,
    operator: OperatorOption,
    starts: FromOption,
    ends: UntilOption,
    instead_of: Annotated[
        str | None, typer.Option("--instead-of", help="Who is replaced. Without it, everybody on duty, or nobody.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Put one operator in another's place for once. Two of these are a swap."""
    period = _period(starts, ends)
    with connect(context) as client:
        written = client.rotas.cover(rota, operator=operator, instead_of=instead_of, **period)
    show_json(written) if as_json else _show(written)


@app.command(
    epilog="Example:  warmline rotas away payments-oncall --operator ines "
    "--from 2026-07-06T00:00:00+02:00 --until 2026-07-20T00:00:00+02:00"
)
def away(
    context: typer.Context,
    rota: NameArgument,
    operator: OperatorOption,
    starts: FromOption,
    ends: UntilOption,
    gap: Annotated[bool, typer.Option("--gap", help="Nobody stands in: a gap is left.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say that an operator is away, such as on vacation. The next by the order of the entries stands in."""
    period = _period(starts, ends)
    with connect(context) as client:
        written = client.rotas.away(rota, operator=operator, replaced=not gap, **period)
    show_json(written) if as_json else _show(written)


@app.command(
    "take-back",
    epilog="Example:  warmline rotas take-back payments-oncall --operator ines --from 2026-07-06T00:00:00+02:00",
)
def take_back(
    context: typer.Context, rota: NameArgument, operator: OperatorOption, starts: FromOption, as_json: JsonFlag = False
) -> None:
    """Take a swap or an absence off a rota: who is on duty or away by it, and when it starts."""
    moment = _moment(starts, "--from")
    with connect(context) as client:
        found = client.rotas.get(rota)
        meant = [one for one in _overrides(found) if (one.operator, one.starts) == (operator, moment)]
        if not meant:
            raise typer.BadParameter(
                f"{operator} has no swap or absence that starts then; `warmline rotas show {rota}` lists them",
                param_hint="--from",
            )
        for one in meant:
            found = client.rotas.take_back(rota, one)
    show_json(found) if as_json else _show(found)


@app.command(epilog="Example:  warmline rotas calendar payments-oncall > oncall.ics")
def calendar(context: typer.Context, rota: NameArgument, as_json: JsonFlag = False) -> None:
    """Print the shifts of a rota as iCalendar, from five weeks ago to half a year ahead."""
    with connect(context) as client:
        found = client.rotas.calendar(rota)
    show_json({"calendar": found}) if as_json else show_text(found)


@app.command("take-calendar", epilog="Example:  warmline rotas take-calendar payments-oncall oncall.ics")
def take_calendar(
    context: typer.Context,
    rota: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An iCalendar file.")],
    person: Annotated[
        list[str] | None,
        typer.Option("--person", help="Who a name of the calendar is, such as `Ines W.=ines`; several times."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Take an iCalendar file as the shifts of a rota, in the place of those that it had."""
    people = dict(_pair(one) for one in person or ())
    content = read_text(file)
    with connect(context) as client:
        written = client.rotas.take_calendar(rota, content, people=people)
    show_json(written) if as_json else _show(written)


@app.command(
    "follow-calendar",
    epilog="Example:  warmline rotas follow-calendar payments-oncall https://calendar.acme.com/on-call.ics",
)
def follow_calendar(
    context: typer.Context,
    rota: NameArgument,
    url: Annotated[str | None, typer.Argument(metavar="URL", help="Where the calendar is.")] = None,
    person: Annotated[
        list[str] | None,
        typer.Option("--person", help="Who a name of the calendar is, such as `Ines W.=ines`; several times."),
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="Read it no more; the shifts stay.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Have the calendar at an address read every hour, as the shifts of a rota."""
    if (url is None) != stop:
        raise typer.BadParameter("give the address, or --stop", param_hint="URL")
    with connect(context) as client:
        written = client.rotas.follow_calendar(rota, url, people=dict(_pair(one) for one in person or ()))
    show_json(written) if as_json else _show(written)


@app.command(epilog="Example:  warmline rotas delete payments-oncall")
def delete(
    context: typer.Context, rota: NameArgument, if_version: IfVersionOption = None, as_json: JsonFlag = False
) -> None:
    """Delete a rota. The sheets of its shifts are kept."""
    with connect(context) as client:
        client.rotas.delete(rota, if_unchanged=if_version)
    show_done({"deleted": rota}, f"Rota {rota} was deleted.", as_json=as_json)


def _pair(person: str) -> tuple[str, str]:
    name, equals, operator = person.rpartition("=")
    if not equals or not name.strip() or not operator.strip():
        raise typer.BadParameter(f"{person!r} names no operator; write it like 'Ines W.=ines'", param_hint="--person")
    return name.strip(), operator.strip()


def _period(starts: str, ends: str) -> dict[str, datetime]:
    return {"starts": _moment(starts, "--from"), "ends": _moment(ends, "--until")}


def _moment(at: str, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise typer.BadParameter(
            f"{at!r} is not a time; write it like 2026-03-29T02:30:00+02:00", param_hint=option
        ) from error
    # A rota has a zone of its own; a time without an offset could mean either.
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{at!r} has no offset; write {at}Z for UTC", param_hint=option)
    return moment


def _overrides(rota: Rota) -> list[Swap | Absence]:
    return [*rota.swaps, *rota.absences]


def _show(rota: Rota) -> None:
    show_fields({"rota": rota.name, "title": rota.title, "queue": rota.queue, "zone": rota.zone} | version_of(rota))
    show_list(rota.entries, ENTRIES)
    if _overrides(rota):
        show_list(_overrides(rota), OVERRIDES)
