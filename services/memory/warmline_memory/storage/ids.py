"""Ids in statements."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid


def among(column: Any, ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Whether a column holds one of the ids.

    They go over as one array. Written out, ``IN`` would have a parameter for each id: a statement of its own for each
    number of ids, to be prepared anew, and none for more than 65,535 of them, which is all that the protocol numbers.
    """
    return cast(ColumnElement[bool], column == any_(literal(list(ids), ARRAY(Uuid))))
