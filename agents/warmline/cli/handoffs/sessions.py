"""``warmline sessions``."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.files import read_messages
from warmline.cli.naming import alone
from warmline.cli.options import NamespacesOption, SinceOption, UntilOption, in_utc, read_metadata
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    QuietFlag,
    show_fields,
    show_found,
    show_ids,
    show_json,
    show_list,
)
from warmline_schemas.handoffs import Handoff
from warmline_schemas.sessions import Session, SessionState

app = typer.Typer(cls=alone("list"), help="The work of one agent or person on one case.")

SessionArgument = Annotated[str, typer.Argument(metavar="SESSION", help="The id of the session.")]
AgentOption = Annotated[str | None, typer.Option("--agent", "-a", help="Only sessions of this agent.")]
StateOption = Annotated[SessionState | None, typer.Option("--state", help="Only sessions in this state.")]
ChainOption = Annotated[str | None, typer.Option("--chain", help="Only sessions of this chain.")]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="Only sessions of this channel, such as `chat`.")]
MetadataOption = Annotated[
    list[str] | None,
    typer.Option(
        "--metadata", metavar="NAME=VALUE", help="Only sessions with this metadata. VALUE is JSON, or else a text."
    ),
]
NewMetadataOption = Annotated[
    list[str] | None,
    typer.Option("--metadata", metavar="NAME=VALUE", help="A member for the session's metadata. Repeat it for more."),
]
AT_ONCE = 200
"""How many messages of a file are sent in one request: embedding them takes the platform a few seconds."""

COLUMNS = {
    "id": lambda session: session.id,
    "state": lambda session: session.state,
    "agent": lambda session: session.agent,
    "namespace": lambda session: session.namespace,
    "started": lambda session: session.started_at,
    "ended by": lambda session: session.ended_reason,
}


@app.command("list", epilog="Example:  warmline sessions list --namespace user-dave --state open")
def list_sessions(
    context: typer.Context,
    namespace: NamespacesOption = None,
    agent: Annotated[list[str] | None, typer.Option("--agent", "-a", help="Only sessions of this agent.")] = None,
    state: StateOption = None,
    chain: Annotated[list[str] | None, typer.Option("--chain", help="Only sessions of this chain.")] = None,
    channel: ChannelOption = None,
    metadata: MetadataOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 20,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List sessions, newest first. A filter that is repeated means any of its values."""
    with connect(context) as client:
        found = client.sessions.list(
            namespace=namespace,
            agent=agent,
            state=state,
            chain_id=chain,
            channel=channel,
            metadata=read_metadata(metadata),
            since=in_utc(since),
            until=in_utc(until),
        )
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


@app.command("start", epilog="Example:  warmline sessions start --namespace user-dave --agent tier1-bot")
def start_session(
    context: typer.Context,
    namespace: Annotated[str, typer.Option("--namespace", "-n", help="Whose memories the session writes.")],
    agent: Annotated[str, typer.Option("--agent", "-a", help="Who works in it.")],
    metadata: NewMetadataOption = None,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Start a session. Any device can go on in it by its id."""
    with connect(context) as client:
        started = client.sessions.start(namespace, agent, read_metadata(metadata))
    _show(started, quiet=quiet, as_json=as_json)


@app.command("resume", epilog="Example:  warmline sessions resume 01978f6e-7c1a-7000-8000-000000000001")
def resume_session(
    context: typer.Context,
    session: SessionArgument,
    metadata: NewMetadataOption = None,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Go on in a session. One that its client ended is opened again."""
    with connect(context) as client:
        resumed = client.sessions.resume(session, read_metadata(metadata))
    _show(resumed, quiet=quiet, as_json=as_json)


@app.command("messages", epilog="Example:  warmline sessions messages 01978f6e-7c1a-7000-8000-000000000001 chat.jsonl")
def send_messages(
    context: typer.Context,
    session: SessionArgument,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A JSON list, or JSON Lines. `-` reads it from stdin.", allow_dash=True),
    ],
    as_json: JsonFlag = False,
) -> None:
    """Keep the messages and tool calls of a file, in the shapes of OpenAI or Anthropic. To send it again changes
    nothing where the messages have ids.
    """
    messages = read_messages(file)
    counts: Counter[str] = Counter(created=0, repeated=0, skipped=0)
    with connect(context) as client:
        for part in batched(messages, AT_ONCE):
            kept = client.sessions.remember_messages(session, part)
            counts.update(created=kept.created, repeated=kept.repeated, skipped=kept.skipped)
    show_json(counts) if as_json else show_fields(counts)


@app.command("end", epilog="Example:  warmline sessions end 01978f6e-7c1a-7000-8000-000000000001 --outcome solved")
def end_session(
    context: typer.Context,
    session: SessionArgument,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="What became of it, as a word of your own such as `solved`.")
    ] = None,
    metadata: NewMetadataOption = None,
    as_json: JsonFlag = False,
) -> None:
    """End a session. To end it again changes nothing."""
    with connect(context) as client:
        ended = client.sessions.end(session, outcome=outcome, metadata=read_metadata(metadata))
    show_json(ended) if as_json else show_fields(_fields(ended))


def _show(session: Session, *, quiet: bool, as_json: bool) -> None:
    if as_json:
        show_json(session)
    elif quiet:
        show_ids([session])
    else:
        show_fields(_fields(session))


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
        "outcome": session.outcome,
        "metadata": session.metadata or None,
    }


def batched(messages: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    """Cut messages into parts of at most so many."""
    for start in range(0, len(messages), most):
        yield messages[start : start + most]


def _route(handoff: Handoff) -> str:
    return f"{handoff.source_agent} → {handoff.to}"
