"""API keys: list, make, revoke."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from warmline_api.callers import Reader, Writer
from warmline_api.queries import Cursor, Limit
from warmline_memory import tenancy
from warmline_memory.storage import Transaction
from warmline_schemas.keys import ApiKey, MadeKey, MakeKey, RevokeKey
from warmline_schemas.wire import Page

router = APIRouter(prefix="/keys", tags=["keys"])


@router.get("", response_model=Page[ApiKey])
def list_keys(caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[ApiKey]:
    """Your tenant's API keys without their secrets, newest first."""
    with caller.transaction() as db:
        return tenancy.list_keys(db, limit=limit, cursor=cursor)


@router.post("", response_model=MadeKey, status_code=201)
def make_key(ask: MakeKey, caller: Writer) -> Any:
    """Make an API key of your tenant. Its secret is in this answer, and cannot be read again."""
    made: list[MadeKey] = []

    def work(db: Transaction) -> MadeKey:
        made.append(tenancy.make_key(db, ask))
        return made[0].model_copy(update={"secret": None})  # what is recorded for repeating holds no secret

    answer = caller.once(ask, 201, work)
    return Response(made[0].model_dump_json(), 201, media_type="application/json") if made else answer


@router.post("/{key_id}/revoke", response_model=ApiKey)
def revoke_key(key_id: UUID, caller: Writer, ask: RevokeKey = RevokeKey()) -> Any:  # noqa: B008 (frozen)
    """Make a key useless from now on, be it the one that this request carries. Again changes nothing."""
    return caller.once(ask, 200, lambda db: tenancy.revoke_key(db, key_id))
