"""``warmline bridge``: run a bridge, and check its set-up."""

import logging
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.output import JsonFlag, note, show_json, show_text
from warmline.errors import NotConfigured

app = typer.Typer(help="Run a bridge: to a help desk, to Slack, to a source of incidents.", no_args_is_help=True)


@dataclass(frozen=True)
class _Kind:
    """A bridge that there is: its package, what people call it, and where it takes requests."""

    package: str
    called: str
    taken: str


def _add(name: str, kind: _Kind, does: str) -> None:
    """Add the commands of a bridge: running it, and ``check``."""
    group = typer.Typer(
        help=does,
        invoke_without_command=True,
        epilog=f"Example:  warmline bridge {name} --config {name}.toml",
    )
    config = typer.Option("--config", "-c", envvar=f"WARMLINE_{name.upper()}", help="The file with the settings.")

    @group.callback()
    def serve(context: typer.Context, config: Annotated[Path, config] = Path(f"{name}.toml")) -> None:
        """Run the bridge, until Ctrl-C."""
        if context.invoked_subcommand is not None:
            context.obj = config
            return
        room = _room(kind)
        settings = room.read_settings(config)
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        with connect(context) as client:
            note(f"{kind.called} are taken at http://{settings.host}:{settings.port}{kind.taken}; Ctrl-C ends this.")
            room.run(settings, client)

    @group.command(epilog=f"Example:  warmline bridge {name} --config {name}.toml check")
    def check(context: typer.Context, as_json: JsonFlag = False) -> None:
        """Say what is wrong with the set-up, and how to mend it. The exit status is 1 where something is."""
        room = _room(kind)
        settings = room.read_settings(context.obj)
        with connect(context) as client:
            findings = list(room.check(settings, client))
        if as_json:
            show_json({"findings": [asdict(one) for one in findings]})
        else:
            for one in findings:
                show_text(f"{'fine ' if one.is_fine else 'WRONG'}  {one.about}: {one.says}")
        if not all(one.is_fine for one in findings):
            raise typer.Exit(1)

    serve.__doc__ = does
    app.add_typer(group, name=name)


def _room(kind: _Kind) -> Any:
    try:
        return import_module(kind.package)
    except ModuleNotFoundError as error:
        raise NotConfigured(f"The package {error.name!r} is missing: run `pip install 'warmline[bridges]'`.") from error


_add(
    "chatwoot",
    _Kind("warmline.bridges.chatwoot", "Chatwoot's webhooks", "/chatwoot/…"),
    "Carry conversations between Chatwoot and Warmline.",
)
_add(
    "slack",
    _Kind("warmline.bridges.slack", "Slack's requests", "/slack/interactive"),
    "Show cases for people as threads in Slack, and let people work them there.",
)
_add(
    "pagerduty",
    _Kind("warmline.bridges.ops.pagerduty", "PagerDuty's webhooks", "/pagerduty"),
    "Let incidents of PagerDuty be cases for whoever is on call.",
)
_add(
    "alertmanager",
    _Kind("warmline.bridges.ops.alertmanager", "Alertmanager's webhooks", "/alertmanager"),
    "Let alerts of Alertmanager be cases for whoever is on call.",
)
