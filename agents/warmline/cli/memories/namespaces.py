"""``warmline namespaces export``, ``warmline namespaces import`` and ``warmline memories forget``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from pydantic import ValidationError
from rich.progress import MofNCompleteColumn, TaskProgressColumn

from warmline.cli.connection import connect
from warmline.cli.files import open_to_read, open_to_write, stop_because
from warmline.cli.memories.moving import Source, import_from
from warmline.cli.options import (
    AgentOption,
    ChainOption,
    KindsOption,
    MetadataOption,
    SessionOption,
    SinceOption,
    SlotOption,
    UntilOption,
    memory_filters,
)
from warmline.cli.output import JsonFlag, note, progress_bar, show_fields, show_json
from warmline.client import Warmline
from warmline.moving import Origin
from warmline_schemas.namespaces import EndLine, Forgotten, HeaderLine

# The counts in the header leave out the header itself and the last line.
HEADER_AND_END = 2

app = typer.Typer(help="All that is kept of a customer or a team, to take away and to bring.", no_args_is_help=True)


@app.command(epilog="Example:  warmline namespaces export user-dave --output user-dave.jsonl")
def export(
    context: typer.Context,
    namespace: Annotated[
        str, typer.Argument(metavar="NAMESPACE", help="The namespace to export, such as `user-dave`.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write. Without it, the export is printed on stdout."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Export everything in a namespace as JSON Lines, without embeddings."""
    if as_json and output is None:
        raise typer.BadParameter("--json reports what was written to a file: give --output, too", param_hint="--json")
    count, last = 0, ""
    with connect(context) as client, _output_of(output) as write, progress_bar(MofNCompleteColumn()) as progress:
        task = progress.add_task("exporting", total=None)
        for last in client.namespaces.export(namespace):
            if count == 0:
                header = HeaderLine.model_validate_json(last)
                # The header says how many lines follow, so the bar can show a share.
                progress.update(task, total=HEADER_AND_END + _lines(header))
            write(last + "\n")
            count += 1
            progress.advance(task)
    if as_json:
        show_json({"file": str(output), "lines": count, **EndLine.model_validate_json(last).model_dump()})
    elif output is not None:
        note(f"Written to {output}: {count} lines.")


@app.command("import", epilog="Example:  warmline namespaces import user-dave.jsonl --namespace user-dave-copy")
def import_(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="A file that `warmline namespaces export` or the other tool wrote."),
    ] = None,
    namespace: Annotated[
        str | None,
        typer.Option(
            "--namespace", "-n", help="The namespace to import into. Without it, the namespace that was exported."
        ),
    ] = None,
    origin: Annotated[Origin | None, typer.Option("--from", help="The tool that the memories come from.")] = None,
    whose: Annotated[
        str | None,
        typer.Option(
            "--of", help="Without a FILE: whose memories to ask the other tool's API for (agent, user, threads/UUID)."
        ),
    ] = None,
    url: Annotated[str | None, typer.Option("--source-url", help="Where the other tool's API is.")] = None,
    key: Annotated[
        str | None,
        typer.Option("--source-key", envvar="WARMLINE_SOURCE_KEY", help="A key to it.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check it and count, and store nothing.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Import a namespace from JSON Lines, or memories from another tool. To import the same again adds nothing."""
    if origin is not None:
        return import_from(context, Source(origin, file, url, key, whose), namespace, dry_run=dry_run, as_json=as_json)
    if file is None or whose or url or dry_run:
        raise typer.BadParameter(
            "give the FILE of an export; --of, --source-url and --dry-run go with --from", param_hint="FILE"
        )
    return _import_export(context, file, namespace, as_json)


def _import_export(context: typer.Context, file: Path, namespace: str | None, as_json: bool) -> None:
    with open_to_read(file) as lines:
        target = namespace or _source(file, lines)
        with connect(context) as client, progress_bar(TaskProgressColumn()) as progress:
            # The bar counts bytes, because the file is not read twice to count its lines.
            task = progress.add_task("importing", total=file.stat().st_size)
            counted = _counting(lines, lambda size: progress.advance(task, size))
            imported = client.namespaces.import_(target, counted)
    if as_json:
        return show_json(imported)
    counts = imported.model_dump(exclude={"namespace"})
    return show_fields({"namespace": imported.namespace, **{name.replace("_", " "): counts[name] for name in counts}})


def forget(
    context: typer.Context,
    memories: Annotated[list[str] | None, typer.Argument(metavar="MEMORY...", help="The ids of the memories.")] = None,
    namespace: Annotated[str | None, typer.Option("--namespace", "-n", help="Whose memories to forget.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Forget the whole namespace.")] = False,
    kinds: KindsOption = None,
    agent: AgentOption = None,
    session: SessionOption = None,
    chain: ChainOption = None,
    slot: SlotOption = None,
    metadata: MetadataOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show how much would be forgotten.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Forget memories for good: by id, by filters, or a whole namespace."""
    filters = {"ids": memories or None, **memory_filters(kinds, agent, session, chain, slot, metadata, since, until)}
    given = {name: value for name, value in filters.items() if value is not None}
    _check_usage(namespace, everything, dry_run, given)
    with connect(context) as client:
        if namespace is None:
            _ask(yes, f"Forget {len(memories or ())} memories for good?")
            return _forget_ids(client, memories or [], as_json)
        if everything:
            _ask(yes, f"Forget everything in {namespace} for good, sessions and handoffs included?")
            forgotten = client.namespaces.forget(namespace)
        elif dry_run:
            forgotten = client.memories.forget_matching(namespace=namespace, dry_run=True, **filters)
        else:
            forgotten = _forget_matching(client, namespace, filters, yes)
    return _show(forgotten, as_json)


def _check_usage(namespace: str | None, everything: bool, dry_run: bool, given: dict[str, Any]) -> None:
    if namespace is None and (everything or set(given) != {"ids"} or dry_run):
        raise typer.BadParameter(
            "say which memories to forget: give ids, or --namespace with filters", param_hint="--namespace"
        )
    if everything and (given or dry_run):
        raise typer.BadParameter("--all needs --namespace, and no filters", param_hint="--all")
    if namespace is not None and not everything and not given:
        raise typer.BadParameter("give a filter, or --all for the whole namespace", param_hint="--all")


def _forget_matching(client: Warmline, namespace: str, filters: dict[str, Any], yes: bool) -> Forgotten:
    # The dry run counts first, so that the question names what would be lost.
    if not yes:
        would = client.memories.forget_matching(namespace=namespace, dry_run=True, **filters)
        _ask(yes, f"Forget {would.memories} memories for good, and {would.brief_lines} lines of {would.briefs} briefs?")
    return client.memories.forget_matching(namespace=namespace, **filters)


def _forget_ids(client: Warmline, ids: list[str], as_json: bool) -> None:
    with progress_bar(MofNCompleteColumn()) as progress:
        for memory_id in progress.track(ids, description="forgetting"):
            client.memories.forget(memory_id)
    show_json({"memories": len(ids)}) if as_json else show_fields({"memories": len(ids)})


def _ask(yes: bool, question: str) -> None:
    """Ask whether to go on. Without a terminal, where nobody can answer, refuse."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter("without a terminal, nobody can confirm: give --yes", param_hint="--yes")
    typer.confirm(question, abort=True, err=True)


def _show(forgotten: Forgotten, as_json: bool) -> None:
    if as_json:
        return show_json(forgotten)
    counts = forgotten.model_dump(exclude={"namespace", "dry_run"})
    if forgotten.dry_run:
        note("This would be forgotten; nothing was changed.")
    return show_fields({name.replace("_", " "): count for name, count in counts.items()})


def _lines(header: HeaderLine) -> int:
    return header.sessions + header.handoffs + header.memories + header.consolidations


def _source(file: Path, lines: BinaryIO) -> str:
    """Read the namespace in the first line of an export."""
    try:
        header = HeaderLine.model_validate_json(lines.readline())
    except ValidationError as error:
        stop_because(
            error, f"{file} is no export: its first line is not the header that `warmline namespaces export` writes."
        )
    # The header is read again, because the import needs it, too.
    lines.seek(0)
    return header.namespace


def _counting(lines: BinaryIO, count: Callable[[int], None]) -> Iterator[bytes]:
    for line in lines:
        yield line
        count(len(line))


@contextmanager
def _output_of(output: Path | None) -> Iterator[Callable[[str], Any]]:
    """Open the output, and yield the function that writes to it. A file gets its name only when it is complete."""
    if output is None:
        yield sys.stdout.write
        return
    # The part is in the same folder, so that the last step is a rename, and a cut-off export never gets the final name.
    part = output.with_name(output.name + ".part")
    with open_to_write(part) as out:
        yield out.write
    part.replace(output)
