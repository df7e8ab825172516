"""Lists, a page at a time, newest first. Ids are UUIDs of version 7 and grow with time, so the next page starts at the
last id of the one before.

A page ends where its rows come to ``MOST_BYTES``, whatever its limit: 500 memories may hold a gigabyte, and the answer
to one request must not take the memory of all the others.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, TypeVar, cast
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Select, inspect
from sqlalchemy.orm import DeclarativeBase

from warmline_memory.errors import InvalidCursor
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.wire import Page

Row = TypeVar("Row")
Item = TypeVar("Item")
Many: TypeAlias = Item | Sequence[Item] | None
"""What a filter takes: one value, several of which any may be it, or None for all."""

MOST_BYTES = 4_000_000
"""What the rows of one answer come to at most. A single row may hold about two million."""
FIRST_ROWS = 25
"""So many rows are read before it is known how large they are."""


def read_page(
    db: Transaction,
    rows: Select[Row],
    row_id: Any,
    answer: Callable[[Row], Item],
    *,
    limit: int,
    cursor: str | None,
    oldest_first: bool = False,
    offset: int = 0,
) -> Page[Item]:
    """Read one page of ``rows``, the newest by the column ``row_id`` first, each row turned into an item by ``answer``.

    It has fewer than ``limit`` items where those would be too large together; ``next_cursor`` goes on behind them.
    ``offset`` rows are passed over where there is no cursor; each of them costs time.
    Raises ``InvalidCursor`` for a cursor that no page gave.
    """
    found: list[Any] = []
    size = 0
    # One row more than the page holds says whether there is another page, without counting.
    after = None if cursor is None else decode(cursor)
    for row, own in _rows(db, rows, row_id, after, limit + 1, oldest_first=oldest_first, offset=offset):
        found.append(row)
        size += own
        if size > MOST_BYTES:
            break
    shown = found[: min(limit, len(found) - (size > MOST_BYTES)) or 1]
    next_cursor = encode(getattr(shown[-1], row_id.key)) if len(found) > len(shown) else None
    return Page[Item](items=[answer(row) for row in shown], next_cursor=next_cursor)


def _rows(
    db: Transaction, rows: Select[Any], row_id: Any, after: UUID | None, most: int, *, oldest_first: bool, offset: int
) -> Iterator[tuple[Any, int]]:
    """At most so many rows behind an id, each with its size: read as many at a time as will fit into an answer, going
    by those before."""
    ordered = rows.order_by(row_id if oldest_first else row_id.desc())
    read, size = 0, 0
    while read < most:
        fitting = max(1, int((MOST_BYTES - size) * read / max(size, 1))) if read else FIRST_ROWS
        wanted = min(most - read, fitting)
        behind = ordered.offset(offset or None)
        if after is not None:
            behind = ordered.where(row_id > after if oldest_first else row_id < after)
        batch = db.scalars(behind.limit(wanted)).all()
        for row in batch:
            # A large row takes long to measure: what does not fit any more is not looked at.
            size += (own := _size(row))
            yield row, own
        if len(batch) < wanted:
            return
        read += len(batch)
        after = getattr(batch[-1], row_id.key)


def weight(values: Iterable[object]) -> int:
    """About how many bytes the values of a row take in an answer; numbers, times and ids count for nothing."""
    return sum(
        len(value) if isinstance(value, str) else len(to_json(value))
        for value in values
        if isinstance(value, str | dict | list)
    )


def _size(row: object) -> int:
    return weight(cast(dict[str, object], inspect(row, raiseerr=True).dict).values())


def cut(items: Sequence[Item], key: Callable[[Item], str], *, limit: int, cursor: str | None) -> Page[Item]:
    """Cut one page out of a list that is small enough to be read whole, and is in the order of ``key``.

    Raises ``InvalidCursor`` for a cursor that no page gave.
    """
    after = "" if cursor is None else _decode_text(cursor)
    left = [item for item in items if cursor is None or key(item) > after]
    last = key(left[limit - 1]) if len(left) > limit else None
    return Page[Item](items=left[:limit], next_cursor=None if last is None else _encode(last.encode()))


@dataclass(frozen=True)
class Period:
    """From a moment on, and before another one; None for no such bound."""

    since: datetime | None = None
    until: datetime | None = None


ALWAYS = Period()


def matching(
    entity: type[DeclarativeBase], filters: Mapping[str, object], *, period: Period = ALWAYS, at: str = "at"
) -> list[ColumnElement[bool]]:
    """The conditions of a list's filters, which are named like the columns of ``entity``. ``at`` names that of time.

    Of several values any may be the row's. None, and no value at all, stand for a filter that was left out, and are not
    compared with null.
    """
    moment: Any = getattr(entity, at, None)
    found = [_condition(getattr(entity, name), value) for name, value in filters.items() if value not in (None, [], ())]
    if period.since is not None:
        found.append(moment >= period.since)
    if period.until is not None:
        found.append(moment < period.until)
    return found


def _condition(column: Any, wanted: object) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.in_(wanted) if isinstance(wanted, list | tuple) else column == wanted
    return condition


def encode(last: UUID) -> str:
    """The cursor of a page that ends with that row: its id in Base64, which callers need not read."""
    return _encode(last.bytes)


def decode(cursor: str) -> UUID:
    """The row that a cursor's page ended with. Raises ``InvalidCursor``."""
    try:
        return UUID(bytes=_decode(cursor))
    except ValueError as error:
        raise InvalidCursor(cursor=cursor) from error


def _encode(last: bytes) -> str:
    return base64.urlsafe_b64encode(last).decode().rstrip("=")


def _decode(cursor: str) -> bytes:
    try:
        # ``_encode`` left the padding out; more of it than is needed does no harm.
        return base64.urlsafe_b64decode(cursor + "==")
    except binascii.Error as error:
        raise InvalidCursor(cursor=cursor) from error


def _decode_text(cursor: str) -> str:
    try:
        return _decode(cursor).decode()
    except ValueError as error:
        raise InvalidCursor(cursor=cursor) from error
