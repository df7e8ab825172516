"""``warmline consolidations``."""

from itertools import islice
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.naming import alone, command
from warmline.cli.options import NamespacesOption
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    QuietFlag,
    note,
    show_found,
    show_json,
    show_list,
)
from warmline_schemas.memories import Consolidation

app = typer.Typer(cls=alone("list"), help="Memories that say the same, of which one is kept in front.")

COLUMNS = {
    "id": lambda one: one.id,
    "kept": lambda one: one.kept_id,
    "stands for": lambda one: len(one.merged_ids),
    "similarity": lambda one: one.similarity,
    "made": lambda one: one.made_at,
    "undone": lambda one: one.undone_at,
}


@command(app, "create", was="make", epilog="Example:  warmline consolidations create user-dave --dry-run")
def create(
    context: typer.Context,
    namespace: Annotated[str, typer.Argument(metavar="NAMESPACE", help="Whose memories to consolidate.")],
    similarity: Annotated[
        float | None,
        typer.Option("--similarity", min=0.5, max=1, help="The lowest cosine similarity to the memory that is kept."),
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", help="Only memories older than the one with this id.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be consolidated.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Let one memory stand for its near-duplicates. `undo` reverses this."""
    with connect(context) as client:
        made = client.consolidations.make(namespace, similarity=similarity, before=before, dry_run=dry_run or None)
    if as_json:
        return show_json(made)
    note(f"{made.compared} memories were compared." + (" Nothing was changed." if dry_run else ""))
    if made.next_before is not None:
        note(f"Older ones: --before {made.next_before}")
    return show_list(made.consolidations, COLUMNS)


@app.command("list", epilog="Example:  warmline consolidations list --namespace user-dave")
def list_consolidations(
    context: typer.Context,
    namespace: NamespacesOption = None,
    limit: LimitOption = 20,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List consolidations, newest first."""
    with connect(context) as client:
        found: list[Consolidation] = list(islice(client.consolidations.list(namespace=namespace), limit))
    show_found(found, COLUMNS, as_json=as_json, quiet=quiet)


@app.command(epilog="Example:  warmline consolidations undo 01978f6e-7c1a-7000-8000-000000000001")
def undo(
    context: typer.Context,
    consolidation: Annotated[str, typer.Argument(metavar="CONSOLIDATION", help="The id of the consolidation.")],
    as_json: JsonFlag = False,
) -> None:
    """Undo a consolidation: its memories come back into recall."""
    with connect(context) as client:
        client.consolidations.undo(consolidation)
        undone = client.consolidations.get(consolidation)
    show_json(undone) if as_json else show_list([undone], COLUMNS)
