"""``warmline namespaces import --from``: what Dakera, mem0 or Zep keep becomes memories here."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.progress import MofNCompleteColumn

from warmline.cli.connection import connect
from warmline.cli.files import stop_because
from warmline.cli.output import complain, note, progress_bar, show_fields, show_json
from warmline.moving import Item, Origin, Plan, Unreadable, bring, items_of_file, items_of_server, plan


@dataclass(frozen=True)
class Source:
    """Where the items are: in a file, or at a server, which is asked for everything of one owner."""

    origin: Origin
    file: Path | None
    url: str | None
    key: str | None
    whose: str | None

    def items(self) -> Iterator[Item]:
        """Read the items. A file or a server that cannot be read ends the command with the reason."""
        where = self.file if self.file is not None else self.origin.value
        try:
            yield from items_of_file(self.file) if self.file else self._asked()
        except Unreadable as error:
            stop_because(error, f"{where}: {error}")
        except UnicodeDecodeError as error:
            stop_because(error, f"{where} cannot be read: it is not UTF-8 text.")
        except OSError as error:
            stop_because(error, f"{where} cannot be read: {error.strerror}.")

    def _asked(self) -> Iterator[Item]:
        if not self.whose:
            raise typer.BadParameter("give a FILE, or say with --of whose memories to ask for", param_hint="--of")
        return items_of_server(self.origin, self.url, self.key, self.whose)


def import_from(context: typer.Context, source: Source, namespace: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Check everything, and then store it; on a dry run only say what there is."""
    if source.file is None:
        # A server is asked once: what it answers to a second question could be something else.
        found = list(source.items())
        planned = plan(source.origin, lambda: found, namespace)
    else:
        found = None
        planned = plan(source.origin, source.items, namespace)
    _stop_at_faults(planned)
    facts: dict[str, object] = {"memories": planned.memories, "namespaces": len(planned.namespaces)}
    facts |= {f"left behind, {reason}": count for reason, count in sorted(planned.left_behind.items())}
    if not dry_run:
        with connect(context) as client, progress_bar(MofNCompleteColumn()) as progress:
            task = progress.add_task("importing", total=planned.memories)
            items = source.items if found is None else lambda: found
            brought = bring(client, source.origin, items, namespace, lambda count: progress.advance(task, count))
        facts |= {"stored": brought.stored, "were there": brought.were_there}
    if as_json:
        return show_json({name.replace(", ", "_").replace(" ", "_"): value for name, value in facts.items()})
    if dry_run:
        note("This would be imported; nothing was stored.")
    return show_fields(facts)


def _stop_at_faults(planned: Plan) -> None:
    if planned.faults:
        for fault in planned.faults:
            complain(fault)
        complain("Nothing was imported. Correct this, or take it out of the file, and import it again.")
        raise typer.Exit(1)
