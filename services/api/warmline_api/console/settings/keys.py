"""Settings: API keys."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _, marked, ngettext
from warmline_api.console.settings import tabs
from warmline_api.console.shell import Posted, Signed, Visitor, require, require_reading
from warmline_memory import tenancy
from warmline_memory.errors import WarmlineError
from warmline_schemas.keys import KeyKind, MakeKey
from warmline_schemas.operators import OperatorRole

router = APIRouter()

SHOWN = 100
HERE = f"{tabs.HERE}/keys"
TITLE = marked("API keys")
NEVER = "never"
LIFETIMES = (
    ("30", marked("30 days")),
    ("90", marked("90 days")),
    ("365", marked("a year")),
    (NEVER, marked("until it is revoked")),
)
KINDS = (
    (KeyKind.BOT, marked("bot: reads, remembers, hands off")),
    (KeyKind.READER, marked("reader: reads")),
    (KeyKind.DESK, marked("desk: also acts for people")),
    (KeyKind.ADMIN, marked("admin: everything")),
)


@router.get("/settings/keys")
def list_keys(visitor: Signed, cursor: str | None = None) -> Response:
    """The tenant's keys, and a form for a new one."""
    require_reading(visitor, OperatorRole.ADMIN)
    return tabs.page(visitor, "settings/keys.html", title=_(TITLE), **_context(visitor, cursor))


@router.post("/settings/keys")
def make_key(visitor: Posted) -> Response:
    """Make a key. Its secret is shown on the page that follows, this once."""
    require(visitor, OperatorRole.ADMIN)
    try:
        ask = shell.read_form(MakeKey, visitor.form, **_end(visitor), **_bindings(visitor))
        with visitor.transaction() as db:
            made = tenancy.make_key(db, ask)
    except WarmlineError as error:
        return tabs.page(visitor, "settings/keys.html", title=_(TITLE), error=error, **_context(visitor))
    return tabs.page(visitor, "settings/key_made.html", title=_("API key made"), made=made)


@router.post("/settings/keys/{key_id}/revoke")
def revoke_key(key_id: UUID, visitor: Posted) -> Response:
    """Make a key useless from now on."""
    require(visitor, OperatorRole.ADMIN)
    with visitor.transaction() as db:
        key = tenancy.revoke_key(db, key_id)
    return shell.done(HERE, _("The key {name} opens nothing any more.", name=key.name))


def _end(visitor: Visitor) -> dict[str, Any]:
    """When the key ends; nothing where the tenant's preference says so."""
    days = shell.field(visitor.form, "days")
    if days == NEVER:
        return {"never_expires": True}
    return {"expires_at": datetime.now(UTC) + timedelta(days=int(days))} if days in dict(LIFETIMES) else {}


def _bindings(visitor: Visitor) -> dict[str, list[str]]:
    """The patterns of agents and of namespaces, which the form has with blanks between them."""
    typed = {name: shell.field(visitor.form, name).split() for name in ("agents", "namespaces")}
    return {name: patterns for name, patterns in typed.items() if patterns}


def _context(visitor: Visitor, cursor: str | None = None) -> dict[str, Any]:
    with visitor.transaction() as db:
        keys = tenancy.list_keys(db, limit=SHOWN, cursor=cursor)
        days = tenancy.read_preferences(db).key_days
    usual = ngettext("{n} day, as preferred", "{n} days, as preferred", days)
    lifetimes = [("", usual), *((value, _(said)) for value, said in LIFETIMES)]
    return {"keys": keys, "lifetimes": lifetimes, "kinds": [(kind, _(said)) for kind, said in KINDS]}
