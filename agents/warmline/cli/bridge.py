"""``warmline bridge``: run the bridge to a help desk."""

import logging
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.output import JsonFlag, note, show_json, show_text
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
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with connect(context) as client:
        note(f"Chatwoot's webhooks are taken at http://{settings.host}:{settings.port}/chatwoot/…; Ctrl-C ends this.")
        room.run(settings, client)


@chatwoot.command(epilog="Example:  warmline bridge chatwoot --config chatwoot.toml check")
def check(context: typer.Context, as_json: JsonFlag = False) -> None:
    """Say what is wrong with the set-up, and how to mend it. The exit status is 1 where something is."""
    with connect(context) as client:
        findings = list(_room().check(context.obj, client))
    if as_json:
        show_json({"findings": [asdict(one) for one in findings]})
    else:
        for one in findings:
            show_text(f"{'fine ' if one.is_fine else 'WRONG'}  {one.about}: {one.says}")
    if not all(one.is_fine for one in findings):
        raise typer.Exit(1)


def _room() -> Any:
    try:
        return import_module("warmline.bridges.chatwoot")
    except ModuleNotFoundError as error:
        raise NotConfigured(f"The package {error.name!r} is missing: run `pip install 'warmline[bridges]'`.") from error
