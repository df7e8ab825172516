"""``warmline events``: follow what happens."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.output import note, show_text
from warmline_schemas.events import Event, EventType, MemoryKept


def events(
    context: typer.Context,
    queue: Annotated[
        list[str] | None, typer.Option("--queue", help="Only events of this target, such as `queue:billing`.")
    ] = None,
    chain: Annotated[
        list[str] | None, typer.Option("--chain", help="Only events of this chain, and its new memories.")
    ] = None,
    handoff: Annotated[list[str] | None, typer.Option("--handoff", help="Only events of this handoff.")] = None,
    types: Annotated[
        list[EventType] | None,
        typer.Option(
            "--type", metavar="TYPE", help="Only events of this type, as in `handoff.ready`. Repeat it for more."
        ),
    ] = None,
    after: Annotated[int | None, typer.Option("--after", min=0, help="Begin with the event after this number.")] = None,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Wait for more events, until Ctrl-C.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print each event as one line of JSON.")] = False,
) -> None:
    """Show events while they happen, one a line, from now on; `--no-follow` shows the existing ones, from the first."""
    # Ctrl-C is how the command ends, and is not an error.
    with connect(context) as client, suppress(KeyboardInterrupt):
        found: Iterator[Event | MemoryKept]
        if follow:
            note("Waiting for events; Ctrl-C ends this.")
            found = client.events.stream(after=after, queue=queue, chain_id=chain, handoff_id=handoff, types=types)
        else:
            found = client.events.list(after=after or 0, queue=queue, chain_id=chain, handoff_id=handoff, types=types)
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
