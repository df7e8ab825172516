"""Usage: what language models were asked for, and what it cost."""

from typing import Annotated

from fastapi import APIRouter, Query

from warmline_api.callers import Reader
from warmline_memory import tenancy
from warmline_schemas.tenancy import Usage
from warmline_schemas.wire import Moment

router = APIRouter(prefix="/usage", tags=["usage"])


@router.get("")
def get_usage(
    caller: Reader,
    since: Annotated[Moment | None, Query(description="Only calls from this moment on.")] = None,
    until: Annotated[Moment | None, Query(description="Only calls before this moment.")] = None,
) -> Usage:
    """What your tenant's briefs took of language models, by day (UTC) and model."""
    with caller.transaction() as db:
        return tenancy.usage(db, since=since, until=until)
