"""``warmline customers``."""

from collections.abc import Callable
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.handoffs.attaching import FilesOption, uploaded
from warmline.cli.naming import alone, command
from warmline.cli.options import IfVersionOption, changes
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    QuietFlag,
    show_fields,
    show_found,
    show_ids,
    show_json,
    version_of,
)
from warmline.cli.tenants import customer_files
from warmline_schemas.customers.customers import Customer

app = typer.Typer(cls=alone("list"), help="Who writes to you, and what your channels call them.")

CustomerArgument = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The id of the customer.")]
IdsOption = Annotated[
    list[str] | None,
    typer.Option("--id", help="Who they are in a channel, as `chat=88`. Repeat it for more.", metavar="CHANNEL=ID"),
]
NameOption = Annotated[str | None, typer.Option("--name", help="Their name, in any script.")]
LanguageOption = Annotated[str | None, typer.Option("--language", help="Their language, such as `en`.")]
ZoneOption = Annotated[str | None, typer.Option("--time-zone", help="Their time zone, such as `Europe/Berlin`.")]


class Clearable(StrEnum):
    """What of a customer can be cleared."""

    IDS = "ids"
    NAME = "name"
    LANGUAGE = "language"
    TIME_ZONE = "time-zone"


CLEARABLE: dict[str, tuple[str, Any]] = {
    Clearable.IDS: ("ids", []),
    Clearable.NAME: ("display_name", None),
    Clearable.LANGUAGE: ("language", None),
    Clearable.TIME_ZONE: ("time_zone", None),
}
ClearOption = Annotated[
    list[Clearable] | None, typer.Option("--clear", help="What is no longer known of them. Repeat it for more.")
]


def _ids_of(customer: Customer) -> str:
    return ", ".join(f"{one.channel}={one.id}" for one in customer.ids)


COLUMNS: dict[str, Callable[[Any], object]] = {
    "id": lambda one: one.id,
    "name": lambda one: one.display_name,
    "ids": _ids_of,
    "language": lambda one: one.language,
    "time zone": lambda one: one.time_zone,
    "namespace": lambda one: one.namespace,
}


@app.command("list", epilog="Example:  warmline customers list --search joshi")
def list_customers(
    context: typer.Context,
    search: Annotated[
        str | None, typer.Option("--search", help="A part of a name, a whole id in any channel, or a namespace.")
    ] = None,
    limit: LimitOption = 50,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List customers, newest first."""
    with connect(context) as client:
        found = list(islice(client.customers.list(search=search), limit))
    show_found(found, COLUMNS, as_json=as_json, quiet=quiet)


@app.command(epilog="Example:  warmline customers show 01978f6e-7c1a-7000-8000-000000000001")
def show(context: typer.Context, customer: CustomerArgument, as_json: JsonFlag = False) -> None:
    """Show one customer."""
    with connect(context) as client:
        found = client.customers.get(customer)
    _show(found, False, as_json)


@command(
    app,
    "create",
    was="make",
    epilog="Example:  warmline customers create --id chat=88 --name 'Mira Joshi' --language en",
)
def create(
    context: typer.Context,
    ids: IdsOption = None,
    name: NameOption = None,
    language: LanguageOption = None,
    time_zone: ZoneOption = None,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="The namespace of their memories, if there is one already.")
    ] = None,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Make a customer, or find the one who has one of these ids or this namespace."""
    given = _given(ids)
    with connect(context) as client:
        made = client.customers.make(
            ids=given, display_name=name, language=language, time_zone=time_zone, namespace=namespace
        )
    _show(made, quiet, as_json)


@command(
    app,
    "change",
    was="revise",
    epilog="Example:  warmline customers change 01978f6e-7c1a-7000-8000-000000000001 --name 'Mira Joshi'",
)
def change(
    context: typer.Context,
    customer: CustomerArgument,
    ids: IdsOption = None,
    name: NameOption = None,
    language: LanguageOption = None,
    time_zone: ZoneOption = None,
    clear: ClearOption = None,
    if_version: IfVersionOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change a customer. Options that you leave out stay; ids replace those before."""
    given = {"ids": _given(ids), "display_name": name, "language": language, "time_zone": time_zone}
    changed = changes(given, clear, CLEARABLE)
    with connect(context) as client:
        made = client.customers.revise(customer, **changed, if_unchanged=if_version)
    _show(made, False, as_json)


@app.command(
    epilog="Example:  warmline customers send 01978f6e-7c1a-7000-8000-000000000001 'Any news?' --id chat-88 --bot bot"
)
def send(
    context: typer.Context,
    customer: CustomerArgument,
    external_id: Annotated[str, typer.Option("--id", help="The channel's own id of the message; a repeat is dropped.")],
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What was said.")] = None,
    files: FilesOption = None,
    bot: Annotated[
        str | None, typer.Option("--bot", help="The agent with which a new case begins, where there is none.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", help="Who of your side said it; without it, the customer did.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say something in a customer's newest case as its channel heard it, whatever the state of the case."""
    with connect(context) as client:
        ids = uploaded(client, files, lambda: client.customers.get(customer).namespace)
        found = client.customers.send(customer, text, external_id=external_id, bot=bot, agent=agent, attachments=ids)
    if as_json:
        return show_json(found)
    reached = f"{found.reached.replace('_', ' ')}{', as before' if found.repeated else ''}"
    return show_fields({"reached": reached, "chain": found.chain_id, "speaker": found.speaker, "waits for": found.to})


app.command(epilog="Example:  warmline customers export -o customers.jsonl")(customer_files.export)
app.command("import", epilog="Example:  warmline customers import customers.jsonl")(customer_files.import_)


def _given(ids: list[str] | None) -> list[dict[str, str]] | None:
    if not ids:
        return None
    pairs = [one.partition("=") for one in ids]
    if not all(channel and own for channel, _, own in pairs):
        raise typer.BadParameter("write it as CHANNEL=ID, such as chat=88", param_hint="--id")
    return [{"channel": channel, "id": own} for channel, _, own in pairs]


def _show(customer: Customer, quiet: bool, as_json: bool) -> None:
    if as_json:
        return show_json(customer)
    if quiet:
        return show_ids([customer])
    return show_fields({name: of(customer) for name, of in COLUMNS.items()} | version_of(customer))
