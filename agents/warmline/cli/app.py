"""The ``warmline`` command: all commands put together, and the options that all of them have."""

import sys
from typing import Annotated

import typer

from warmline.cli import bridge, naming, replay, web_chat
from warmline.cli.coding import capture, here, hooks, resume
from warmline.cli.connection import Connection, connect
from warmline.cli.handoffs import attaching, chains, flags, requests as handoff_requests, sessions, templates
from warmline.cli.mcp import commands as mcp
from warmline.cli.memories import consolidations, kept, namespaces, recalling, remembering
from warmline.cli.naming import Commands, numbers_of
from warmline.cli.output import JsonFlag, complain, show_fields, show_json
from warmline.cli.plugins import load_plugins
from warmline.cli.staffing import operators, queues, rotas, saved_replies, shifts
from warmline.cli.tenants import analytics, customers, events, tenant, webhooks
from warmline.errors import WarmlineError
from warmline.transport import sdk_version

HELP = "Warm handoffs between agents and people: whoever takes over starts where the last one stopped."
EXAMPLES = (
    "Examples:",
    "warmline remember 'Charged $299, the plan is $199 a month' --namespace user-dave --importance 0.9",
    "warmline recall 'billing dispute' --namespace user-dave",
    "warmline handoffs list --state ready --json",
    "Everyday verbs and services stand alone. All else is a noun and a verb: a noun alone lists or shows what there "
    "is, and `warmline NOUN --help` shows its verbs.",
    "The platform is found in WARMLINE_URL and WARMLINE_API_KEY, or else it is the local stack that is running.",
)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. The exit status is 0 on success, 1 on a problem, and 2 on wrong usage."""
    app, skipped = build_app()
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        app(arguments, prog_name="warmline")
    except WarmlineError as error:
        complain(str(error))
        sys.exit(1)
    except SystemExit as leaving:
        # A wrong command is often one of a plug-in that was skipped. Only then is the reason worth a line.
        if leaving.code == 2 and not _names_a_command(app, arguments):
            for sentence in skipped:
                complain(sentence)
        raise


def build_app() -> tuple[typer.Typer, list[str]]:
    """Put the commands together. Also return a sentence for each plug-in whose packages are not installed."""
    app = typer.Typer(
        name="warmline",
        cls=Commands,
        no_args_is_help=True,
        # Typer's tracebacks print local variables, among them API keys.
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=HELP, epilog="\n\n".join(EXAMPLES))(global_options)
    _add_agents_commands(app)
    _add_coding_commands(app)
    _add_operators_commands(app)
    _add_administrators_commands(app)
    _add_services(app)
    skipped = load_plugins(app)
    app.command(epilog="Example:  warmline whoami --json", rich_help_panel=naming.PLATFORM)(whoami)
    app.command(
        epilog="Example:  warmline replay cases.jsonl --out briefs.jsonl --limit 20", rich_help_panel=naming.PLATFORM
    )(replay.replay)
    _add_old_spellings(app)
    return app, skipped


def _add_agents_commands(app: typer.Typer) -> None:
    panel = naming.AGENTS
    app.command(
        epilog="Example:  git log -1 --format=%B | warmline remember - --namespace acme/shop --kind decision",
        rich_help_panel=panel,
    )(remembering.remember)
    app.command(
        epilog="Example:  warmline recall 'billing dispute' --namespace user-dave --top-k 5", rich_help_panel=panel
    )(recalling.recall)
    app.add_typer(sessions.app, name="sessions", rich_help_panel=panel)
    app.add_typer(handoff_requests.app, name="handoffs", rich_help_panel=panel)
    app.add_typer(chains.app, name="chains", rich_help_panel=panel)
    app.add_typer(kept.app, name="memories", rich_help_panel=panel)
    app.add_typer(consolidations.app, name="consolidations", rich_help_panel=panel)
    app.add_typer(namespaces.app, name="namespaces", rich_help_panel=panel)


def _add_coding_commands(app: typer.Typer) -> None:
    panel = naming.CODING
    app.command(epilog="Example:  warmline capture claude-code --follow", rich_help_panel=panel)(capture.capture)
    app.command(epilog="Example:  warmline resume --tool codex", rich_help_panel=panel)(resume.resume)
    app.add_typer(hooks.app, name="hooks", rich_help_panel=panel)
    app.add_typer(mcp.app, name="mcp", rich_help_panel=panel)
    handoffs = handoff_requests.app
    handoffs.command(epilog="Example:  warmline handoffs here Add the time zones, with tests")(here.here)
    handoffs.command("import", epilog="Example:  warmline handoffs import HANDOFF.md --to codex")(here.import_handoff)


def _add_operators_commands(app: typer.Typer) -> None:
    rooms = {
        "customers": customers.app,
        "attachments": attaching.app,
        "queues": queues.app,
        "operators": operators.app,
        "rotas": rotas.app,
        "shifts": shifts.app,
        "saved-replies": saved_replies.app,
    }
    for name, group in rooms.items():
        app.add_typer(group, name=name, rich_help_panel=naming.OPERATORS)


def _add_administrators_commands(app: typer.Typer) -> None:
    rooms = {
        "analytics": analytics.app,
        "events": events.app,
        "webhooks": webhooks.app,
        "templates": templates.app,
        "flags": flags.app,
        "preferences": tenant.preferences,
        "retention": tenant.retention,
        "audit": tenant.audit,
        "usage": tenant.usage,
    }
    for name, group in rooms.items():
        app.add_typer(group, name=name, rich_help_panel=naming.ADMINISTRATORS)


def _add_services(app: typer.Typer) -> None:
    app.command(
        epilog="Example:  warmline chat --origin https://shop.example --queue billing", rich_help_panel=naming.SERVICES
    )(web_chat.chat)
    app.add_typer(bridge.app, name="bridge", rich_help_panel=naming.SERVICES)


def _add_old_spellings(app: typer.Typer) -> None:
    """What stood alone before it was found beside its noun still works."""
    app.command(hidden=True)(remembering.feedback)
    app.command(hidden=True)(namespaces.forget)
    app.command(hidden=True)(namespaces.export)
    app.command("import", hidden=True)(namespaces.import_)


def print_version(wanted: bool) -> None:
    """Print the version and exit, where ``--version`` was given."""
    if wanted:
        typer.echo(f"warmline {sdk_version()}")
        raise typer.Exit


def global_options(
    context: typer.Context,
    url: Annotated[
        str | None, typer.Option("--url", envvar="WARMLINE_URL", help="The URL of the platform.", show_default=False)
    ] = None,
    api_key: Annotated[
        str | None,
        typer.Option("--api-key", envvar="WARMLINE_API_KEY", help="An API key for the platform.", show_default=False),
    ] = None,
    _version: Annotated[
        bool,
        # The option is eager, so that it works without a command.
        typer.Option("--version", help="Print the version and exit.", callback=print_version, is_eager=True),
    ] = False,
) -> None:
    """Store the options that all commands have."""
    context.obj = Connection(url, api_key)


def whoami(context: typer.Context, as_json: JsonFlag = False) -> None:
    """Show to which tenant the API key belongs, and which platform it is for."""
    with connect(context) as client:
        me = client.whoami()
        url = client.url
    if as_json:
        show_json({"url": url, **me.model_dump(mode="json")})
    else:
        show_fields({"platform": url, "tenant": me.tenant, "key": me.key})


def _names_a_command(app: typer.Typer, arguments: list[str]) -> bool:
    known = getattr(typer.main.get_command(app), "commands", {})
    return any(name in known for argument in arguments for name in numbers_of(argument))
