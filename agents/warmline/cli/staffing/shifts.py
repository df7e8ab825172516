"""``warmline shifts``."""

from itertools import islice
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.naming import alone, command
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    QuietFlag,
    show_fields,
    show_found,
    show_ids,
    show_json,
    show_list,
    show_text,
)
from warmline_schemas.shifts import Sheet

app = typer.Typer(cls=alone("list"), help="Sheets by which one shift hands its open work to the next.")

SheetArgument = Annotated[str, typer.Argument(metavar="SHEET", help="The id of the shift sheet.")]
AgentOption = Annotated[str, typer.Option("--agent", "-a", help="The person who does this, as `human:NAME`.")]

COLUMNS = {
    "id": lambda sheet: sheet.id,
    "state": lambda sheet: "overdue" if sheet.overdue else sheet.state,
    "rota": lambda sheet: sheet.rota,
    "from": lambda sheet: sheet.outgoing,
    "to": lambda sheet: ", ".join(sheet.incoming),
    "ends": lambda sheet: sheet.ends_at,
}
ITEMS = {
    "item": lambda item: item.handoff_id,
    "state": lambda item: item.state,
    "red": lambda item: "unacknowledged" if item.red else None,
    "urgency": lambda item: item.urgency,
    "to": lambda item: item.taken_over_by or item.to,
    "content": lambda item: item.headline,
}


@app.command("list", epilog="Example:  warmline shifts list --rota payments-oncall")
def list_sheets(
    context: typer.Context,
    rota: Annotated[list[str] | None, typer.Option("--rota", help="Only sheets of this rota.")] = None,
    outgoing: Annotated[
        list[str] | None, typer.Option("--outgoing", help="Only sheets of this outgoing operator, as `human:NAME`.")
    ] = None,
    limit: LimitOption = 20,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List shift sheets, newest first."""
    with connect(context) as client:
        found = list(islice(client.shifts.list(rota=rota, outgoing=outgoing), limit))
    show_found(found, COLUMNS, as_json=as_json, quiet=quiet)


@command(app, "create", was="make", epilog="Example:  warmline shifts create --rota payments-oncall")
def create(
    context: typer.Context,
    rota: Annotated[str | None, typer.Option("--rota", help="The rota whose shift ends.")] = None,
    outgoing: Annotated[
        str | None, typer.Option("--outgoing", help="The operator whose shift ends, as `human:NAME`.")
    ] = None,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Make the sheet of a shift that ends, or show the one that exists already."""
    with connect(context) as client:
        sheet = client.shifts.make(rota=rota, outgoing=outgoing)
    show_ids([sheet]) if quiet and not as_json else _show(sheet, as_json)


@app.command(epilog="Example:  warmline shifts show 01978f6e-7c1a-7000-8000-000000000001 --markdown > sheet.md")
def show(
    context: typer.Context,
    sheet: SheetArgument,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the whole sheet as Markdown.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show a shift sheet and its items."""
    with connect(context) as client:
        if markdown:
            return show_text(client.shifts.get(sheet, "markdown"))
        return _show(client.shifts.get(sheet), as_json)


@app.command(epilog="Example:  warmline shifts sign 01978f6e-7c1a-7000-8000-000000000001 --agent human:ines")
def sign(
    context: typer.Context,
    sheet: SheetArgument,
    agent: AgentOption,
    to: Annotated[
        str | None, typer.Option("--to", help="Who takes over. Without it, the operator who is next by the rota.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Sign a shift sheet: each item is offered to the next person."""
    with connect(context) as client:
        _show(client.shifts.sign(sheet, agent=agent, to=to), as_json)


@app.command(
    epilog="Example:  warmline shifts acknowledge 01978f6e-7c1a-7000-8000-000000000001 --agent human:tomasz "
    "--item 01978f6e-7c1a-7000-8000-000000000002 --read-back 'Refund is with finance; call Dave by 18:00'"
)
def acknowledge(
    context: typer.Context,
    sheet: SheetArgument,
    agent: AgentOption,
    item: Annotated[
        str | None, typer.Option("--item", help="The id of the item. Without it, the sheet as a whole is acknowledged.")
    ] = None,
    read_back: Annotated[
        str | None, typer.Option("--read-back", help="What the item is about and what comes next, in one line.")
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Take it over even if the read-back contradicts the brief.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Read an item back, and take it over; or acknowledge the sheet as a whole."""
    if (item is None) != (read_back is None):
        raise typer.BadParameter("give --item and --read-back together, or neither")
    with connect(context) as client:
        if item is None or read_back is None:
            return _show(client.shifts.acknowledge(sheet, agent=agent), as_json)
        taken = client.shifts.acknowledge_item(sheet, item, agent=agent, read_back=read_back, confirm=confirm)
        return _show(taken, as_json)


@app.command(
    epilog="Example:  warmline shifts decline 01978f6e-7c1a-7000-8000-000000000001 --agent human:tomasz "
    "--item 01978f6e-7c1a-7000-8000-000000000002 --reason 'No access there'"
)
def decline(
    context: typer.Context,
    sheet: SheetArgument,
    agent: AgentOption,
    item: Annotated[str, typer.Option("--item", help="The id of the item.")],
    reason: Annotated[str, typer.Option("--reason", help="Why you decline it. The outgoing operator reads this.")],
    as_json: JsonFlag = False,
) -> None:
    """Decline an item. It stays with the outgoing operator."""
    with connect(context) as client:
        _show(client.shifts.decline_item(sheet, item, agent=agent, reason=reason), as_json)


def _show(sheet: Sheet, as_json: bool) -> None:
    if as_json:
        return show_json(sheet)
    show_fields(
        {
            "sheet": sheet.id,
            "state": f"{sheet.state}, overdue" if sheet.overdue else sheet.state,
            "rota": sheet.rota,
            "from": sheet.outgoing,
            "to": ", ".join(sheet.incoming) or "nobody yet",
            "ends": sheet.ends_at,
            "signed": sheet.signed_at,
            "taken over": sheet.taken_over_at,
            "unacknowledged": sheet.red or None,
            "waiting": sheet.aware_count or None,
        }
    )
    return show_list(sheet.items, ITEMS)
