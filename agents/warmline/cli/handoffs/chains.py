"""``warmline chains``."""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Column, Table
from rich.text import Text
from rich.tree import Tree

from warmline.capture import GIT
from warmline.cli.connection import connect
from warmline.cli.handoffs.attaching import FilesOption, uploaded
from warmline.cli.handoffs.lines import label_of, told
from warmline.cli.output import STYLES, JsonFlag, console, note, plain, show_fields, show_json
from warmline_schemas.briefs import BriefAction
from warmline_schemas.handoffs import Handoff
from warmline_schemas.sessions import ChainTree, ComparedLine, Comparison, Session, StartedAs, TreeSession

app = typer.Typer(
    help="All that followed from one first session: its tree, who speaks, and what is said to it.", no_args_is_help=True
)


@app.command(epilog="Example:  warmline chains tree 01978f6e-7c1a-7000-8000-000000000001")
def tree(
    context: typer.Context,
    chain: Annotated[
        str, typer.Argument(metavar="CHAIN", help="The id of the chain, which is the id of its first session.")
    ],
    as_json: JsonFlag = False,
) -> None:
    """Show a chain as a tree. Sessions that continued stand below each other; branches and rollbacks are indented."""
    with connect(context) as client:
        found = client.chains.tree(chain)
    show_json(found) if as_json else console().print(_as_tree(found), soft_wrap=True)


@app.command(
    epilog="Example:  warmline chains compare 01978f6e-7c1a-7000-8000-000000000002 01978f6e-7c1a-7000-8000-000000000003"
)
def compare(
    context: typer.Context,
    left: Annotated[str, typer.Argument(metavar="LEFT", help="The id of a handoff.")],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="The id of another handoff of the same chain.")],
    as_json: JsonFlag = False,
) -> None:
    """Show only what differs between the briefs of two handoffs of one chain, side by side."""
    with connect(context) as client:
        found = client.chains.compare(left, right)
        code = [_code_of(client.sessions.get(one.handoff.source_session_id)) for one in (found.left, found.right)]
    if as_json:
        return show_json(found)
    note(_common_origin(found))
    titles = ["differs", *(_title(side.handoff) for side in (found.left, found.right))]
    where = [("code", code[0], code[1])] if code[0] != code[1] else []
    return _side_by_side(titles, [*where, *_rows(found)])


@app.command(epilog="Example:  warmline chains owner 01978f6e-7c1a-7000-8000-000000000001 --agent tier1-bot")
def owner(
    context: typer.Context,
    chain: Annotated[
        str, typer.Argument(metavar="CHAIN", help="The id of the chain, which is the id of its first session.")
    ],
    session: Annotated[str | None, typer.Option("--session", "-s", help="The session that wants to reply.")] = None,
    agent: Annotated[str | None, typer.Option("--agent", "-a", help="The agent that wants to reply.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say which session speaks for a chain, and whether a session or agent may reply now."""
    with connect(context) as client:
        found = client.chains.owner(chain, session_id=session, agent=agent)
    if as_json:
        return show_json(found)
    may_reply = ("yes" if found.may_reply else "no") if session or agent else None
    return show_fields({"owner": found.agent, "may reply": may_reply, "why": found.why})


@app.command(epilog="Example:  warmline chains send 01978f6e-7c1a-7000-8000-000000000001 'Any news?' --id chat-88")
def send(
    context: typer.Context,
    chain: Annotated[
        str, typer.Argument(metavar="CHAIN", help="The id of the chain, which is the id of its first session.")
    ],
    external_id: Annotated[str, typer.Option("--id", help="The channel's own id of the message; a repeat is dropped.")],
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What was said.")] = None,
    files: FilesOption = None,
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", help="Who of your side said it; without it, the customer did.")
    ] = None,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="The customer has yet to hear it: their channel delivers it.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say something in a case as its channel heard it, whatever the state of the case."""
    with connect(context) as client:
        ids = uploaded(client, files, lambda: client.sessions.get(chain).namespace)
        found = client.chains.send(
            chain, text, external_id=external_id, attachments=ids, agent=agent, deliver=deliver or None
        )
    if as_json:
        return show_json(found)
    reached = f"{found.reached.replace('_', ' ')}{', as before' if found.repeated else ''}"
    return show_fields({"reached": reached, "chain": found.chain_id, "speaker": found.speaker, "waits for": found.to})


@app.command("give-back", epilog="Example:  warmline chains give-back CHAIN --agent human:ana 'Ask for the order'")
def give_back(
    context: typer.Context,
    chain: Annotated[
        str, typer.Argument(metavar="CHAIN", help="The id of the chain, which is the id of its first session.")
    ],
    agent: Annotated[str, typer.Option("--agent", "-a", help="Who gives it back.")],
    instruction: Annotated[
        str | None, typer.Argument(metavar="[INSTRUCTION]", help="What the agent should do now.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Let the agent of a case speak again, for whom a person had spoken; what they took over is handed back to it."""
    with connect(context) as client:
        found = client.chains.give_back(chain, agent, instruction)
    if as_json:
        return show_json(found)
    return show_fields({"owner": found.agent, "why": found.why})


def _as_tree(chain: ChainTree) -> Tree:
    """Draw a chain. A session that continued another one is drawn beside it, so that a long chain does not move to the
    right.
    """
    root = Tree(Text(f"chain {chain.id} in {_line(chain.namespace)}"), guide_style="dim")
    by_session: dict[UUID | None, Tree] = {}
    by_handoff: dict[UUID | None, Tree] = {}
    for one in chain.sessions:
        beside = by_session if one.started_as is StartedAs.CONTINUE else by_handoff
        place = one.parent_id if one.started_as is StartedAs.CONTINUE else one.session.handoff_id
        # The session goes to the parent of the one that it continued, or below the handoff from which it branched.
        # Where that is not shown, it goes to the root.
        parent = by_session[one.session.id] = beside.get(place, root)
        node = parent.add(_session(one, one.session.id == chain.owner_session_id))
        by_handoff |= {handoff.id: node.add(_handoff(handoff)) for handoff in one.handoffs}
    return root


def _session(one: TreeSession, speaks: bool) -> Text:
    session = one.session
    parts = [Text(_line(session.agent), "bold"), Text(session.state, STYLES.get(session.state, ""))]
    if session.ended_reason:
        parts.append(Text(f"by {session.ended_reason}", "dim"))
    if one.started_as in (StartedAs.BRANCH, StartedAs.ROLLBACK):
        parts.append(Text(one.started_as, "bold magenta"))
    if code := _code_of(session):
        parts.append(Text(_line(f"code at {code}"), "cyan"))
    if speaks:
        parts.append(Text("speaks for the chain", "green"))
    return Text("  ").join([*parts, Text(str(session.id), "dim")])


def _code_of(session: Session) -> str:
    """The commit and the branch that a coding agent worked on in a session; empty where nobody noted them."""
    git = session.metadata.get(GIT)
    return f"{git['head']} on {git.get('branch')}" if isinstance(git, dict) and git.get("head") else ""


def _handoff(handoff: Handoff) -> Text:
    route = Text(f"hop {handoff.hop} → {_line(handoff.to)}")
    state = Text(handoff.state, STYLES.get(handoff.state, ""))
    return Text("  ").join([route, state, Text(_line(handoff.reason)), Text(str(handoff.id), "dim")])


def _common_origin(found: Comparison) -> str:
    if found.ancestor is None:
        return "They have only the chain's first session in common."
    return f"Both come from hop {found.ancestor.hop} to {found.ancestor.to}, handoff {found.ancestor.id}."


def _side_by_side(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on a terminal, and tab-separated lines elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(map(_line, row)))
        return
    table = Table(
        *(Column(header=Text(_line(title))) for title in titles), box=None, header_style="bold", pad_edge=False
    )
    for row in rows:
        table.add_row(*map(Text, map(_line, row)))
    console().print(table if rows else Text("Nothing differs."))


def _title(handoff: Handoff) -> str:
    return f"hop {handoff.hop} → {handoff.to}"


def _rows(found: Comparison) -> Iterator[tuple[str, str, str]]:
    for value in found.values:
        yield value.label, value.left, value.right
    for action in found.outcomes:
        yield action.name, action.left.outcome, action.right.outcome
    yield from ((action.name, _called(action), "") for action in found.left.actions)
    yield from ((action.name, "", _called(action)) for action in found.right.actions)
    yield from ((_place(line), told(line.line), "") for line in found.left.lines)
    yield from ((_place(line), "", told(line.line)) for line in found.right.lines)


def _called(action: BriefAction) -> str:
    return f"{', '.join(f'{name}={value}' for name, value in action.arguments.items())} → {action.outcome}".lstrip()


def _place(compared: ComparedLine) -> str:
    section = compared.section.replace("_", " ")
    label = label_of(compared.line)
    return f"{section}: {label}" if label else section


def _line(text: str) -> str:
    return " ".join(plain(text).split())
