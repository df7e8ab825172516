"""``warmline preferences``, ``warmline retention``, ``warmline audit`` and ``warmline usage``."""

from itertools import islice
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.naming import alone
from warmline.cli.options import IfVersionOption, NamespacesOption, SinceOption, UntilOption, in_utc
from warmline.cli.output import JsonFlag, LimitOption, show_fields, show_found, show_json, show_list, version_of
from warmline_schemas.audit import AuditVerdict
from warmline_schemas.operators import OperatorRole
from warmline_schemas.tenancy import HideAtWrite, PeopleMode, PiiClass, Preferences, Retention, SummariserName

COLUMNS = {
    "at": lambda entry: entry.at,
    "by": lambda entry: str(entry.actor),
    "verb": lambda entry: entry.verb,
    "namespace": lambda entry: entry.namespace,
    "details": lambda entry: ", ".join(f"{name} {value}" for name, value in entry.details.items()),
}

USAGE_COLUMNS = {
    "day": lambda row: row.day,
    "model": lambda row: row.model,
    "calls": lambda row: row.calls,
    "fell back": lambda row: row.fell_back,
    "tokens in": lambda row: row.tokens_in,
    "tokens out": lambda row: row.tokens_out,
    "cost": lambda row: row.cost,
}


preferences = typer.Typer(cls=alone("change"), help="How the tenant wants it: briefs, secrets, sign-in, customers.")
retention = typer.Typer(cls=alone("change"), help="For how many days each kind of thing is kept.")
audit = typer.Typer(cls=alone("list"), help="Who did what, and when; each entry is chained to the one before.")
usage = typer.Typer(cls=alone("show"), help="What briefs took of language models.")


@preferences.command("show", epilog="Example:  warmline preferences show --json")
def show_preferences(context: typer.Context, as_json: JsonFlag = False) -> None:
    """Show the tenant's preferences."""
    with connect(context) as client:
        preferred = client.preferences()
    show_json(preferred) if as_json else _show_preferred(preferred)


@preferences.command("change", epilog="Example:  warmline preferences change --consolidate")
def change_preferences(
    context: typer.Context,
    reinforce: Annotated[
        bool | None,
        typer.Option(
            "--reinforce/--no-reinforce",
            help="Count recalls on the memories that they return, which raises their rank a little.",
        ),
    ] = None,
    consolidate: Annotated[
        bool | None, typer.Option("--consolidate/--no-consolidate", help="Let the worker consolidate near-duplicates.")
    ] = None,
    pii: Annotated[
        list[PiiClass] | None, typer.Option("--pii", help="Hide this class of personal data. Repeat it for more.")
    ] = None,
    no_pii: Annotated[bool, typer.Option("--no-pii", help="Hide no personal data. Secrets are still hidden.")] = False,
    secrets_at_write: Annotated[
        HideAtWrite | None,
        typer.Option("--secrets-at-write", help="Which memories lose their secrets for good when they are kept."),
    ] = None,
    hide_secrets_in_recall: Annotated[
        bool | None,
        typer.Option(
            "--hide-secrets-in-recall/--show-secrets-in-recall", help="Whether recalls and warm starts hide secrets."
        ),
    ] = None,
    summariser: Annotated[SummariserName | None, typer.Option("--summariser", help="What writes briefs.")] = None,
    four_eyes: Annotated[
        bool | None,
        typer.Option("--four-eyes/--no-four-eyes", help="Whether whoever edited a draft may not confirm it."),
    ] = None,
    key_days: Annotated[
        int | None,
        typer.Option("--key-days", min=1, help="For how many days a key is valid whose maker says nothing of that."),
    ] = None,
    sign_in_hours: Annotated[
        int | None, typer.Option("--sign-in-hours", min=1, help="After how many hours operators sign in again.")
    ] = None,
    idle_minutes: Annotated[
        int | None,
        typer.Option("--idle-minutes", min=5, help="After how many minutes without a page operators are signed out."),
    ] = None,
    password_sign_in: Annotated[
        bool | None,
        typer.Option("--passwords/--no-passwords", help="Whether operators sign in with passwords, too."),
    ] = None,
    second_factor_for: Annotated[
        list[OperatorRole] | None,
        typer.Option("--second-factor-for", help="A role that signs in with a second factor. Repeat it for more."),
    ] = None,
    no_second_factor: Annotated[
        bool, typer.Option("--no-second-factor", help="No role needs a second factor.")
    ] = False,
    reason_code: Annotated[
        list[str] | None, typer.Option("--reason-code", help="A reason code of your own. Repeat it for more.")
    ] = None,
    hop_budget: Annotated[
        int | None,
        typer.Option("--hop-budget", min=1, help="How many handoffs a chain may have before it goes to people."),
    ] = None,
    people_target: Annotated[
        str | None, typer.Option("--people-target", help="The target of such chains, such as `queue:people`.")
    ] = None,
    people_mode: Annotated[
        PeopleMode | None,
        typer.Option(
            "--people-mode", help="When a session ends whose handoff to people names no mode: `warm` or `cold`."
        ),
    ] = None,
    agent_accept: Annotated[
        int | None,
        typer.Option(
            "--agent-accept", min=0, help="How many seconds a handoff waits for its agent; then people get it."
        ),
    ] = None,
    agent_stalled: Annotated[
        int | None,
        typer.Option("--agent-stalled", min=0, help="How many seconds without a sign of its agent work may rest."),
    ] = None,
    reopen_hours: Annotated[
        int | None,
        typer.Option("--reopen-hours", min=0, help="For how long what a customer writes opens an ended case again."),
    ] = None,
    quiet_minutes: Annotated[
        int | None,
        typer.Option(
            "--quiet-minutes", min=0, help="For how long a person who answered elsewhere speaks; 0: for good."
        ),
    ] = None,
    delivery_seconds: Annotated[
        int | None,
        typer.Option("--delivery-seconds", min=0, help="After how long an undelivered reply is an alarm; 0: never."),
    ] = None,
    customer_recap: Annotated[
        bool | None,
        typer.Option(
            "--customer-recap/--no-customer-recap",
            help="Whether customers are told what is handed over to people, and asked whether it is right.",
        ),
    ] = None,
    ask_rating: Annotated[
        bool | None,
        typer.Option(
            "--ask-rating/--no-ask-rating",
            help="Whether customers are asked, once their case is resolved, for a number from 1 to 5.",
        ),
    ] = None,
    panel_origin: Annotated[
        list[str] | None,
        typer.Option("--panel-origin", help="A page that may show the side panel, by its origin. Repeat it for more."),
    ] = None,
    no_panel: Annotated[bool, typer.Option("--no-panel", help="No page may show the side panel.")] = False,
    language: Annotated[
        str | None, typer.Option("--language", help="The language of headings and labels in briefs, such as `de`.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="The customers' time zone, such as `Europe/Berlin`.")
    ] = None,
    mails_name_cases: Annotated[
        bool | None,
        typer.Option("--mails-name-cases/--mails-name-none", help="Whether e-mails to operators say whose case it is."),
    ] = None,
    if_version: IfVersionOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change the preferences for which you give an option, and show them all."""
    _not_both(pii, no_pii, "--pii, --no-pii")
    _not_both(second_factor_for, no_second_factor, "--second-factor-for, --no-second-factor")
    _not_both(panel_origin, no_panel, "--panel-origin, --no-panel")
    changes = {
        "reinforce": reinforce,
        "consolidate": consolidate,
        "pii": [] if no_pii else pii or None,
        "secrets_at_write": secrets_at_write,
        "hide_secrets_in_recall": hide_secrets_in_recall,
        "summariser": summariser,
        "four_eyes_on_drafts": four_eyes,
        "key_days": key_days,
        "sign_in_hours": sign_in_hours,
        "idle_minutes": idle_minutes,
        "password_sign_in": password_sign_in,
        "second_factor_for": [] if no_second_factor else second_factor_for or None,
        "reason_codes": reason_code or None,
        "hop_budget": hop_budget,
        "people_target": people_target,
        "people_mode": people_mode,
        "agent_accept_seconds": agent_accept,
        "agent_stalled_seconds": agent_stalled,
        "reopen_hours": reopen_hours,
        "quiet_minutes": quiet_minutes,
        "delivery_seconds": delivery_seconds,
        "customer_recap": customer_recap,
        "ask_rating": ask_rating,
        "panel_origins": [] if no_panel else panel_origin or None,
        "language": language,
        "time_zone": time_zone,
        "mails_name_cases": mails_name_cases,
    }
    # An empty list is a change: it hides no class. Only None means that the option was not used.
    given: dict[str, Any] = {name: change for name, change in changes.items() if change is not None}
    with connect(context) as client:
        preferred = client.revise_preferences(**given, if_unchanged=if_version) if given else client.preferences()
    if as_json:
        show_json(preferred)
    else:
        _show_preferred(preferred)


def _not_both(some: object, none: bool, names: str) -> None:
    if some and none:
        raise typer.BadParameter("give one of them, not both", param_hint=names)


def _clocks(preferred: Preferences) -> str:
    accept, stalled = preferred.agent_accept_seconds, preferred.agent_stalled_seconds
    others = len(preferred.clocks_of_agents)
    return (
        f"accept within {accept or 'any'} seconds, work without a break of {stalled or 'any'} seconds"
        f"{f'; {others} have clocks of their own' if others else ''}"
    )


def _sign_ins(preferred: Preferences) -> str:
    factors = ", ".join(preferred.second_factor_for)
    return (
        f"for {preferred.sign_in_hours} hours, {preferred.idle_minutes} minutes without a page"
        f"{'' if preferred.password_sign_in else '; without passwords'}"
        f"{f'; with a second factor for {factors}' if factors else ''}"
    )


def _show_preferred(preferred: Preferences) -> None:
    weights = ", ".join(f"{name} {value:g}" for name, value in preferred.weights.model_dump(exclude_none=True).items())
    show_fields(
        {
            "weights": weights or "defaults",
            "reinforce": preferred.reinforce,
            "consolidate": preferred.consolidate,
            "hides": ", ".join(preferred.pii) or "secrets alone",
            "secrets at write": preferred.secrets_at_write,
            "secrets in recall": "hidden" if preferred.hide_secrets_in_recall else "shown",
            "summariser": preferred.summariser,
            "drafts": "confirmed by a second person" if preferred.four_eyes_on_drafts else "confirmed by anybody",
            "keys": f"valid for {preferred.key_days} days",
            "sign-ins": _sign_ins(preferred),
            "reason codes": ", ".join(preferred.reason_codes) or "the built-in ones",
            "hop budget": preferred.hop_budget,
            "people target": preferred.people_target,
            "people mode": preferred.people_mode,
            "customers": "asked whether it is right" if preferred.customer_recap else "not asked",
            "ratings": "asked for" if preferred.ask_rating else "not asked for",
            "side panel": ", ".join(preferred.panel_origins) or "in no page",
            "agents": _clocks(preferred),
            "language": preferred.language,
            "time zone": preferred.time_zone,
        }
        | version_of(preferred)
    )


DaysOption = Annotated[int | None, typer.Option(min=0, help="For how many days; 0 for ever.", show_default=False)]


@retention.command("show", epilog="Example:  warmline retention show")
def show_retention(context: typer.Context, as_json: JsonFlag = False) -> None:
    """Show for how many days each kind is kept."""
    with connect(context) as client:
        _show_kept(client.preferences().retention, as_json)


@retention.command("change", epilog="Example:  warmline retention change --conversations 90 --sessions 730")
def change_retention(
    context: typer.Context,
    memories: DaysOption = None,
    conversations: DaysOption = None,
    sessions: DaysOption = None,
    events: DaysOption = None,
    attachments: DaysOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change for how many days the kinds are kept for which you give days, and show them all.

    Memories outside of sessions, what was said in conversations, sessions with all that belongs to their chains,
    events, the files that came with messages. What is older than you say is forgotten within seconds, for good.
    """
    given = {"memories": memories, "conversations": conversations, "sessions": sessions, "events": events}
    given["attachments"] = attachments
    changes = {kind: days or None for kind, days in given.items() if days is not None}
    with connect(context) as client:
        preferred = client.preferences()
        if changes:
            # The kinds that are not given are sent as they were read: nobody's change of them meanwhile is undone.
            wanted = preferred.retention.model_copy(update=changes)
            preferred = client.revise_preferences(retention=wanted, if_unchanged=preferred)
    _show_kept(preferred.retention, as_json)


def _show_kept(kept: Retention, as_json: bool) -> None:
    if as_json:
        show_json(kept)
    else:
        show_fields({kind: f"{days} days" if days else "for ever" for kind, days in kept.model_dump().items()})


HeadOption = Annotated[str | None, typer.Option("--head", help="A hash that an earlier verification showed.")]


@audit.command("list", epilog="Example:  warmline audit list --namespace user-dave --verb forget")
def list_entries(
    context: typer.Context,
    namespace: NamespacesOption = None,
    verb: Annotated[
        list[str] | None, typer.Option("--verb", help="Only entries of this action, such as `forget` or `make-key`.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 20,
    # What `verify` does now was an option of this command.
    verified: Annotated[bool, typer.Option("--verify", hidden=True)] = False,
    head: Annotated[str | None, typer.Option("--head", hidden=True)] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show who did what, and when, newest first."""
    if head is not None and not verified:
        raise typer.BadParameter("goes with `verify`", param_hint="--head")
    if verified:
        return verify(context, head, as_json)
    with connect(context) as client:
        wanted = client.audit(verb=verb, namespace=namespace, since=in_utc(since), until=in_utc(until))
        entries = list(islice(wanted, limit))
    return show_found(entries, COLUMNS, as_json=as_json)


@audit.command(epilog="Example:  warmline audit verify --json")
def verify(context: typer.Context, head: HeadOption = None, as_json: JsonFlag = False) -> None:
    """Verify the whole chain of entries. The exit status is 1 where it is broken."""
    with connect(context) as client:
        _show_verdict(client.verify_audit(head=head), as_json=as_json)


def _show_verdict(verdict: AuditVerdict, *, as_json: bool) -> None:
    if as_json:
        show_json(verdict)
    else:
        numbers = f"{verdict.oldest} to {verdict.newest}" if verdict.entries else "none"
        found = "intact" if verdict.intact else "broken"
        show_fields({"chain": found, "entries": numbers, "head": verdict.head, "problems": "\n".join(verdict.problems)})
    if not verdict.intact:
        raise typer.Exit(1)


@usage.command("show", epilog="Example:  warmline usage show --since 2026-03-01 --json")
def show_usage(
    context: typer.Context, since: SinceOption = None, until: UntilOption = None, as_json: JsonFlag = False
) -> None:
    """Show how much the tenant's briefs used language models, by day (UTC) and model."""
    with connect(context) as client:
        used = client.usage(since=in_utc(since), until=in_utc(until))
    show_json(used) if as_json else show_list(used.days, USAGE_COLUMNS)
