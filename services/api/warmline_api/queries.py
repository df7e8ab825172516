"""Query parameters that several lists share."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from warmline_schemas.wire import Namespace

Limit = Annotated[int, Query(ge=1, le=500, description="At most this many items a page.")]
Cursor = Annotated[str | None, Query(max_length=100, description="`next_cursor` of the page before.")]
OfNamespace = Annotated[Namespace | None, Query(description="Only this namespace.")]
OfChain = Annotated[UUID | None, Query(description="Only this chain.")]
InNamespace = Annotated[Namespace, Path(description="The namespace; it may hold slashes.")]
