"""Settings: API keys."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.settings import tabs
from warmline_api.console.shell import Posted, Signed, Visitor, require, require_reading
from warmline_memory import tenancy
from warmline_memory.errors import WarmlineError
from warmline_schemas.keys import MakeKey
from warmline_schemas.operators import OperatorRole

router = APIRouter()

SHOWN = 100
HERE = f"{tabs.HERE}/keys"
TITLE = "API keys"
LIFETIMES = (("", "until it is revoked"), ("30", "30 days"), ("90", "90 days"), ("365", "a year"))


@router.get("/settings/keys")
def list_keys(visitor: Signed, cursor: str | None = None) -> Response:
    """The tenant's keys, and a form for a new one."""
    require_reading(visitor, OperatorRole.ADMIN)
    return tabs.page(visitor, "settings/keys.html", title=TITLE, **_context(visitor, cursor))


@router.post("/settings/keys")
def make_key(visitor: Posted) -> Response:
    """Make a key. Its secret is shown on the page that follows, this once."""
    require(visitor, OperatorRole.ADMIN)
    days = shell.field(visitor.form, "days")
    expires_at = datetime.now(UTC) + timedelta(days=int(days)) if days in dict(LIFETIMES) and days else None
    try:
        ask = shell.read_form(MakeKey, visitor.form, expires_at=expires_at)
        with visitor.transaction() as db:
            made = tenancy.make_key(db, ask)
    except WarmlineError as error:
        return tabs.page(visitor, "settings/keys.html", title=TITLE, error=error, **_context(visitor))
    return tabs.page(visitor, "settings/key_made.html", title="API key made", made=made)


@router.post("/settings/keys/{key_id}/revoke")
def revoke_key(key_id: UUID, visitor: Posted) -> Response:
    """Make a key useless from now on."""
    require(visitor, OperatorRole.ADMIN)
    with visitor.transaction() as db:
        key = tenancy.revoke_key(db, key_id)
    return shell.done(HERE, f"The key {key.name} opens nothing any more.")


def _context(visitor: Visitor, cursor: str | None = None) -> dict[str, Any]:
    with visitor.transaction() as db:
        return {"keys": tenancy.list_keys(db, limit=SHOWN, cursor=cursor), "lifetimes": LIFETIMES}
