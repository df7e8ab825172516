"""``warmline handoffs``: request, show, list, accept, cancel, retry and export handoffs."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from warmline.capture import GIT, code_was
from warmline.cli.connection import connect
from warmline.cli.files import open_to_write
from warmline.cli.handoffs import desk, reviews
from warmline.cli.handoffs.accounts import read_account
from warmline.cli.naming import alone
from warmline.cli.options import HandoffArgument, NamespacesOption, SinceOption, UntilOption, in_utc
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    QuietFlag,
    console,
    note,
    show_fields,
    show_found,
    show_ids,
    show_json,
    show_text,
)
from warmline_schemas.handoffs import AcceptMode, Handoff, HandoffMode, HandoffState, HandoffWithBrief, Urgency

app = typer.Typer(
    cls=alone("list"),
    help="Work that goes from one agent or person to the next with a brief, and what is done with it at a desk.",
)

app.command(
    epilog="Example:  warmline handoffs review 01978f6e-7c1a-7000-8000-000000000001 --form > draft.md; "
    "warmline handoffs review 01978f6e-7c1a-7000-8000-000000000001 --edit draft.md --confirm"
)(reviews.review)
app.command(epilog="Example:  warmline handoffs confirm 01978f6e-7c1a-7000-8000-000000000001 --revision 2")(
    reviews.confirm
)

desk.add_to(app)

COLUMNS = {
    "id": lambda handoff: handoff.id,
    "state": lambda handoff: handoff.state,
    "from": lambda handoff: handoff.source_agent,
    "to": lambda handoff: handoff.to,
    "reason": lambda handoff: handoff.reason,
    "requested": lambda handoff: handoff.requested_at,
}


@app.command(
    epilog="Example:  warmline handoffs request 01978f6e-7c1a-7000-8000-000000000001 --to billing-specialist "
    "--reason 'Customer disputes a $100 overcharge' --wait 30"
)
def request(
    context: typer.Context,
    session: Annotated[str, typer.Argument(metavar="SESSION", help="The id of the source session.")],
    to: Annotated[str, typer.Option("--to", help="The target: an agent, `human:NAME`, `queue:NAME` or `skill:NAME`.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the work goes over, in one sentence.")],
    goal: Annotated[str | None, typer.Option("--goal", help="What the target should achieve.")] = None,
    mode: Annotated[
        HandoffMode | None,
        typer.Option(
            "--mode",
            help=(
                "When the session ends: `cold` with the brief, `warm` when it is accepted, `consult` never. By default "
                "`cold` to an agent, and to people what the tenant prefers."
            ),
        ),
    ] = None,
    reason_code: Annotated[str | None, typer.Option("--reason-code", help="The reason as a reason code.")] = None,
    urgency: Annotated[
        Urgency | None, typer.Option("--urgency", help="How pressing the handoff is; the session's words say it else.")
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="The customer's language, such as `en`.")] = None,
    skills: Annotated[
        list[str] | None, typer.Option("--skill", help="A skill that the receiver must have. Repeat it for more.")
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", help="The template of the brief. Without it, the memories decide.")
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Let the brief wait as a draft until it is confirmed.")
    ] = False,
    refuse_vague: Annotated[
        bool,
        typer.Option("--refuse-vague", help="Let a handoff to an agent fail where its brief is below the bar."),
    ] = False,
    account: Annotated[
        Path | None,
        typer.Option(
            "--account", allow_dash=True, help="What you say of your work: a file with JSON or Markdown, `-` for stdin."
        ),
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="How many seconds to wait for the brief, to show it.")
    ] = 0,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Request that the work of an open session goes to a target."""
    with connect(context) as client:
        handoff: Handoff = client.handoffs.request(
            session,
            to=to,
            reason=reason,
            goal=goal,
            mode=mode,
            reason_code=reason_code,
            urgency=urgency,
            language=language,
            skills=skills,
            template=template,
            review=review,
            refuse_vague=refuse_vague,
            account=read_account(account),
        )
        if wait:
            handoff = client.handoffs.wait(handoff.id, timeout=wait)
    _show(handoff, quiet, as_json)


@app.command(epilog="Example:  warmline handoffs show 01978f6e-7c1a-7000-8000-000000000001")
def show(context: typer.Context, handoff: HandoffArgument, as_json: JsonFlag = False) -> None:
    """Show a handoff, and its brief if that is ready."""
    with connect(context) as client:
        found = client.handoffs.get(handoff)
    _show(found, False, as_json)


@app.command("list", epilog="Example:  warmline handoffs list --to billing-specialist --state ready")
def list_handoffs(
    context: typer.Context,
    namespace: NamespacesOption = None,
    state: Annotated[list[HandoffState] | None, typer.Option("--state", help="Only handoffs in this state.")] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="Only handoffs to this target.")] = None,
    holder: Annotated[list[str] | None, typer.Option("--holder", help="Only handoffs that they hold.")] = None,
    chain: Annotated[list[str] | None, typer.Option("--chain", help="Only handoffs of this chain.")] = None,
    session: Annotated[list[str] | None, typer.Option("--session", "-s", help="Only handoffs of this session.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 20,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List handoffs, newest first. A filter that is repeated means any of its values."""
    with connect(context) as client:
        found = client.handoffs.list(
            namespace=namespace,
            state=state,
            to=to,
            holder=holder,
            chain_id=chain,
            session_id=session,
            since=in_utc(since),
            until=in_utc(until),
        )
        handoffs = list(islice(found, limit))
    show_found(handoffs, COLUMNS, as_json=as_json, quiet=quiet)


@app.command(
    epilog="Example:  warmline handoffs accept 01978f6e-7c1a-7000-8000-000000000001 --agent billing-desk > prompt.txt"
)
def accept(
    context: typer.Context,
    handoff: HandoffArgument,
    agent: Annotated[str, typer.Option("--agent", "-a", help="The agent or person who takes over.")],
    mode: Annotated[
        AcceptMode,
        typer.Option(
            "--mode",
            help=(
                "`continue` takes the work over, `branch` starts beside it, `rollback` starts again from this brief."
            ),
        ),
    ] = AcceptMode.CONTINUE,
    token: Annotated[
        int | None,
        typer.Option("--token", "-t", min=1, help="The token of your claim, which `claim` printed, if you have one."),
    ] = None,
    read_back: Annotated[
        str | None, typer.Option("--read-back", help="What the handoff is about, in one line of your own words.")
    ] = None,
    confirm_read_back: Annotated[
        bool, typer.Option("--confirm-read-back", help="Accept even if the read-back contradicts the brief.")
    ] = False,
    top_k: Annotated[
        int | None, typer.Option("--top-k", min=0, max=100, help="How many memories come with the brief at most.")
    ] = None,
    token_budget: Annotated[
        int | None, typer.Option("--token-budget", help="How many tokens the prompt has at most.")
    ] = None,
    lean: Annotated[bool, typer.Option("--lean", help="With --json: the prompt without what it is made of.")] = False,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Take a handoff over: start a session of the target, and print the prompt that the target starts with.

    A brief that is still being written is waited for.
    """
    with connect(context) as client:
        start = client.handoffs.accept(
            handoff,
            agent=agent,
            mode=mode,
            token=token,
            read_back=read_back,
            confirm_read_back=confirm_read_back,
            top_k=top_k,
            token_budget=token_budget,
            # Only JSON shows what the prompt is made of.
            lean=lean or not as_json,
        )
        was = code_was(client.sessions.get(start.handoff.source_session_id).metadata.get(GIT), Path.cwd())
    if as_json:
        show_json(start)
    elif quiet:
        show_ids([start.session])
    else:
        held = f"; the token of its hold is {start.claim.token}" if start.claim else ""
        # This sentence goes to stderr, so that stdout is the prompt alone and can be piped into a model.
        note(f"Session {start.session.id} of {start.session.agent} has started{held}.")
        show_text("\n\n".join(filter(None, [start.prompt, was])))


@app.command(epilog="Example:  warmline handoffs cancel 01978f6e-7c1a-7000-8000-000000000001 --reason 'Solved'")
def cancel(
    context: typer.Context,
    handoff: HandoffArgument,
    reason: Annotated[str | None, typer.Option("--reason", help="Why you cancel it. The reason is kept.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Cancel a handoff while its source session is open. That session goes on."""
    with connect(context) as client:
        cancelled = client.handoffs.cancel(handoff, reason=reason)
    _show(cancelled, False, as_json)


@app.command(epilog="Example:  warmline handoffs list --state failed -q | xargs -n1 warmline handoffs retry")
def retry(context: typer.Context, handoff: HandoffArgument, as_json: JsonFlag = False) -> None:
    """Let the platform try again to write the brief of a failed handoff."""
    with connect(context) as client:
        retried = client.handoffs.retry(handoff)
    _show(retried, False, as_json)


@app.command(epilog="Example:  warmline handoffs export 01978f6e-7c1a-7000-8000-000000000001 --out HANDOFF.md")
def export(
    context: typer.Context,
    handoff: HandoffArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write. Without it, the brief is printed on stdout.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Export the brief of a handoff as Markdown: the same bytes every time, so that it can be committed to git."""
    with connect(context) as client:
        markdown = client.handoffs.brief(handoff, "markdown")
    if out is not None:
        with open_to_write(out) as file:
            file.write(markdown)
    if as_json:
        show_json({"handoff_id": handoff, **({"file": str(out)} if out else {"markdown": markdown})})
    elif out is None:
        show_text(markdown)
    else:
        note(f"Written to {out}.")


def _show(handoff: Handoff, quiet: bool, as_json: bool) -> None:
    if as_json:
        return show_json(handoff)
    if quiet:
        return show_ids([handoff])
    show_fields(
        {
            "handoff": handoff.id,
            "state": handoff.state,
            "from": f"{handoff.source_agent} (session {handoff.source_session_id})",
            "to": handoff.to,
            "reason": handoff.reason,
            "goal": handoff.goal,
            "mode": handoff.mode,
            "holder": handoff.holder,
            "closed as": handoff.closed_as,
            "template": handoff.template,
            "review": handoff.draft_revision and f"draft revision {handoff.draft_revision}",
            "problem": handoff.problem,
            "requested": handoff.requested_at,
            "ready": handoff.ready_at,
            "accepted": handoff.accepted_at,
            "taken over by session": handoff.target_session_id,
        }
    )
    if isinstance(handoff, HandoffWithBrief) and handoff.brief:
        console().print()
        show_text(handoff.brief.text)
    return None
