"""``warmline queues``."""

import tomllib
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.files import read_shape
from warmline.cli.naming import alone
from warmline.cli.options import IfVersionOption
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    note,
    show_done,
    show_fields,
    show_found,
    show_json,
    version_of,
)
from warmline_schemas.queues import Queue, QueueStanding, WriteQueue

app = typer.Typer(cls=alone("list"), help="Where handoffs wait for people, and how soon each promises to act.")

NameArgument = Annotated[str, typer.Argument(metavar="QUEUE", help="The name of the queue, such as `billing`.")]

COLUMNS = {
    "queue": lambda queue: queue.name,
    "title": lambda queue: queue.title,
    "set up": lambda queue: "yes" if queue.written else "defaults",
    "accept": lambda queue: _duration(queue.promises.accept_seconds),
    "levels": lambda queue: len(queue.levels) or None,
    "assigning": lambda queue: queue.assigning,
    "nobody there": lambda queue: queue.nobody_there,
    "zone": lambda queue: queue.office_hours.zone if queue.office_hours else None,
}
WAITING = {
    "id": lambda handoff: handoff.id,
    "breach": lambda handoff: handoff.breach_at,
    "urgency": lambda handoff: handoff.urgency,
    "level": lambda handoff: handoff.level,
    "state": lambda handoff: handoff.state,
    "holder": lambda handoff: handoff.holder or handoff.offered_to,
    "namespace": lambda handoff: handoff.namespace,
    "reason": lambda handoff: handoff.reason,
}


@app.command("list", epilog="Example:  warmline queues list")
def list_queues(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the queues that were set up, that operators work, or in which handoffs wait."""
    with connect(context) as client:
        found = client.queues.list()
    show_found(found, COLUMNS, as_json=as_json)


@app.command(epilog="Example:  warmline queues show billing")
def show(context: typer.Context, queue: NameArgument, as_json: JsonFlag = False) -> None:
    """Show how a queue works."""
    with connect(context) as client:
        found = client.queues.get(queue)
    show_json(found) if as_json else _show(found)


@app.command(epilog="Example:  warmline queues write billing billing.toml")
def write(
    context: typer.Context,
    queue: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="How the queue works, as TOML.")],
    if_version: IfVersionOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Set up a queue, or replace how it works. What the file leaves out gets its default."""
    content = read_shape(WriteQueue, file, tomllib.loads, "TOML")
    with connect(context) as client:
        written = client.queues.write(queue, content, if_unchanged=if_version)
    show_json(written) if as_json else _show(written)


@app.command(epilog="Example:  warmline queues standing billing")
def standing(context: typer.Context, queue: NameArgument, as_json: JsonFlag = False) -> None:
    """Show the present state of a queue."""
    with connect(context) as client:
        found = client.queues.standing(queue)
    show_json(found) if as_json else _show_standing(found)


@app.command(epilog="Example:  warmline queues waiting billing --operator operator-7")
def waiting(
    context: typer.Context,
    queue: NameArgument,
    operator: Annotated[
        str | None, typer.Option("--operator", help="Only handoffs that this operator may take.")
    ] = None,
    limit: LimitOption = 20,
    as_json: JsonFlag = False,
) -> None:
    """List the handoffs that wait in a queue, in the order in which they should be taken."""
    with connect(context) as client:
        found = list(islice(client.queues.waiting(queue, operator=operator), limit))
    show_found(found, WAITING, as_json=as_json)


@app.command(epilog="Example:  warmline queues claim billing --agent human:operator-7")
def claim(
    context: typer.Context,
    queue: NameArgument,
    agent: Annotated[str, typer.Option("--agent", help="Who claims it, such as `human:operator-7`.")],
    lease: Annotated[int | None, typer.Option("--lease", min=1, help="How many seconds the claim lasts.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Claim the handoff that should be taken next."""
    with connect(context) as client:
        claimed = client.queues.claim_next(queue, agent=agent, lease_seconds=lease)
    if as_json:
        return show_json({"claim": claimed and claimed.model_dump(mode="json")})
    if claimed is None:
        return note(f"No handoff waits in {queue} that {agent} may take.")
    return show_fields({"handoff": claimed.handoff_id, "token": claimed.token, "until": claimed.expires_at})


@app.command(epilog="Example:  warmline queues delete billing")
def delete(
    context: typer.Context, queue: NameArgument, if_version: IfVersionOption = None, as_json: JsonFlag = False
) -> None:
    """Give a queue its defaults again. The handoffs that wait in it stay."""
    with connect(context) as client:
        client.queues.delete(queue, if_unchanged=if_version)
    show_done({"deleted": queue}, f"Queue {queue} has its defaults again.", as_json=as_json)


def _show(queue: Queue) -> None:
    promises, hours = queue.promises, queue.office_hours
    ways = [f"{_duration(level.wait_seconds)} → {level.to or 'one level up'}" for level in queue.levels]
    opening = [f"{one.day} {one.opens}-{one.closes}" for one in hours.days] if hours else []
    show_fields(
        {
            "queue": queue.name,
            "title": queue.title,
            "set up": "yes" if queue.written else "no, all defaults",
            "accept": _duration(promises.accept_seconds),
            "first reply": _duration(promises.first_reply_seconds),
            "resolve": _duration(promises.resolve_seconds),
            "levels": "; ".join(ways) or None,
            "stalled after": _duration(queue.stalled_seconds),
            "assigning": queue.assigning,
            "offer": _duration(queue.offer_seconds),
            "lease": _duration(queue.lease_seconds),
            "nobody there": queue.nobody_there,
            "read-back": "required" if queue.read_back_required else "optional",
            "office hours": f"{', '.join(opening)} ({hours.zone})" if hours else "always",
            "closed on": ", ".join(map(str, hours.closed_on)) or None if hours else None,
        }
        | version_of(queue)
    )


def _show_standing(standing: QueueStanding) -> None:
    show_fields(
        {
            "queue": standing.queue.name,
            "open": "yes" if standing.is_open else "no",
            "opens": standing.opens_at,
            "waiting": standing.waiting,
            "breached": standing.breached,
            "in work": standing.in_work,
            "oldest": standing.oldest_waiting_at,
            "next breach": standing.next_breach_at,
            "operators free": standing.operators_available,
            "usual wait": _duration(standing.estimated_seconds),
        }
    )


def _duration(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    whole = round(seconds)
    # Only whole units are shown: 90 min stays 90 min, because 1.5 h hides the number that was configured.
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if whole >= size and whole % size == 0:
            return f"{whole // size} {unit}"
    return f"{whole} s"
