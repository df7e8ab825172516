"""``warmline events``: what happens, and what happened."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.naming import alone
from warmline.cli.output import note, show_text
from warmline_schemas.events import Event, EventType, MemoryKept

app = typer.Typer(cls=alone("follow"), help="What happens, as it is recorded: who did what with which case.")

QueueOption = Annotated[
    list[str] | None, typer.Option("--queue", help="Only events of this target, such as `queue:billing`.")
]
ChainOption = Annotated[
    list[str] | None, typer.Option("--chain", help="Only events of this chain, and its new memories.")
]
HandoffOption = Annotated[list[str] | None, typer.Option("--handoff", help="Only events of this handoff.")]
TypeOption = Annotated[
    list[EventType] | None,
    typer.Option("--type", metavar="TYPE", help="Only events of this type, as in `handoff.ready`. Repeat it for more."),
]
AfterOption = Annotated[int | None, typer.Option("--after", min=0, help="Begin with the event after this number.")]
JsonLinesFlag = Annotated[bool, typer.Option("--json", help="Print each event as one line of JSON.")]


@app.command(epilog="Example:  warmline events follow --queue queue:billing")
def follow(
    context: typer.Context,
    queue: QueueOption = None,
    chain: ChainOption = None,
    handoff: HandoffOption = None,
    types: TypeOption = None,
    after: AfterOption = None,
    # What `list` does now was an option of this command.
    forever: Annotated[bool, typer.Option("--follow/--no-follow", hidden=True)] = True,
    as_json: JsonLinesFlag = False,
) -> None:
    """Show events while they happen, one a line, from now on, until Ctrl-C."""
    if not forever:
        return list_events(context, queue, chain, handoff, types, after, as_json)
    # Ctrl-C is how the command ends, and is not an error.
    with connect(context) as client, suppress(KeyboardInterrupt):
        note("Waiting for events; Ctrl-C ends this.")
        _show(client.events.stream(after=after, queue=queue, chain_id=chain, handoff_id=handoff, types=types), as_json)
    return None


@app.command("list", epilog="Example:  warmline events list --type handoff.breached")
def list_events(
    context: typer.Context,
    queue: QueueOption = None,
    chain: ChainOption = None,
    handoff: HandoffOption = None,
    types: TypeOption = None,
    after: AfterOption = None,
    as_json: JsonLinesFlag = False,
) -> None:
    """Show the events there are, one a line, oldest first."""
    with connect(context) as client, suppress(KeyboardInterrupt):
        found = client.events.list(after=after or 0, queue=queue, chain_id=chain, handoff_id=handoff, types=types)
        _show(found, as_json)


def _show(found: Iterable[Event | MemoryKept], as_json: bool) -> None:
    for one in found:
        show_text(one.model_dump_json() if as_json else _line(one))


def _line(one: Event | MemoryKept) -> str:
    if isinstance(one, MemoryKept):
        return f"{'':>6}  {'':19}  {one.type:<24}  session {one.session_id}, memory {one.ordinal}"
    about = [f"handoff {one.handoff_id}"] if one.handoff_id else []
    about += [one.queue] if one.queue else []
    about += [f"by {one.actor}"] if one.actor else []
    about += [f"{name} {value}" for name, value in one.facts.items()]
    when = f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}"
    return f"{one.sequence:>6}  {when}  {one.type:<24}  {', '.join(about)}"
