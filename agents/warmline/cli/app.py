"""The ``warmline`` command: all commands put together, and the options that all of them have."""

import sys
from typing import Annotated

import typer

from warmline.cli import bridge, replay, web_chat
from warmline.cli.coding import capture, here, hooks, resume
from warmline.cli.connection import Connection, connect
from warmline.cli.handoffs import attaching, chains, flags, requests, sessions, templates
from warmline.cli.mcp import commands as mcp
from warmline.cli.memories import consolidations, namespaces, recalling, remembering
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
    "warmline handoff list --state ready --json",
    "Each command shows its own with `--help`. The platform is found in WARMLINE_URL and WARMLINE_API_KEY, or else it "
    "is the local stack that is running.",
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
    app.add_typer(sessions.app, name="sessions")
    app.command(epilog="Example:  warmline recall 'billing dispute' --namespace user-dave --top-k 5")(recalling.recall)
    app.command(epilog="Example:  git log -1 --format=%B | warmline remember - --namespace acme/shop --kind decision")(
        remembering.remember
    )
    app.command(epilog="Example:  warmline feedback 01978f6e-7c1a-7000-8000-000000000001 useful")(remembering.feedback)
    app.add_typer(consolidations.app, name="consolidations")
    app.add_typer(requests.app, name="handoff")
    app.add_typer(chains.app, name="chain")
    app.add_typer(queues.app, name="queues")
    app.add_typer(operators.app, name="operators")
    app.add_typer(rotas.app, name="rotas")
    app.add_typer(shifts.app, name="shift")
    app.command(epilog="Example:  warmline events --queue queue:billing")(events.events)
    app.add_typer(webhooks.app, name="webhooks")
    app.add_typer(mcp.app, name="mcp")
    _add_channels(app)
    app.add_typer(flags.app, name="flags")
    app.add_typer(templates.app, name="template")
    app.command(epilog="Example:  warmline export user-dave --output user-dave.jsonl")(namespaces.export)
    app.command("import", epilog="Example:  warmline import user-dave.jsonl --namespace user-dave-copy")(
        namespaces.import_
    )
    app.command(epilog="Example:  warmline forget --namespace user-dave --kind message --until 2026-01-01")(
        namespaces.forget
    )
    _add_tenants_commands(app)
    _add_coding_commands(app)
    app.command(epilog="Example:  warmline replay cases.jsonl --out briefs.jsonl --limit 20")(replay.replay)
    app.command(epilog="Example:  warmline whoami --json")(whoami)
    return app, load_plugins(app)


def _add_tenants_commands(app: typer.Typer) -> None:
    app.add_typer(customers.app, name="customers")
    app.add_typer(saved_replies.app, name="saved-replies")
    app.command(epilog="Example:  warmline analytics --since 2026-03-01 --queue queue:billing")(analytics.analytics)
    app.command(epilog="Example:  warmline preferences --consolidate")(tenant.preferences)
    app.command(epilog="Example:  warmline retention --conversations 90 --sessions 730")(tenant.retention)
    app.command(epilog="Example:  warmline audit --namespace user-dave --verb forget")(tenant.audit)
    app.command(epilog="Example:  warmline usage --since 2026-03-01 --json")(tenant.usage)


def _add_channels(app: typer.Typer) -> None:
    app.add_typer(attaching.app, name="attachments")
    app.add_typer(bridge.app, name="bridge")
    app.command(epilog="Example:  warmline chat --origin https://shop.example --queue billing")(web_chat.chat)


def _add_coding_commands(app: typer.Typer) -> None:
    app.command(epilog="Example:  warmline capture claude-code --follow")(capture.capture)
    app.command(epilog="Example:  warmline resume --tool codex")(resume.resume)
    app.add_typer(hooks.app, name="hook")
    requests.app.command(epilog="Example:  warmline handoff here Add the time zones, with tests")(here.here)
    requests.app.command("import", epilog="Example:  warmline handoff import HANDOFF.md --to codex")(
        here.import_handoff
    )


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
