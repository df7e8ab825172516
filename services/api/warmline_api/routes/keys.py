"""API keys: list, make, rotate, revoke."""

from typing import Annotated
from uuid import UUID

from warmline_api.answers import Answer, Routes, optional_body
from warmline_api.callers import Reader, Writer
from warmline_api.queries import Cursor, Limit
from warmline_memory import tenancy
from warmline_schemas.keys import ApiKey, MadeKey, MakeKey, RevokeKey, RotateKey
from warmline_schemas.wire import Page

router = Routes(prefix="/keys", tags=["keys"])


@router.get("")
def list_keys(caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[ApiKey]:
    """Your tenant's API keys without their secrets, newest first."""
    with caller.transaction() as db:
        return tenancy.list_keys(db, limit=limit, cursor=cursor)


@router.post("", status_code=201)
def make_key(ask: MakeKey, caller: Writer) -> Answer[MadeKey]:
    """Make an API key of your tenant. Its secret is in this answer, and cannot be read again."""
    return caller.once(ask, 201, lambda db: tenancy.make_key(db, ask), shown_once="secret")


@router.post("/{key_id}/rotate", status_code=201)
def rotate_key(key_id: UUID, caller: Writer, ask: Annotated[RotateKey, optional_body(RotateKey)]) -> Answer[MadeKey]:
    """Make a key that takes the place of another one, which stays valid for the overlap. Its secret is in this
    answer."""
    return caller.once(ask, 201, lambda db: tenancy.rotate_key(db, key_id, ask), shown_once="secret")


@router.post("/{key_id}/revoke")
def revoke_key(key_id: UUID, caller: Writer, ask: Annotated[RevokeKey, optional_body(RevokeKey)]) -> Answer[ApiKey]:
    """Make a key useless from now on, be it the one that this request carries. Revoking it again changes nothing."""
    return caller.once(ask, 200, lambda db: tenancy.revoke_key(db, key_id))
