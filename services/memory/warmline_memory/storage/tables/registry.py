"""What all tables share: the declarative registry, whose a new row is, and how rules are stated."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import DateTime

ENTERED_TENANT = text("warmline_tenant()")
"""A new row belongs to the tenant that its transaction has entered."""

NOTHING = text("'{}'")
"""The default of a list or of a JSON object: an empty one."""


class Table(DeclarativeBase):
    """The declarative registry."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}


def partial_index(name: str, where: str, *columns: str | TextClause, unique: bool = False) -> Index:
    """An index of those rows alone for which ``where`` holds."""
    return Index(name, *columns, unique=unique, postgresql_where=text(where))


def rule(name: str, holds: str) -> CheckConstraint:
    """A rule about several columns of a row. It has a name, because that name stands in the error of a row that breaks
    it; a rule about one column needs none, PostgreSQL names it after the column."""
    return CheckConstraint(text(holds), name=name)


def one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    """The rule that a column holds one of the words of an enumeration, or null."""
    return CheckConstraint(text(f"{column} IN ({sql_list(words)})"))


def sql_list(words: Iterable[StrEnum]) -> str:
    """The words of an enumeration as SQL literals. They are constants of the code, and hold no quotes."""
    return ", ".join(f"'{word}'" for word in words)
