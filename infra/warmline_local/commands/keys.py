"""``warmline keys``: API keys, straight in the database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from warmline.calls import build
from warmline.cli.output import JsonFlag, note, show_fields, show_json, show_list
from warmline_local.commands.complaints import complaints
from warmline_local.stack import administration
from warmline_memory import tenancy
from warmline_memory.settings import load_settings
from warmline_memory.storage import tables
from warmline_schemas.keys import ApiKey, KeyKind, MakeKey, RotateKey

app = typer.Typer(help="API keys, each for one program, and what it may do.", no_args_is_help=True)


class ShownKey(ApiKey):
    """A key as the commands show it. Its secret is not kept anywhere; ``hint`` is how it begins."""

    tenant: str


class ShownSecret(ShownKey):
    """A key that was just made, with its secret."""

    secret: str | None


COLUMNS: dict[str, Callable[[ShownKey], object]] = {
    "id": lambda key: key.id,
    "tenant": lambda key: key.tenant,
    "name": lambda key: key.name,
    "kind": lambda key: key.kind,
    "agents": lambda key: " ".join(key.agents),
    "namespaces": lambda key: " ".join(key.namespaces),
    "begins": lambda key: key.hint,
    "expires": lambda key: key.expires_at,
    "used": lambda key: key.last_used_at,
    "revoked": lambda key: key.revoked_at,
}


KeyArgument = Annotated[UUID, typer.Argument(metavar="KEY", help="A key's id, from `warmline keys list`.")]


@app.command(epilog="Example:  warmline keys create --tenant acme --name tier1-bot --agent 'tier1-*' --days 90")
def create(
    tenant: Annotated[str, typer.Option(help="Whose key; the tenant is made where it is new.")] = "local",
    name: Annotated[str, typer.Option(help="What the key is for.")] = "key",
    kind: Annotated[
        KeyKind,
        typer.Option(
            help="What sort of program it is for. Take `admin` for the one that sets a new tenant up, and makes its "
            "operators, queues and further keys."
        ),
    ] = KeyKind.BOT,
    agent: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="As which agents it may act; else all. Repeat it.")
    ] = None,
    namespace: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Which namespaces it reaches; else all. Repeat it.")
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=3650, help="Valid for so many days; else as long as the tenant's `key_days` say."),
    ] = None,
    never: Annotated[bool, typer.Option("--never", help="Valid until it is revoked.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Make a key and show its secret, once."""
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    with complaints(), administration(load_settings()) as db:
        ask = build(
            MakeKey,
            name=name,
            kind=kind,
            agents=agent,
            namespaces=namespace,
            expires_at=expires_at,
            never_expires=never,
        )
        owner = tenancy.find_tenant(db, tenant) or tenancy.create_tenant(db, tenant)
        made = tenancy.make_key(db, ask, tenant_id=owner.id)
    _show_made(ShownSecret(**made.model_dump(), tenant=tenant), as_json)


@app.command(epilog="Example:  warmline keys rotate 01978f6e-7c1a-7000-8000-000000000001 --overlap-hours 48")
def rotate(
    key_id: KeyArgument,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=720, help="How long the old key stays valid; 0 ends it at once.")
    ] = 24,
    as_json: JsonFlag = False,
) -> None:
    """Make a key in the place of another one, which ends after an overlap; show the new secret, once."""
    with complaints(), administration(load_settings()) as db:
        made = tenancy.rotate_key(db, key_id, RotateKey(overlap_seconds=overlap_hours * 3600))
        owner = next(tenant for key, tenant in tenancy.list_all_keys(db) if key.id == made.id)
    _show_made(ShownSecret(**made.model_dump(), tenant=owner), as_json)


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
    key_id: KeyArgument,
    as_json: JsonFlag = False,
) -> None:
    """Make a key useless from now on."""
    with complaints(), administration(load_settings()) as db:
        tenancy.revoke_key(db, key_id)
    if as_json:
        show_json({"revoked": str(key_id)})
    else:
        note(f"Key {key_id} is revoked.")


def _show_made(made: ShownSecret, as_json: bool) -> None:
    if as_json:
        show_json(made)
        return
    names = ("secret", "id", "tenant", "name", "kind", "agents", "namespaces", "expires_at")
    show_fields({name: getattr(made, name) for name in names})
    note("The secret is shown this once. Clients take it from WARMLINE_API_KEY.")


def _shown(key: tables.ApiKey, tenant: str) -> ShownKey:
    return ShownKey(**ApiKey.model_validate(key).model_dump(), tenant=tenant)
