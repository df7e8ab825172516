"""Whose key this is."""

from fastapi import APIRouter

from warmline_api.callers import Reader
from warmline_memory import tenancy
from warmline_schemas.keys import Scope, WhoAmI

router = APIRouter(tags=["whoami"])


@router.get("/whoami")
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
