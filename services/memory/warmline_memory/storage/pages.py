"""Lists, a page at a time, newest first. Ids are UUIDs of version 7 and grow with time, so the next page starts at the
last id of the one before."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select

from warmline_memory.errors import InvalidCursor
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.wire import Page

Row = TypeVar("Row")
Item = TypeVar("Item")


def read_page(
    db: Transaction, rows: Select[Row], row_id: Any, answer: Callable[[Row], Item], *, limit: int, cursor: str | None
) -> Page[Item]:
    """Read one page of ``rows``, ordered by the column ``row_id``, each row turned into an item by ``answer``.

    Raises ``InvalidCursor`` for a cursor that no page gave.
    """
    if cursor is not None:
        rows = rows.where(row_id < decode(cursor))
    # One row more than the page holds says whether there is another page, without counting.
    found = db.scalars(rows.order_by(row_id.desc()).limit(limit + 1)).all()
    last = getattr(found[limit - 1], row_id.key) if len(found) > limit else None
    return Page[Item](items=[answer(row) for row in found[:limit]], next_cursor=None if last is None else encode(last))


def given(filters: Mapping[str, object]) -> dict[str, object]:
    """The filters of a list that were asked for, by column, for ``filter_by``. None stands for one that was left out,
    and is not compared with null."""
    return {name: value for name, value in filters.items() if value is not None}


def encode(last: UUID) -> str:
    """The cursor of a page that ends with that row: its id in Base64, which callers need not read."""
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def decode(cursor: str) -> UUID:
    """The row that a cursor's page ended with. Raises ``InvalidCursor``."""
    try:
        # 16 bytes are 22 signs and two of padding, which ``encode`` left out.
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error) as error:
        raise InvalidCursor(cursor=cursor) from error
