"""``warmline preferences`` and ``warmline audit``: what concerns a tenant as a whole."""

from itertools import islice
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.output import JsonFlag, LimitOption, NamespaceOption, show_fields, show_json, show_list

COLUMNS = {
    "at": lambda entry: entry.at,
    "by": lambda entry: entry.actor,
    "verb": lambda entry: entry.verb,
    "namespace": lambda entry: entry.namespace,
    "details": lambda entry: ", ".join(f"{name} {value}" for name, value in entry.details.items()),
}


def preferences(
    context: typer.Context,
    reinforce: Annotated[
        bool | None, typer.Option("--reinforce/--no-reinforce", help="Let recalls count on what they bring back.")
    ] = None,
    consolidate: Annotated[
        bool | None, typer.Option("--consolidate/--no-consolidate", help="Let the worker consolidate near-duplicates.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show what the tenant prefers, and change it where an option says so."""
    with connect(context) as client:
        if reinforce is None and consolidate is None:
            preferred = client.preferences()
        else:
            preferred = client.revise_preferences(reinforce=reinforce, consolidate=consolidate)
    if as_json:
        return show_json(preferred)
    weights = ", ".join(f"{name} {value:g}" for name, value in preferred.weights.model_dump(exclude_none=True).items())
    return show_fields(
        {"weights": weights or "defaults", "reinforce": preferred.reinforce, "consolidate": preferred.consolidate}
    )


def audit(
    context: typer.Context,
    namespace: NamespaceOption = None,
    verb: Annotated[str | None, typer.Option("--verb", help="Only this deed, such as `forget` or `export`.")] = None,
    limit: LimitOption = 20,
    as_json: JsonFlag = False,
) -> None:
    """Show what was forgotten, exported and imported, by whom and when, newest first."""
    with connect(context) as client:
        entries = list(islice(client.audit(verb=verb, namespace=namespace), limit))
    show_json(entries) if as_json else show_list(entries, COLUMNS)
