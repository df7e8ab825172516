"""``warmline saved-replies``."""

from pathlib import Path
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.files import read_text
from warmline.cli.naming import alone
from warmline.cli.output import JsonFlag, show_done, show_fields, show_found, show_json
from warmline_schemas.saved_replies import SavedReply

app = typer.Typer(cls=alone("list"), help="Texts that operators put into their replies.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of the saved reply.")]

COLUMNS = {
    "name": lambda one: one.name,
    "language": lambda one: one.language,
    "queues": lambda one: ", ".join(one.queues) or "all",
    "text": lambda one: one.text,
}


@app.command("list", epilog="Example:  warmline saved-replies list")
def list_saved_replies(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the texts that people who answer customers use again and again, by name."""
    with connect(context) as client:
        found = client.saved_replies.list()
    show_found(found, COLUMNS, as_json=as_json)


@app.command(epilog="Example:  warmline saved-replies show refund-started")
def show(context: typer.Context, name: NameArgument, as_json: JsonFlag = False) -> None:
    """Show one saved reply."""
    with connect(context) as client:
        found = client.saved_replies.get(name)
    show_json(found) if as_json else _show(found)


@app.command(epilog="Example:  echo 'Dear {customer}, it is on its way.' | warmline saved-replies write on-its-way -")
def write(
    context: typer.Context,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The text; `-` reads it from the standard input.")],
    language: Annotated[str | None, typer.Option("--language", help="Its language, such as `de`.")] = None,
    queues: Annotated[
        list[str] | None, typer.Option("--queue", help="Offer it in the cases of this queue alone; can be repeated.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Add a saved reply, or replace the one of that name. `{customer}` and `{operator}` are filled in with names."""
    text = read_text(file)
    with connect(context) as client:
        written = client.saved_replies.write(name, text=text, language=language, queues=queues or [])
    show_json(written) if as_json else _show(written)


@app.command(epilog="Example:  warmline saved-replies delete refund-started")
def delete(context: typer.Context, name: NameArgument, as_json: JsonFlag = False) -> None:
    """Delete a saved reply. What was said with it stays."""
    with connect(context) as client:
        client.saved_replies.delete(name)
    show_done({"deleted": name}, f"Saved reply {name} was deleted.", as_json=as_json)


def _show(one: SavedReply) -> None:
    show_fields({"saved reply": one.name, "language": one.language, "queues": ", ".join(one.queues) or "all"})
    typer.echo(f"\n{one.text}")
