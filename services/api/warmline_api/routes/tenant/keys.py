"""API keys: whose one is, list, make, rotate, revoke."""

from typing import Annotated
from uuid import UUID

from warmline_api.answers import Answer, Routes, optional_body
from warmline_api.callers import Reader, Writer
from warmline_api.queries import Cursor, Limit
from warmline_memory import tenancy
from warmline_schemas.keys import ApiKey, MadeKey, MakeKey, RevokeKey, RotateKey, Scope, WhoAmI
from warmline_schemas.wire import Page

router = Routes()


@router.get("/whoami", tags=["whoami"])
def whoami(caller: Reader) -> WhoAmI:
    """The tenant and the key of the request, with what the key allows."""
    with caller.transaction() as db:
        who = tenancy.signed_in(db)
        tenant = tenancy.tenant_name(db, who.tenant_id)
        return WhoAmI(
            tenant_id=who.tenant_id,
            tenant=tenant,
            key_id=who.id,
            key=who.actor.name,
            scopes=[scope for scope in Scope if scope in who.grant.scopes],
            agents=list(who.grant.agents),
            namespaces=list(who.grant.namespaces),
        )


@router.get("/keys", tags=["keys"])
def list_keys(caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[ApiKey]:
    """Your tenant's API keys without their secrets, newest first."""
    with caller.transaction() as db:
        return tenancy.list_keys(db, limit=limit, cursor=cursor)


@router.post("/keys", status_code=201, tags=["keys"])
def make_key(ask: MakeKey, caller: Writer) -> Answer[MadeKey]:
    """Make an API key of your tenant. Its secret is in this answer, and cannot be read again."""
    return caller.once(ask, 201, lambda db: tenancy.make_key(db, ask), shown_once="secret")


@router.post("/keys/{key_id}/rotate", status_code=201, tags=["keys"])
def rotate_key(key_id: UUID, caller: Writer, ask: Annotated[RotateKey, optional_body(RotateKey)]) -> Answer[MadeKey]:
    """Make a key that takes the place of another one, which stays valid for the overlap. Its secret is in this
    answer."""
    return caller.once(ask, 201, lambda db: tenancy.rotate_key(db, key_id, ask), shown_once="secret")


@router.post("/keys/{key_id}/revoke", tags=["keys"])
def revoke_key(key_id: UUID, caller: Writer, ask: Annotated[RevokeKey, optional_body(RevokeKey)]) -> Answer[ApiKey]:
    """Make a key useless from now on, be it the one that this request carries. Revoking it again changes nothing."""
    return caller.once(ask, 200, lambda db: tenancy.revoke_key(db, key_id))
