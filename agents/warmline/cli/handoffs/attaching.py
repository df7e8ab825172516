"""Attaching: files that a command sends along, and ``warmline attachments``."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from warmline import Warmline
from warmline.cli.connection import connect
from warmline.cli.files import stop_because
from warmline.cli.naming import alone
from warmline.cli.output import JsonFlag, LimitOption, QuietFlag, show_found

app = typer.Typer(cls=alone("list"), help="Files that customers and your side send.")

FilesOption = Annotated[
    list[Path] | None, typer.Option("--file", "-f", help="A file to send along. Repeat it for more.", exists=True)
]
COLUMNS: dict[str, Callable[[Any], object]] = {
    "id": lambda one: one.id,
    "name": lambda one: one.name,
    "type": lambda one: one.type,
    "size": lambda one: one.size,
    "state": lambda one: one.state,
    "namespace": lambda one: one.namespace,
}


def uploaded(client: Warmline, files: list[Path] | None, namespace: Callable[[], str]) -> list[UUID] | None:
    """The ids of files that were uploaded for a message; None without any. ``namespace`` finds out whose they are."""
    if not files:
        return None
    whose = namespace()
    return [client.attachments.upload(one, namespace=whose).id for one in files]


@app.command("list", epilog="Example:  warmline attachments list --namespace user-dave")
def list_attachments(
    context: typer.Context,
    namespace: Annotated[str | None, typer.Option("--namespace", "-n", help="Only this namespace.")] = None,
    chain: Annotated[str | None, typer.Option("--chain", help="Only this chain.")] = None,
    limit: LimitOption = 50,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List attachments, newest first."""
    with connect(context) as client:
        found = list(islice(client.attachments.list(namespace=namespace, chain_id=chain), limit))
    show_found(found, COLUMNS, as_json=as_json, quiet=quiet)


@app.command(epilog="Example:  warmline attachments save 01978f6e-7c1a-7000-8000-00000000000b receipt.jpg")
def save(
    context: typer.Context,
    attachment: Annotated[str, typer.Argument(metavar="ATTACHMENT", help="The id of the attachment.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it is written; what is there stays.")],
) -> None:
    """Load an attachment into a file."""
    with connect(context) as client:
        content = client.attachments.read(attachment)
    try:
        with file.open("xb") as target:
            target.write(content)
    except OSError as error:
        stop_because(error, f"{file} cannot be written: {error.strerror}.")
