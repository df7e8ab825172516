"""The audit."""

from typing import Annotated

from fastapi import APIRouter, Query

from warmline_api.callers import Reader
from warmline_api.queries import SEVERAL, Cursor, Limit, OfNamespace, Since, Until
from warmline_memory import tenancy
from warmline_memory.storage import Period
from warmline_schemas.audit import AuditEntry
from warmline_schemas.wire import Kind, Page

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("")
def list_audit(
    caller: Reader,
    verb: Annotated[
        list[Kind] | None, Query(max_length=SEVERAL, description="Only these deeds, such as `forget` or `make-key`.")
    ] = None,
    namespace: OfNamespace = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEntry]:
    """Who did what, and when, newest first: administration, sign-ins, reads of conversations, what was forgotten,
    exported and imported. Entries cannot be changed, and each holds the hash of the one before it."""
    with caller.transaction() as db:
        period = Period(since, until)
        return tenancy.list_audit(db, limit=limit, cursor=cursor, verb=verb, namespace=namespace, period=period)
