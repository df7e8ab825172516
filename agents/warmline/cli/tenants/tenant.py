"""``warmline preferences``, ``warmline audit`` and ``warmline usage``."""

from itertools import islice
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.options import NamespaceOption, SinceOption, UntilOption, in_utc
from warmline.cli.output import JsonFlag, LimitOption, show_fields, show_found, show_json, show_list
from warmline_schemas.audit import AuditVerdict
from warmline_schemas.tenancy import HideAtWrite, PiiClass, Preferences, SummariserName

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


def preferences(
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
    language: Annotated[
        str | None, typer.Option("--language", help="The language of headings and labels in briefs, such as `de`.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="The customers' time zone, such as `Europe/Berlin`.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show the tenant's preferences, and change those for which you give an option."""
    if pii and no_pii:
        raise typer.BadParameter("give --pii or --no-pii, not both", param_hint="--pii, --no-pii")
    changes = {
        "reinforce": reinforce,
        "consolidate": consolidate,
        "pii": [] if no_pii else pii or None,
        "secrets_at_write": secrets_at_write,
        "hide_secrets_in_recall": hide_secrets_in_recall,
        "summariser": summariser,
        "four_eyes_on_drafts": four_eyes,
        "key_days": key_days,
        "reason_codes": reason_code or None,
        "hop_budget": hop_budget,
        "people_target": people_target,
        "language": language,
        "time_zone": time_zone,
    }
    # An empty list is a change: it hides no class. Only None means that the option was not used.
    given: dict[str, Any] = {name: change for name, change in changes.items() if change is not None}
    with connect(context) as client:
        preferred = client.revise_preferences(**given) if given else client.preferences()
    if as_json:
        show_json(preferred)
    else:
        _show_preferred(preferred)


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
            "reason codes": ", ".join(preferred.reason_codes) or "the built-in ones",
            "hop budget": preferred.hop_budget,
            "people target": preferred.people_target,
            "language": preferred.language,
            "time zone": preferred.time_zone,
        }
    )


def audit(
    context: typer.Context,
    namespace: NamespaceOption = None,
    verb: Annotated[
        str | None, typer.Option("--verb", help="Only entries of this action, such as `forget` or `make-key`.")
    ] = None,
    limit: LimitOption = 20,
    verify: Annotated[
        bool, typer.Option("--verify", help="Verify the whole chain of entries; the exit code is 1 where it is broken.")
    ] = False,
    head: Annotated[
        str | None, typer.Option("--head", help="With --verify: a hash that an earlier verification showed.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show who did what, and when, newest first."""
    if head is not None and not verify:
        raise typer.BadParameter("goes with --verify", param_hint="--head")
    with connect(context) as client:
        if verify:
            return _show_verdict(client.verify_audit(head=head), as_json=as_json)
        entries = list(islice(client.audit(verb=verb, namespace=namespace), limit))
    return show_found(entries, COLUMNS, as_json=as_json)


def _show_verdict(verdict: AuditVerdict, *, as_json: bool) -> None:
    if as_json:
        show_json(verdict)
    else:
        numbers = f"{verdict.oldest} to {verdict.newest}" if verdict.entries else "none"
        found = "intact" if verdict.intact else "broken"
        show_fields({"chain": found, "entries": numbers, "head": verdict.head, "problems": "\n".join(verdict.problems)})
    if not verdict.intact:
        raise typer.Exit(1)


def usage(
    context: typer.Context, since: SinceOption = None, until: UntilOption = None, as_json: JsonFlag = False
) -> None:
    """Show how much the tenant's briefs used language models, by day (UTC) and model."""
    with connect(context) as client:
        used = client.usage(since=in_utc(since), until=in_utc(until))
    show_json(used) if as_json else show_list(used.days, USAGE_COLUMNS)
