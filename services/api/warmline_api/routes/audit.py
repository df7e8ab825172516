"""The audit."""

from typing import Annotated

from fastapi import APIRouter, Query

from warmline_api.callers import Reader
from warmline_api.queries import Cursor, Limit, OfNamespace
from warmline_memory import tenancy
from warmline_schemas.audit import AuditEntry
from warmline_schemas.wire import Kind, Page

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("")
def list_audit(
    caller: Reader,
    verb: Annotated[Kind | None, Query(description="Only this deed, such as `forget` or `make-key`.")] = None,
    namespace: OfNamespace = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEntry]:
    """Who did what, and when, newest first: administration, sign-ins, reads of conversations, what was forgotten,
    exported and imported. Entries cannot be changed, and each holds the hash of the one before it."""
    with caller.transaction() as db:
        return tenancy.list_audit(db, limit=limit, cursor=cursor, verb=verb, namespace=namespace)
