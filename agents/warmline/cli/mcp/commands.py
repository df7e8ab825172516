"""``warmline mcp``: run the MCP server, and register it with the programs that use such servers."""

import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from warmline.cli.connection import Connection
from warmline.cli.mcp.hosts import HOSTS, Change, Entry, Host, added, file_of, removed
from warmline.cli.output import note, show_text
from warmline.errors import NotConfigured
from warmline.local import find_endpoint

app = typer.Typer(
    help="Give agents Warmline's tools over MCP.",
    invoke_without_command=True,
    epilog="Example:  warmline mcp install codex",
)

AgentOption = Annotated[
    str, typer.Option("--agent", envvar="WARMLINE_AGENT", help="The agent as which the tools work.")
]
NamespaceOption = Annotated[
    str, typer.Option("--namespace", "-n", envvar="WARMLINE_NAMESPACE", help="Whose memories these are.")
]
NameOption = Annotated[str, typer.Option("--name", help="The name of the server in the host.")]
ProjectOption = Annotated[
    bool, typer.Option("--project", help="In the file of this folder's project, instead of your own.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]
HostArgument = Annotated[str, typer.Argument(metavar="HOST", help=f"One of {', '.join(HOSTS)}.")]


@app.callback()
def serve(
    context: typer.Context,
    agent: AgentOption = "mcp",
    namespace: NamespaceOption = "mcp",
    port: Annotated[
        int | None, typer.Option("--port", help="Serve over HTTP at this port. Without it, over stdin and stdout.")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="The address to listen on, for HTTP.")] = "127.0.0.1",
    allowed_hosts: Annotated[
        list[str] | None,
        typer.Option("--allowed-host", help="A name under which it is reached, for HTTP. Repeat it for more."),
    ] = None,
) -> None:
    """Run the server. It speaks MCP over stdin and stdout, or with ``--port`` over HTTP."""
    if context.invoked_subcommand is not None:
        return
    chosen = context.find_root().obj
    url, api_key = (chosen.url, chosen.api_key) if isinstance(chosen, Connection) else (None, None)
    server = _server()
    if port is None:
        server.serve_stdio(url, api_key, agent=agent, namespace=namespace)
    else:
        names = allowed_hosts or []
        server.serve_http(url, host=host, port=port, allowed_hosts=names, agent=agent, namespace=namespace)


@app.command(epilog="Example:  warmline mcp install claude-code --namespace acme/shop")
def install(
    context: typer.Context,
    host: HostArgument,
    agent: Annotated[
        str | None, typer.Option("--agent", help="The agent; the host's name where it is left out.")
    ] = None,
    namespace: NamespaceOption = "mcp",
    http: Annotated[
        str | None, typer.Option("--http", metavar="URL", help="Use the server that runs there, such as …/mcp.")
    ] = None,
    name: NameOption = "warmline",
    project: ProjectOption = False,
    yes: YesOption = False,
) -> None:
    """Register the server with a host. It shows first what it would write."""
    what = _host(host)
    if http and not what.takes_urls:
        raise typer.BadParameter(f"{what.title} takes no URLs in its file: leave --http out")
    entry = _entry(context, what, host, agent=agent, namespace=namespace, http=http, project=project)
    _write(what, added(what, file_of(what, Path.cwd() if project else None), name, entry), yes=yes)


@app.command(epilog="Example:  warmline mcp uninstall claude-code")
def uninstall(
    host: HostArgument, name: NameOption = "warmline", project: ProjectOption = False, yes: YesOption = False
) -> None:
    """Remove the server from a host. It shows first what it would write."""
    what = _host(host)
    _write(what, removed(what, file_of(what, Path.cwd() if project else None), name), yes=yes)


def _entry(
    context: typer.Context,
    host: Host,
    host_name: str,
    *,
    agent: str | None,
    namespace: str,
    http: str | None,
    project: bool,
) -> Entry:
    chosen = context.find_root().obj
    given = chosen if isinstance(chosen, Connection) else Connection(None, None)
    endpoint = find_endpoint(given.url, given.api_key)
    # The file of a project is shared, so that it has no key in it but the name of the variable.
    key = endpoint.api_key if not project else host.variable
    if http:
        return Entry(url=http, api_key=key or "$WARMLINE_API_KEY")
    environment = {"WARMLINE_URL": endpoint.url, "WARMLINE_AGENT": agent or host_name, "WARMLINE_NAMESPACE": namespace}
    if key:
        environment["WARMLINE_API_KEY"] = key
    return Entry(command=command_beside(), args=("mcp",), environment=environment)


def command_beside() -> str:
    """How a host calls this very command: beside the Python that runs, or else in the PATH."""
    # A host starts the command in its own folder, with another PATH.
    beside = Path(sys.executable).with_name("warmline")
    return str(beside) if beside.exists() else shutil.which("warmline") or "warmline"


def _host(name: str) -> Host:
    if name not in HOSTS:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(HOSTS)}", param_hint="HOST")
    return HOSTS[name]


def _write(host: Host, change: Change, *, yes: bool) -> None:
    if not change.changes_something:
        return note(f"{change.path} is like that already.")
    show_text(change.shown())
    if not (yes or typer.confirm("Write this?", err=True)):
        return note("Nothing was written.")
    change.write()
    return note(f"{change.path} is written. Start {host.title} anew.")


def _server() -> Any:
    try:
        # To load the library takes a second, which no other command should wait for.
        return import_module("warmline.mcp_server")
    except ModuleNotFoundError as error:
        raise NotConfigured(f"The package {error.name!r} is missing: run `pip install 'warmline[mcp]'`.") from error
