"""What all tables share: the declarative registry, and whose a new row is."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import DateTime

ENTERED_TENANT = text("warmline_tenant()")
"""A new row belongs to the tenant that its transaction has entered."""


class Table(DeclarativeBase):
    """The declarative registry."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}


def partial_index(name: str, where: str, *columns: str | TextClause, unique: bool = False) -> Index:
    """An index of those rows alone for which ``where`` holds."""
    return Index(name, *columns, unique=unique, postgresql_where=text(where))
