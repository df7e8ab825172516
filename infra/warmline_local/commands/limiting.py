"""``warmline limits``: what a tenant may take, where that differs from the platform's settings."""

from typing import Annotated

import typer

from warmline.cli.naming import alone
from warmline.cli.output import JsonFlag, show_fields, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.stack import administration
from warmline_memory import tenancy
from warmline_memory.errors import NotFound
from warmline_memory.settings import load_settings
from warmline_schemas.tenancy import TenantLimits

app = typer.Typer(
    cls=alone("change", takes_words=True),
    help="What a tenant may take, where that differs from the platform's settings.",
    no_args_is_help=True,
)
TenantArgument = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant's name.")]


@app.command(epilog="Example:  warmline limits show acme")
def show(tenant: TenantArgument, as_json: JsonFlag = False) -> None:
    """Show what a tenant may take."""
    change(tenant, as_json=as_json)


@app.command(epilog="Example:  warmline limits change acme --requests 60000 --memories 1000000")
def change(
    tenant: TenantArgument,
    requests: Annotated[int | None, typer.Option(min=0, help="Requests a minute; 0 is no limit.")] = None,
    requests_of_key: Annotated[int | None, typer.Option(min=0, help="Requests of each key a minute.")] = None,
    memories: Annotated[int | None, typer.Option(min=0, help="Memories it may hold.")] = None,
    handoffs: Annotated[int | None, typer.Option(min=0, help="Handoffs it may request in 24 hours.")] = None,
    sessions: Annotated[int | None, typer.Option(min=0, help="Sessions it may start in 24 hours.")] = None,
    attachment_bytes: Annotated[int | None, typer.Option(min=0, help="Bytes of attachments it may hold.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Take the platform's settings for all the others.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Change what a tenant may take where you give an option, and show it all."""
    given = {
        "requests": requests,
        "requests_of_key": requests_of_key,
        "memories": memories,
        "handoffs": handoffs,
        "sessions": sessions,
        "attachment_bytes": attachment_bytes,
    }
    changed = {name: most for name, most in given.items() if most is not None}
    with complaints(), administration(load_settings()) as db:
        found = tenancy.find_tenant(db, tenant)
        if found is None:
            raise NotFound(noun="tenant", id=tenant)
        limits = TenantLimits() if reset else tenancy.limits_of_tenant(db, found.id)
        if changed or reset:
            limits = limits.model_copy(update=changed)
            tenancy.limit_tenant(db, found.id, limits)
    if as_json:
        show_json(limits)
    else:
        own = limits.model_dump()
        show_fields({name: "as the settings say" if most is None else most or "no limit" for name, most in own.items()})
