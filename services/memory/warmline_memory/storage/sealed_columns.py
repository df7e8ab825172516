"""Sealed columns: types of columns whose values are encrypted before they are sent, and opened when they are read.

Sealed and plain values stand side by side in such a column, so that sealing can begin on a platform that is at work.
How a value is sealed is a matter of ``contents``; here it is told from a plain one.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Dialect, Integer, Text, case, func, type_coerce
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.types import String, TypeDecorator, TypeEngine

ESCAPE = "\x02"
MARK = f"{ESCAPE}sealed:"
"""What is sealed begins so. A plain text that begins with ``ESCAPE`` is stored with a second one before it, so that
nothing that anybody says can be taken for something sealed."""
OVERHEAD = 30
"""So many bytes are sealed beside a text: the key's number (2), the nonce (12) and the tag (16)."""


class Opening(Protocol):
    """What seals and opens the values of one tenant."""

    @property
    def seals(self) -> bool:
        """Whether what is written is sealed."""

    def seal(self, text: str, place: str) -> str:
        """A text as it is stored, behind ``MARK``. ``place`` is the column that it is for."""

    def open(self, sealed: str, place: str) -> str:
        """What stands behind ``MARK``, as it was. Raises ``SetupError`` where it was not sealed for that place."""


_using: ContextVar[Opening | None] = ContextVar("sealed_columns", default=None)


@contextmanager
def opened_by(contents: Opening) -> Iterator[None]:
    """Have what is written and read in the block sealed and opened so."""
    before = _using.get()
    _using.set(contents)
    try:
        yield
    finally:
        _using.set(before)


class Sealed(TypeDecorator[Any]):
    """A type whose values are sealed. ``place`` is the column's name: what was sealed for one opens in no other."""

    impl: type[TypeEngine[Any]] = Text
    cache_ok = True

    def __init__(self, place: str, **of_type: Any) -> None:
        super().__init__(**of_type)
        self.place = place

    def sealed(self, value: Any, contents: Opening) -> Any:
        """A value as it is stored."""
        raise NotImplementedError

    def opened(self, stored: Any, contents: Opening | None) -> Any:
        """A stored value as it was."""
        raise NotImplementedError

    def is_sealed(self, stored: Any) -> bool | None:
        """Whether a stored value is sealed; None where it holds nothing that could be."""
        return isinstance(stored, str) and stored.startswith(MARK)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy calls it so)
        """How a value is sent."""
        return None if value is None else self.sealed(value, _required(_using.get()))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy calls it so)
        """How a value is read."""
        return self.read(value)

    def read(self, stored: Any) -> Any:
        """A stored value as it was, in the transaction that is open."""
        return None if stored is None else self.opened(stored, _using.get())

    def _sealed_text(self, text: str, contents: Opening) -> str:
        if contents.seals:
            return MARK + contents.seal(text, self.place)
        return ESCAPE + text if text.startswith(ESCAPE) else text

    def _opened_text(self, stored: str, contents: Opening | None) -> str:
        if not stored.startswith(ESCAPE):
            return stored
        if stored.startswith(MARK):
            return _required(contents).open(stored.removeprefix(MARK), self.place)
        return stored.removeprefix(ESCAPE) if stored.startswith(ESCAPE * 2) else stored


class SealedText(Sealed):
    """A text."""

    impl = String
    cache_ok = True

    def sealed(self, value: Any, contents: Opening) -> Any:
        """A text as it is stored."""
        return self._sealed_text(value, contents)

    def opened(self, stored: Any, contents: Opening | None) -> Any:
        """A stored text as it was."""
        return self._opened_text(stored, contents)


class SealedJsonb(Sealed):
    """A JSON value, sealed as a whole: a JSON string stands in its place."""

    impl: type[TypeEngine[Any]] = JSONB
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__(place, none_as_null=True)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """What such a column is compared with is of the type that it has in the database."""
        return self.impl_instance.coerce_compared_value(op, value)

    def sealed(self, value: Any, contents: Opening) -> Any:
        """A value as it is stored."""
        if contents.seals:
            return self._sealed_text(json.dumps(value, ensure_ascii=False), contents)
        return self._sealed_text(value, contents) if isinstance(value, str) else value

    def opened(self, stored: Any, contents: Opening | None) -> Any:
        """A stored value as it was."""
        if not isinstance(stored, str):
            return stored
        text = self._opened_text(stored, contents)
        return json.loads(text) if stored.startswith(MARK) else text


class SealedJson(SealedJsonb):
    """The same in a column of ``json``, which keeps the order of members."""

    impl = JSON
    cache_ok = True


class SealedMember(SealedJsonb):
    """An object of which one member alone is sealed, a text: the others are looked for. It need not have it."""

    cache_ok = True

    def __init__(self, place: str, member: str) -> None:
        super().__init__(place)
        self.member = member

    def sealed(self, value: Any, contents: Opening) -> Any:
        """An object as it is stored."""
        text = value.get(self.member)
        return {**value, self.member: self._sealed_text(text, contents)} if isinstance(text, str) else value

    def is_sealed(self, stored: Any) -> bool | None:
        """Whether a stored object is sealed; None where nothing of it could be."""
        text = stored.get(self.member)
        return super().is_sealed(text) if isinstance(text, str) else None

    def opened(self, stored: Any, contents: Opening | None) -> Any:
        """A stored object as it was."""
        text = stored.get(self.member)
        return {**stored, self.member: self._opened_text(text, contents)} if isinstance(text, str) else stored


class SealedTree(SealedJsonb):
    """Objects in objects and lists, of which each member is sealed by itself but for those that are ``plain``, which
    hold no words; ``within`` hold further objects. So what is looked for by the database can be."""

    cache_ok = True

    def __init__(self, place: str, plain: frozenset[str], within: frozenset[str]) -> None:
        super().__init__(place)
        self.plain, self.within = plain, within

    def sealed(self, value: Any, contents: Opening) -> Any:
        """A tree as it is stored."""
        return self._turned(value, partial(super().sealed, contents=contents), is_all=contents.seals)

    def is_sealed(self, stored: Any) -> bool | None:
        """Whether a stored tree is sealed: whether any of its members is."""
        if isinstance(stored, list):
            return any(map(self.is_sealed, stored))
        if not isinstance(stored, dict):
            return False
        return any(
            self.is_sealed(one) if name in self.within else super(SealedTree, self).is_sealed(one)
            for name, one in stored.items()
        )

    def opened(self, stored: Any, contents: Opening | None) -> Any:
        """A stored tree as it was, or a part of one."""
        return self._turned(stored, partial(super().opened, contents=contents), is_all=False)

    def _turned(self, tree: Any, turn: Callable[[Any], Any], *, is_all: bool) -> Any:
        """A tree with its members turned: all that are not plain, or the texts alone that begin with ``ESCAPE``."""
        if isinstance(tree, list):
            return [self._turned(one, turn, is_all=is_all) for one in tree]
        if not isinstance(tree, dict):
            return tree
        found = dict(tree)
        # In one loop, without a call for each: a brief has a thousand members, and most are as they are.
        for name, one in tree.items():
            if one is None or name in self.plain:
                continue
            if name in self.within:
                found[name] = self._turned(one, turn, is_all=is_all)
            elif is_all or (isinstance(one, str) and one.startswith(ESCAPE)):
                found[name] = turn(one)
        return found


def is_sealed(column: Any) -> ColumnElement[bool]:
    """Whether the text in a column is sealed."""
    return func.starts_with(type_coerce(column, Text), MARK)


def beginning(column: Any, chars: int) -> ColumnElement[Any]:
    """The beginning of each text in a column. A sealed text comes as a whole, and is to be cut where it is read."""
    stored = type_coerce(column, Text)
    return type_coerce(case((is_sealed(column), stored), else_=func.left(stored, chars)), column.type)


def length_in_bytes(column: Any) -> ColumnElement[int]:
    """How many bytes the texts in a column have, of sealed ones to within two."""
    length = func.octet_length(type_coerce(column, Text), type_=Integer)
    # Base64 has four signs for three bytes.
    return case((is_sealed(column), (length - len(MARK)) * 3 / 4 - OVERHEAD), else_=length)


def _required(contents: Opening | None) -> Opening:
    if contents is None:
        raise RuntimeError("a sealed column is read and written in a transaction of `Database`")
    return contents
