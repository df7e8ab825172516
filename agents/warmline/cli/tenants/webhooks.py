"""``warmline webhooks``."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.naming import alone, command
from warmline.cli.options import IfVersionOption, SinceOption, UntilOption, changes, in_utc
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    QuietFlag,
    note,
    show_done,
    show_fields,
    show_found,
    show_json,
    show_list,
    version_of,
)
from warmline_schemas.events import EventType
from warmline_schemas.webhooks import Delivery, DeliveryAttempt, DeliveryState, Webhook, WebhookWithSecret

app = typer.Typer(cls=alone("list"), help="Addresses that are told of events, and what became of each message to them.")

WebhookArgument = Annotated[str, typer.Argument(metavar="WEBHOOK", help="The id of the webhook.")]
DeliveryArgument = Annotated[str, typer.Argument(metavar="DELIVERY", help="The id of the delivery.")]
TypesOption = Annotated[
    list[EventType] | None,
    typer.Option("--type", metavar="TYPE", help="Only events of this type, as in `handoff.ready`. Repeat it for more."),
]
DeedsOption = Annotated[
    bool | None,
    typer.Option(
        "--with-deeds/--without-deeds",
        help="Whether messages about the first reply to a handoff and about its end bring what was said and done.",
    ),
]
DescriptionOption = Annotated[str | None, typer.Option("--description", help="What the webhook is for, in your words.")]


class Clearable(StrEnum):
    """What of a webhook can be cleared."""

    TYPES = "types"
    DESCRIPTION = "description"


CLEARABLE: dict[str, tuple[str, Any]] = {
    Clearable.TYPES: ("types", []),
    Clearable.DESCRIPTION: ("description", None),
}
ClearOption = Annotated[
    list[Clearable] | None,
    typer.Option("--clear", help="What becomes empty; without types it gets all events. Repeat it for more."),
]
COLUMNS: dict[str, Callable[[Any], object]] = {
    "id": lambda one: one.id,
    "url": lambda one: one.url,
    "types": lambda one: ", ".join(one.types) or "all",
    "disabled": lambda one: one.disabled_why,
}
DELIVERY_COLUMNS = {
    "id": lambda one: one.id,
    "event": lambda one: one.sequence,
    "type": lambda one: one.type,
    "state": lambda one: one.state,
    "attempts": lambda one: one.attempts,
    "next": lambda one: one.due_at,
    "problem": lambda one: one.problem,
}
ATTEMPT_COLUMNS = {
    "at": lambda one: one.at,
    "ms": lambda one: one.milliseconds,
    "status": lambda one: one.status,
    "problem": lambda one: one.problem,
    "answer": lambda one: one.answer,
}


@command(
    app,
    "create",
    was="add",
    epilog="Example:  warmline webhooks create https://example.com/warmline --type handoff.ready",
)
def create(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The address to which events are sent.")],
    types: TypesOption = None,
    description: DescriptionOption = None,
    with_deeds: DeedsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Add an address to which events are sent. The secret that signs them is shown only now."""
    with connect(context) as client:
        added = client.webhooks.add(url, types=types or (), description=description, with_deeds=with_deeds)
    show_json(added) if as_json else _show_secret(added)


@app.command("list", epilog="Example:  warmline webhooks list")
def list_webhooks(context: typer.Context, quiet: QuietFlag = False, as_json: JsonFlag = False) -> None:
    """List webhooks, the oldest first."""
    with connect(context) as client:
        found: list[Webhook] = client.webhooks.list()
    show_found(found, COLUMNS, as_json=as_json, quiet=quiet)


@app.command(epilog="Example:  warmline webhooks show 01978f6e-7c1a-7000-8000-00000000000a")
def show(context: typer.Context, webhook: WebhookArgument, as_json: JsonFlag = False) -> None:
    """Show one webhook."""
    with connect(context) as client:
        found = client.webhooks.get(webhook)
    _show(found, as_json)


@command(
    app,
    "change",
    was="revise",
    epilog="Example:  warmline webhooks change 01978f6e-7c1a-7000-8000-00000000000a --enable",
)
def change(
    context: typer.Context,
    webhook: WebhookArgument,
    url: Annotated[str | None, typer.Option("--url", help="The new address to which events are sent.")] = None,
    types: TypesOption = None,
    description: DescriptionOption = None,
    with_deeds: DeedsOption = None,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Whether events are sent to the webhook.")
    ] = None,
    clear: ClearOption = None,
    if_version: IfVersionOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change a webhook. What is left out stays."""
    given = {"url": url, "types": types, "description": description, "with_deeds": with_deeds, "enabled": enabled}
    changed = changes(given, clear, CLEARABLE)
    with connect(context) as client:
        revised = client.webhooks.revise(webhook, **changed, if_unchanged=if_version)
    _show(revised, as_json)


@app.command(epilog="Example:  warmline webhooks rotate 01978f6e-7c1a-7000-8000-00000000000a")
def rotate(context: typer.Context, webhook: WebhookArgument, as_json: JsonFlag = False) -> None:
    """Make a new secret. For 24 hours messages are signed with the old one, too."""
    with connect(context) as client:
        rotated = client.webhooks.rotate(webhook)
    show_json(rotated) if as_json else _show_secret(rotated)


@app.command(epilog="Example:  warmline webhooks ping 01978f6e-7c1a-7000-8000-00000000000a")
def ping(context: typer.Context, webhook: WebhookArgument, as_json: JsonFlag = False) -> None:
    """Send a `webhook.pinged` event to this webhook alone."""
    with connect(context) as client:
        sent: Delivery = client.webhooks.ping(webhook)
    show_json(sent) if as_json else show_list([sent], DELIVERY_COLUMNS)


@command(app, "delete", was="remove", epilog="Example:  warmline webhooks delete 01978f6e-7c1a-7000-8000-00000000000a")
def delete(
    context: typer.Context, webhook: WebhookArgument, if_version: IfVersionOption = None, as_json: JsonFlag = False
) -> None:
    """Delete a webhook with its deliveries and their attempts."""
    with connect(context) as client:
        client.webhooks.remove(webhook, if_unchanged=if_version)
    show_done({"removed": webhook}, f"Webhook {webhook} was removed.", as_json=as_json)


@app.command(epilog="Example:  warmline webhooks deliveries --state failed")
def deliveries(
    context: typer.Context,
    webhook: Annotated[list[str] | None, typer.Option("--webhook", help="Only deliveries to this webhook.")] = None,
    state: Annotated[list[DeliveryState] | None, typer.Option("--state", help="Only deliveries in this state.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 20,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List deliveries, newest first. A filter that is repeated means any of its values."""
    with connect(context) as client:
        wanted = client.webhooks.deliveries(webhook_id=webhook, state=state, since=in_utc(since), until=in_utc(until))
        found = list(islice(wanted, limit))
    show_found(found, DELIVERY_COLUMNS, as_json=as_json, quiet=quiet)


@app.command(epilog="Example:  warmline webhooks delivery 01978f6e-7c1a-7000-8000-00000000000b")
def delivery(context: typer.Context, delivery: DeliveryArgument, as_json: JsonFlag = False) -> None:
    """Show one delivery with all its attempts."""
    with connect(context) as client:
        found = client.webhooks.delivery(delivery)
    if as_json:
        return show_json(found)
    log: list[DeliveryAttempt] = found.log
    show_list([found], DELIVERY_COLUMNS)
    return show_list(log, ATTEMPT_COLUMNS)


@app.command(epilog="Example:  warmline webhooks replay --failed-since 2026-03-01 01978f6e-7c1a-7000-8000-00000000000a")
def replay(
    context: typer.Context,
    wanted: Annotated[
        str, typer.Argument(metavar="DELIVERY", help="The id of a delivery; with --failed-since, the id of a webhook.")
    ],
    failed_since: Annotated[
        datetime | None,
        typer.Option(
            "--failed-since", help="Send again the failed deliveries that were made at this time (UTC) or later."
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Send one delivery again, or all failed deliveries to a webhook since a time."""
    with connect(context) as client:
        if failed_since is None:
            client.webhooks.replay(wanted)
            replayed = 1
        else:
            # Typer reads times without a zone; the option's help promises UTC.
            replayed = client.webhooks.replay_failed(wanted, failed_since.replace(tzinfo=UTC))
    show_done({"replayed": replayed}, f"{replayed} deliveries are sent again.", as_json=as_json)


def _show(webhook: Webhook, as_json: bool) -> None:
    if as_json:
        return show_json(webhook)
    about = {"description": webhook.description, "with deeds": "yes" if webhook.with_deeds else "no"}
    return show_fields({name: of(webhook) for name, of in COLUMNS.items()} | about | version_of(webhook))


def _show_secret(webhook: WebhookWithSecret) -> None:
    show_fields({"webhook": str(webhook.id), "url": webhook.url, "secret": webhook.secret})
    note("Keep the secret: it cannot be shown again.")
