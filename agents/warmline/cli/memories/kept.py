"""``warmline memories``: what is kept, judged and forgotten."""

from itertools import islice
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.memories import namespaces, remembering
from warmline.cli.naming import alone
from warmline.cli.options import KindsOption, NamespacesOption, SinceOption, UntilOption, in_utc
from warmline.cli.output import JsonFlag, LimitOption, QuietFlag, show_fields, show_found, show_json
from warmline_schemas.memories import Memory

app = typer.Typer(cls=alone("list"), help="What agents and customers said, did and decided, each thing once.")

COLUMNS = {
    "id": lambda memory: memory.id,
    "kind": lambda memory: memory.kind,
    "agent": lambda memory: memory.agent,
    "namespace": lambda memory: memory.namespace,
    "happened": lambda memory: memory.event_time,
    "content": lambda memory: memory.content,
}
MemoryArgument = Annotated[str, typer.Argument(metavar="MEMORY", help="The id of the memory.")]


@app.command("list", epilog="Example:  warmline memories list --namespace user-dave --kind decision")
def list_memories(
    context: typer.Context,
    namespace: NamespacesOption = None,
    session: Annotated[list[str] | None, typer.Option("--session", "-s", help="Only memories of this session.")] = None,
    chain: Annotated[list[str] | None, typer.Option("--chain", help="Only memories of this chain.")] = None,
    kind: KindsOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 20,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List memories, newest first. A filter that is repeated means any of its values."""
    with connect(context) as client:
        found = client.memories.list(
            namespace=namespace,
            session_id=session,
            chain_id=chain,
            kind=kind,
            since=in_utc(since),
            until=in_utc(until),
        )
        memories = list(islice(found, limit))
    show_found(memories, COLUMNS, as_json=as_json, quiet=quiet)


@app.command(epilog="Example:  warmline memories show 01978f6e-7c1a-7000-8000-000000000001")
def show(context: typer.Context, memory: MemoryArgument, as_json: JsonFlag = False) -> None:
    """Show one memory."""
    with connect(context) as client:
        found = client.memories.get(memory)
    show_json(found) if as_json else show_fields(_fields(found))


app.command(epilog="Example:  warmline memories feedback 01978f6e-7c1a-7000-8000-000000000001 useful")(
    remembering.feedback
)
app.command(epilog="Example:  warmline memories forget --namespace user-dave --kind message --until 2026-01-01")(
    namespaces.forget
)


def _fields(memory: Memory) -> dict[str, object]:
    return {
        "memory": memory.id,
        "namespace": memory.namespace,
        "session": memory.session_id,
        "kind": memory.kind,
        "role": memory.role,
        "agent": memory.agent,
        "happened": memory.event_time,
        "importance": f"{memory.importance:.2f}{' (estimated)' if memory.importance_estimated else ''}",
        "pinned": "yes" if memory.pinned else None,
        "value": f"{memory.slot.name} = {memory.slot.value}" if memory.slot else None,
        "superseded by": memory.superseded_by,
        "content": memory.content,
    }
