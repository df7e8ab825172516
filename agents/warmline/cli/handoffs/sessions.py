"""``warmline sessions``."""

from itertools import islice
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.options import NamespaceOption
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    QuietFlag,
    show_fields,
    show_found,
    show_json,
    show_list,
)
from warmline_schemas.handoffs import Handoff
from warmline_schemas.sessions import Session, SessionState

app = typer.Typer(help="Sessions: list, show, chain, end.", invoke_without_command=True)

SessionArgument = Annotated[str, typer.Argument(metavar="SESSION", help="The id of the session.")]
AgentOption = Annotated[str | None, typer.Option("--agent", "-a", help="Only sessions of this agent.")]
StateOption = Annotated[SessionState | None, typer.Option("--state", help="Only sessions in this state.")]
ChainOption = Annotated[str | None, typer.Option("--chain", help="Only sessions of this chain.")]

COLUMNS = {
    "id": lambda session: session.id,
    "state": lambda session: session.state,
    "agent": lambda session: session.agent,
    "namespace": lambda session: session.namespace,
    "started": lambda session: session.started_at,
    "ended by": lambda session: session.ended_reason,
}


@app.callback()
def list_by_default(context: typer.Context, as_json: JsonFlag = False) -> None:
    """Sessions: list, show, chain, end. Without a command: list."""
    if context.invoked_subcommand is None:
        list_sessions(context, as_json=as_json)
    # ``warmline sessions --json list`` would silently print a table, because the option belongs to the default.
    elif as_json:
        raise typer.BadParameter(f"write --json after {context.invoked_subcommand!r}", param_hint="--json")


@app.command("list", epilog="Example:  warmline sessions list --namespace user-dave --state open")
def list_sessions(
    context: typer.Context,
    namespace: NamespaceOption = None,
    agent: AgentOption = None,
    state: StateOption = None,
    chain: ChainOption = None,
    limit: LimitOption = 20,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List sessions, newest first."""
    with connect(context) as client:
        found = client.sessions.list(namespace=namespace, agent=agent, state=state, chain_id=chain)
        sessions = list(islice(found, limit))
    show_found(sessions, COLUMNS, as_json=as_json, quiet=quiet)


@app.command("show", epilog="Example:  warmline sessions show 01978f6e-7c1a-7000-8000-000000000001")
def show_session(context: typer.Context, session: SessionArgument, as_json: JsonFlag = False) -> None:
    """Show one session."""
    with connect(context) as client:
        found = client.sessions.get(session)
    show_json(found) if as_json else show_fields(_fields(found))


@app.command("chain", epilog="Example:  warmline sessions chain 01978f6e-7c1a-7000-8000-000000000001 --json")
def show_chain(context: typer.Context, session: SessionArgument, as_json: JsonFlag = False) -> None:
    """Show all sessions of a session's chain, oldest first, and the handoffs between them."""
    with connect(context) as client:
        chain = client.sessions.chain(session)
    if as_json:
        return show_json(chain)
    show_list(chain.sessions, COLUMNS)
    return show_list(
        chain.handoffs,
        {
            "id": lambda handoff: handoff.id,
            "state": lambda handoff: handoff.state,
            "from → to": _route,
            "reason": lambda handoff: handoff.reason,
        },
    )


@app.command("end", epilog="Example:  warmline sessions end 01978f6e-7c1a-7000-8000-000000000001")
def end_session(context: typer.Context, session: SessionArgument, as_json: JsonFlag = False) -> None:
    """End a session. To end it again changes nothing."""
    with connect(context) as client:
        ended = client.sessions.end(session)
    show_json(ended) if as_json else show_fields(_fields(ended))


def _fields(session: Session) -> dict[str, object]:
    return {
        "session": session.id,
        "state": session.state,
        "agent": session.agent,
        "namespace": session.namespace,
        "chain": session.chain_id,
        "speaks for its chain": "yes" if session.owns_conversation else "no",
        "started from handoff": session.handoff_id,
        "started": session.started_at,
        "ended": session.ended_at,
        "ended by": session.ended_reason,
        "metadata": session.metadata or None,
    }


def _route(handoff: Handoff) -> str:
    return f"{handoff.source_agent} → {handoff.to}"
