"""``warmline keys``: API keys, straight in the database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer
from pydantic import BaseModel

from warmline.cli.output import JsonFlag, note, show_fields, show_json, show_list
from warmline_local.commands.complaints import complaints
from warmline_local.stack import administration
from warmline_memory import tenancy
from warmline_memory.settings import load_settings
from warmline_memory.storage import tables

app = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True)


class ShownKey(BaseModel):
    """A key as the commands show it. Its secret is not kept anywhere; ``hint`` is how it begins."""

    id: UUID
    tenant: str
    name: str
    hint: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class MadeKey(ShownKey):
    """A key that was just made, with its secret."""

    secret: str


COLUMNS: dict[str, Callable[[ShownKey], object]] = {
    "id": lambda key: key.id,
    "tenant": lambda key: key.tenant,
    "name": lambda key: key.name,
    "begins": lambda key: key.hint,
    "created": lambda key: key.created_at,
    "expires": lambda key: key.expires_at,
    "revoked": lambda key: key.revoked_at,
}


@app.command(epilog="Example:  warmline keys create --tenant acme --name tier1-bot --days 90")
def create(
    tenant: Annotated[str, typer.Option(help="Whose key; the tenant is made where it is new.")] = "local",
    name: Annotated[str, typer.Option(help="What the key is for.")] = "key",
    days: Annotated[int | None, typer.Option(min=1, help="Valid for so many days; else until it is revoked.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a key and show its secret, once."""
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    with complaints(), administration(load_settings()) as db:
        owner = tenancy.find_tenant(db, tenant) or tenancy.create_tenant(db, tenant)
        key, secret = tenancy.create_key(db, tenant_id=owner.id, name=name, expires_at=expires_at)
        # The database sets the time of creation, which is read back before the transaction ends.
        db.refresh(key)
        made = MadeKey(**_shown(key, tenant).model_dump(), secret=secret)
    if as_json:
        show_json(made)
    else:
        show_fields({"secret": made.secret, "id": made.id, "tenant": made.tenant, "name": made.name})
        note("The secret is shown this once. Clients take it from WARMLINE_API_KEY.")


@app.command("list", epilog="Example:  warmline keys list --tenant acme --json")
def list_keys(
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.", show_default=False)] = None,
    as_json: JsonFlag = False,
) -> None:
    """List keys, oldest first."""
    with complaints(), administration(load_settings()) as db:
        rows = tenancy.list_all_keys(db)
        found = [_shown(key, owner) for key, owner in rows if tenant in {None, owner}]
    if as_json:
        show_json(found)
    else:
        show_list(found, COLUMNS)


@app.command(epilog="Example:  warmline keys revoke 01978f6e-7c1a-7000-8000-000000000001")
def revoke(
    key_id: Annotated[UUID, typer.Argument(metavar="KEY", help="A key's id, from `warmline keys list`.")],
    as_json: JsonFlag = False,
) -> None:
    """Make a key useless from now on."""
    with complaints(), administration(load_settings()) as db:
        tenancy.revoke_any_key(db, key_id)
    if as_json:
        show_json({"revoked": str(key_id)})
    else:
        note(f"Key {key_id} is revoked.")


def _shown(key: tables.ApiKey, tenant: str) -> ShownKey:
    return ShownKey(
        id=key.id,
        tenant=tenant,
        name=key.name,
        hint=key.hint,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )
