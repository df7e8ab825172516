"""Commands of ``warmline handoffs`` for the holder of a handoff: claim, ask, transfer, return, resolve and more."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.handoffs.attaching import FilesOption, uploaded
from warmline.cli.options import HandoffArgument
from warmline.cli.output import JsonFlag, console, note, show_fields, show_json
from warmline_schemas.claims import Claim, Inquiry
from warmline_schemas.handoffs import Handoff

AN_ID = "01978f6e-7c1a-7000-8000-000000000001"
AgentOption = Annotated[
    str, typer.Option("--agent", "-a", help="The agent or person who does this, such as `human:operator-7`.")
]
TokenOption = Annotated[
    int, typer.Option("--token", "-t", min=1, help="The token of your claim, which `claim` printed.")
]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why you do this. The reason is kept.")]
LeaseOption = Annotated[
    int | None, typer.Option("--lease", min=1, help="How many seconds the claim lasts (default 120).")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``warmline handoffs``."""
    for name, (command, example) in COMMANDS.items():
        app.command(name, epilog=f"Example:  warmline handoffs {name} {AN_ID} {example}")(command)


def claim(
    context: typer.Context,
    handoff: HandoffArgument,
    agent: AgentOption,
    lease: LeaseOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Claim a ready handoff for some time, and print the token that the other commands need."""
    with connect(context) as client:
        _show_claim(client.handoffs.claim(handoff, agent=agent, lease_seconds=lease), as_json)


def heartbeat(
    context: typer.Context,
    handoff: HandoffArgument,
    token: TokenOption,
    lease: LeaseOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Extend a claim. It is refused where the claim was lost."""
    with connect(context) as client:
        _show_claim(client.handoffs.heartbeat(handoff, token=token, lease_seconds=lease), as_json)


def release(
    context: typer.Context,
    handoff: HandoffArgument,
    token: TokenOption,
    reason: ReasonOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Give a claimed handoff back before you accept it."""
    with connect(context) as client:
        _show(client.handoffs.release(handoff, token=token, reason=reason), as_json)


def offer(
    context: typer.Context,
    handoff: HandoffArgument,
    to: Annotated[str, typer.Option("--to", help="The operator, such as `human:operator-7`.")],
    seconds: Annotated[
        int | None, typer.Option("--seconds", min=5, help="How many seconds the offer lasts (default 45).")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who offers the handoff.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Offer a ready handoff to one operator. Until the offer lapses, nobody else can claim it."""
    with connect(context) as client:
        _show(client.handoffs.offer(handoff, to=to, seconds=seconds, by=by), as_json)


def decline(
    context: typer.Context,
    handoff: HandoffArgument,
    agent: AgentOption,
    reason: ReasonOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Decline an offer. The handoff is offered to the next operator, or waits for all again."""
    with connect(context) as client:
        _show(client.handoffs.decline(handoff, agent=agent, reason=reason), as_json)


def ask(
    context: typer.Context,
    handoff: HandoffArgument,
    question: Annotated[str, typer.Argument(help="The question: what is missing in the brief.")],
    token: TokenOption,
    wait: Annotated[
        int | None, typer.Option("--wait", min=30, help="How many seconds to wait for the answer (default 900).")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Ask the source a question. The claim does not lapse while you wait for the answer."""
    with connect(context) as client:
        _show_inquiries([client.handoffs.ask(handoff, question, token=token, wait_seconds=wait)], as_json)


def answer(
    context: typer.Context,
    handoff: HandoffArgument,
    said: Annotated[str, typer.Argument(metavar="ANSWER", help="The answer.")],
    agent: AgentOption,
    inquiry: Annotated[
        str | None,
        typer.Option("--inquiry", help="The id of the inquiry. Without it, the oldest open one is answered."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Answer a question about a handoff."""
    with connect(context) as client:
        _show_inquiries([client.handoffs.answer(handoff, said, agent=agent, inquiry_id=inquiry)], as_json)


def inquiries(context: typer.Context, handoff: HandoffArgument, as_json: JsonFlag = False) -> None:
    """Show the questions about a handoff, and the answers."""
    with connect(context) as client:
        _show_inquiries(client.handoffs.inquiries(handoff), as_json)


def transfer(
    context: typer.Context,
    handoff: HandoffArgument,
    token: TokenOption,
    to: Annotated[str, typer.Option("--to", help="The target: an agent, `human:NAME`, `queue:NAME` or `skill:NAME`.")],
    reason: Annotated[str, typer.Option("--reason", help="Why you send it on.")],
    warm: Annotated[bool, typer.Option("--warm", help="Keep your session until the new target has accepted.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Send a held handoff on to another target, and show the handoff that goes there."""
    with connect(context) as client:
        _show(client.handoffs.transfer(handoff, token=token, to=to, reason=reason, warm=warm), as_json)


def give_back(
    context: typer.Context,
    handoff: HandoffArgument,
    instruction: Annotated[str, typer.Argument(help="What the source should do.")],
    token: TokenOption,
    as_json: JsonFlag = False,
) -> None:
    """Return a held handoff to the agent that handed over."""
    with connect(context) as client:
        _show(client.handoffs.give_back(handoff, token=token, instruction=instruction), as_json)


def snooze(
    context: typer.Context,
    handoff: HandoffArgument,
    token: TokenOption,
    until: Annotated[
        datetime | None,
        typer.Option("--until", help="Until when, in the time zone of this machine. Without it, the snooze ends now."),
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Snooze an accepted handoff until a time. Without a time, it ends the snooze now."""
    with connect(context) as client:
        # A person types the time on their own clock.
        local = until and until.astimezone()
        _show(client.handoffs.snooze(handoff, token=token, until=local, reason=reason), as_json)


def reply(
    context: typer.Context,
    handoff: HandoffArgument,
    token: TokenOption,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What is said to the customer.")] = None,
    files: FilesOption = None,
    corrects: Annotated[
        str | None,
        typer.Option("--corrects", metavar="MESSAGE", help="An earlier reply of yours, in whose place it holds."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say something to the customer, send files, or correct a reply; their channel delivers it."""
    with connect(context) as client:
        ids = uploaded(client, files, lambda: client.handoffs.get(handoff).namespace)
        said = client.handoffs.reply(handoff, token=token, content=text, attachments=ids, corrects=corrects)
    if as_json:
        return show_json(said)
    return show_fields({"message": said.id, "state": said.state})


def withdraw(
    context: typer.Context,
    handoff: HandoffArgument,
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="The reply, by its id.")],
    token: TokenOption,
    as_json: JsonFlag = False,
) -> None:
    """Withdraw a reply of yours while no channel has it. The record keeps it."""
    with connect(context) as client:
        said = client.handoffs.withdraw(handoff, message, token=token)
    if as_json:
        return show_json(said)
    return show_fields({"message": said.id, "state": "withdrawn"})


def resolve(
    context: typer.Context,
    handoff: HandoffArgument,
    text: Annotated[str, typer.Argument(metavar="NOTE", help="How the work ended.")],
    token: TokenOption,
    as_json: JsonFlag = False,
) -> None:
    """Close an accepted handoff and end its session. The note is kept as a memory."""
    with connect(context) as client:
        _show(client.handoffs.resolve(handoff, token=token, note=text), as_json)


def _show_claim(held: Claim, as_json: bool) -> None:
    if as_json:
        return show_json(held)
    return show_fields(
        {"handoff": held.handoff_id, "holder": held.agent, "token": held.token, "until": held.expires_at}
    )


def _show(handoff: Handoff, as_json: bool) -> None:
    if as_json:
        return show_json(handoff)
    return show_fields(
        {
            "handoff": handoff.id,
            "state": handoff.state,
            "to": handoff.to,
            "holder": handoff.holder,
            "offered to": handoff.offered_to,
            "snoozed until": handoff.snoozed_until,
            "closed as": handoff.closed_as,
            "from session": handoff.source_session_id,
        }
    )


def _show_inquiries(found: list[Inquiry], as_json: bool) -> None:
    if as_json:
        return show_json(found)
    if not found:
        return note("No questions were asked.")
    for place, one in enumerate(found):
        if place:
            console().print()
        answer = one.answer or f"none yet; due {one.due_at:%Y-%m-%d %H:%M} UTC"
        show_fields({"inquiry": one.id, one.asked_by: one.question, one.answered_by or "answer": answer})
    return None


COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "claim": (claim, "--agent human:operator-7"),
    "heartbeat": (heartbeat, "--token 1"),
    "release": (release, "--token 1 --reason Lunch"),
    "offer": (offer, "--to human:operator-7"),
    "decline": (decline, "--agent human:operator-7 --reason 'In a call'"),
    "ask": (ask, "'Which invoice is it about?' --token 1"),
    "answer": (answer, "'Invoice INV-2031' --agent tier1-bot"),
    "inquiries": (inquiries, "--json"),
    "transfer": (transfer, "--token 1 --to queue:fraud --reason 'The card was used in Lima'"),
    "return": (give_back, "'Ask for the order number' --token 1"),
    "snooze": (snooze, "--token 1 --until '2026-03-02 08:00:00'"),
    "reply": (reply, "'It is on its way.' --token 1"),
    "withdraw": (withdraw, "01978f6e-7c1a-7000-8000-000000000001 --token 1"),
    "resolve": (resolve, "'Refunded $100, confirmed by e-mail' --token 1"),
}
"""The commands by name, each with an example of what follows the id of the handoff."""
