"""``warmline analytics``: figures about the tenant's handoffs."""

from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.naming import alone
from warmline.cli.options import NamespaceOption, SinceOption, UntilOption, in_utc
from warmline.cli.output import JsonFlag, note, show_fields, show_json, show_list, show_text
from warmline.resources import AnalyticsFilters
from warmline_schemas.analytics import Analytics, Attainment, Bucket, Figures, Part, Spread

GROUPS = {
    "name": lambda group: group.name,
    "handoffs": lambda group: group.figures.handoffs,
    "taken over": lambda group: group.figures.accepted,
    "accept p50": lambda group: _seconds(group.figures.time_to_accept.p50),
    "accept p95": lambda group: _seconds(group.figures.time_to_accept.p95),
    "in time": lambda group: _percent(group.figures.accept_promise.rate),
    "resolved": lambda group: group.figures.resolved,
    "resolve p50": lambda group: _seconds(group.figures.time_to_resolve.p50),
    "returns": lambda group: group.figures.returned.count,
    "lapsed": lambda group: group.figures.lapsed,
    "escalated": lambda group: group.figures.escalated,
    "asked again": lambda group: _percent(group.figures.repeat_questions.rate),
}


app = typer.Typer(cls=alone("show"), help="Figures about handoffs: how many, how soon, what became of them.")


@app.command(epilog="Example:  warmline analytics show --since 2026-03-01 --queue queue:billing")
def show(
    context: typer.Context,
    since: SinceOption = None,
    until: UntilOption = None,
    bucket: Annotated[Bucket, typer.Option("--bucket", help="The length of each point over time.")] = Bucket.DAY,
    queue: Annotated[
        str | None, typer.Option("--queue", help="Only handoffs to this target, such as `queue:billing`.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", help="Only handoffs that this agent requested or accepted.")
    ] = None,
    namespace: NamespaceOption = None,
    hops: Annotated[
        int | None, typer.Option("--hops", min=2, help="How many hops back to look for a ping-pong.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, and nothing else.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show figures about the handoffs that were requested in a period; by default, in the last seven days."""
    filters: AnalyticsFilters = {"since": in_utc(since), "until": in_utc(until), "bucket": bucket, "hops": hops}
    filters |= {"queue": queue, "agent": agent, "namespace": namespace}
    with connect(context) as client:
        if as_csv:
            return show_text(client.analytics.csv(**filters))
        found = client.analytics(**filters)
    return show_json(found) if as_json else _show(found)


def _show(found: Analytics) -> None:
    show_fields(
        {
            "period": f"{found.since:%Y-%m-%d %H:%M} to {found.until:%Y-%m-%d %H:%M} UTC",
            "issues": f"{found.issues.count}, {_share(found.issues.contained)} never went to people",
            "transfers per issue": found.issues.transfers_per_issue,
            **_fields(found.total),
        }
    )
    for title, groups in (("target", found.by_queue), ("who took over", found.by_agent), ("reason", found.by_reason)):
        if groups:
            note(f"\nBy {title}")
            show_list(groups, GROUPS)


def _fields(total: Figures) -> dict[str, object]:
    states = f"{total.accepted} taken over, {total.resolved} resolved, {total.waiting} waiting"
    return {
        "handoffs": f"{total.handoffs}: {states}",
        "time to brief": _spread(total.time_to_brief),
        "time to accept": _spread(total.time_to_accept),
        "time to first reply": _spread(total.time_to_first_reply),
        "time to resolve": _spread(total.time_to_resolve),
        "accepted in time": _kept_share(total.accept_promise),
        "first reply in time": _kept_share(total.first_reply_promise),
        "resolved in time": _kept_share(total.resolve_promise),
        "abandoned": _share(total.abandoned),
        "ping-pong": _share(total.ping_pong),
        "returned": _share(total.returned),
        "lapsed, escalated": f"{total.lapsed}, {total.escalated}",
        "repeat questions": _share(total.repeat_questions),
        "flagged lines": _share(total.flagged_lines),
        "five parts": total.elements,
    }


def _spread(spread: Spread) -> str | None:
    return f"p50 {_seconds(spread.p50)}, p95 {_seconds(spread.p95)} of {spread.count}" if spread.count else None


def _kept_share(promise: Attainment) -> str | None:
    due = promise.kept + promise.broken
    return f"{_percent(promise.rate)} of {due}" if due else None


def _share(part: Part) -> str:
    return f"{_percent(part.rate)} ({part.count} of {part.of})"


def _seconds(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return (
        f"{seconds:.1f} s"
        if seconds < 60
        else f"{seconds / 60:.1f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )


def _percent(rate: float | None) -> str:
    # A rate of nothing is not 0 %.
    return "–" if rate is None else f"{rate:.0%}"
