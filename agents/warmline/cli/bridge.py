"""``warmline bridge``: run the bridge to a help desk."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.output import note
from warmline.errors import NotConfigured

app = typer.Typer(help="Run the bridge to a help desk.", no_args_is_help=True)
chatwoot = typer.Typer(
    help="Carry conversations between Chatwoot and Warmline.",
    invoke_without_command=True,
    epilog="Example:  warmline bridge chatwoot --config chatwoot.toml",
)
app.add_typer(chatwoot, name="chatwoot")


@chatwoot.callback()
def serve(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="WARMLINE_CHATWOOT", help="The file with the settings.")
    ] = Path("chatwoot.toml"),
) -> None:
    """Run the bridge, until Ctrl-C."""
    room = _room()
    settings = room.read_settings(config)
    if context.invoked_subcommand is not None:
        context.obj = settings
        return
    with connect(context) as client:
        note(f"Chatwoot's webhooks are taken at http://{settings.host}:{settings.port}/chatwoot/…; Ctrl-C ends this.")
        room.run(settings, client)


def _room() -> Any:
    try:
        return import_module("warmline.bridges.chatwoot")
    except ModuleNotFoundError as error:
        raise NotConfigured(f"The package {error.name!r} is missing: run `pip install 'warmline[bridges]'`.") from error
