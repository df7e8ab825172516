"""Searching: cases by what an operator knows of them: the customer, an identifier, what was asked or said in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, Text, Uuid, cast, func, literal, select, true, type_coerce
from sqlalchemy.dialects.postgresql import distinct_on

from warmline_memory import operators, redaction, source_memory, tenancy
from warmline_memory.desk import lists
from warmline_memory.desk.lists import ListPage
from warmline_memory.operators import Person
from warmline_memory.redaction import one_reading
from warmline_memory.storage import tables, wire
from warmline_memory.storage.ids import among
from warmline_memory.storage.sealed_columns import is_sealed, length_in_bytes
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Memory

SEARCHED, MOST_WORDS = 5_000, 8
"""So many cases are looked through, for so many words: each of their briefs is read, and so the time is bounded."""
SAID_SEARCHED, MOST_SAID = 20_000, 20
"""So many of the newest memories of all cases are looked through, and so many cases are found by one of them. To know
that a text gives no secret away takes a millisecond or two."""
LOOKED_AT = 2_000
"""So much of a memory is looked through."""
OPENED_BYTES, OPENED_AT_ONCE = 16_000, 500
"""Sealed memories are opened to be looked through, so many at a time; longer ones are left out, because they could
only be opened as a whole."""
LED_BY = 4
"""This many memories before one are read with it, because a question ("your PIN?") makes its answer a secret."""
BEFORE, QUOTED = 60, 200
"""A quote begins so far before the first word that was looked for, and is so long."""

_ROW, _SAID = tables.Handoff, tables.Memory


@dataclass(frozen=True)
class Quote:
    """Words of a conversation by which a case was found, without secrets, and the memory and session that have them."""

    memory_id: UUID
    session_id: UUID
    text: str


@dataclass(frozen=True)
class SearchPage(ListPage):
    """One page of what was found."""

    quotes: Mapping[UUID, Quote] = field(default_factory=dict)
    """What was said, by the id of the handoff; of those that were found by it."""


def search(
    db: Transaction, person: Person, text: str, *, closed: bool | None = None, said: bool = True, page: int = 1
) -> SearchPage:
    """Cases in which every word of a text stands, newest first: in the customer's name, the brief with its identifiers,
    the reason, how it was solved; with ``said`` also in one thing that was said. ``closed`` leaves out the others.

    Looks through the newest ``SEARCHED`` that the operator may see, and ``SAID_SEARCHED`` memories.
    """
    words = text.split()[:MOST_WORDS]
    state = true() if closed is None else _ROW.state.in_(tables.OVER) if closed else _ROW.state.not_in(tables.OVER)
    by_case = (
        _newest(person, words, state) if not words or not db.contents.has_keys else _opened(db, person, words, state)
    )
    quotes = _said(db, person, words, state) if words and said else {}
    found = by_case if not quotes else by_case.union(_given(quotes))
    listed = lists.listed(db, person, _ROW.id.in_(found), page=page, order=(_ROW.id.desc(),))
    whole = lists.page_of(listed)
    return SearchPage(whole.handoffs, whole.has_more, quotes)


def _newest(person: Person, words: Sequence[str], state: ColumnElement[bool]) -> Any:
    """The newest cases, or those of them in which all words stand."""
    said = (lists.customer_name(), _ROW.namespace, _ROW.reason, _ROW.resolution, _ROW.brief["text"].astext)
    newest = select(_ROW.id).where(operators.sees_case(person, _ROW.chain_id), state)
    newest = newest.order_by(_ROW.id.desc()).limit(SEARCHED)
    if not words:
        return select(newest.subquery().c.id)
    # Where the rows are limited, their texts are read once, before the conditions; a condition on each column would
    # unpack a brief once for every word.
    read = newest.add_columns(func.lower(func.concat_ws("\n", *said)).label("said")).subquery()
    return select(read.c.id).where(*_has_all(read.c.said, words))


def _opened(db: Transaction, person: Person, words: Sequence[str], state: ColumnElement[bool]) -> Any:
    """The same where a tenant's words may be sealed: they are opened here, so many cases at a time."""
    columns = (lists.customer_name(), _ROW.namespace, _ROW.reason, _ROW.resolution, _line_of_words(_ROW.brief))
    newest = select(_ROW.id).where(operators.sees_case(person, _ROW.chain_id), state)
    wanted = db.scalars(newest.order_by(_ROW.id.desc()).limit(SEARCHED)).all()
    found = []
    for start in range(0, len(wanted), OPENED_AT_ONCE):
        some = among(_ROW.id, wanted[start : start + OPENED_AT_ONCE])
        for row_id, *texts, brief in db.execute(select(_ROW.id, *columns).where(some)):
            said = "\n".join(filter(None, [*texts, (brief or {}).get("text")])).casefold()
            if all(word.casefold() in said for word in words):
                found.append(row_id)
    return _given(found)


def _line_of_words(brief: Any) -> ColumnElement[dict[str, Any] | None]:
    """The text of a brief alone, in an object like its own: a brief is long, and has its words twice."""
    return type_coerce(func.jsonb_build_object("text", brief["text"]), brief.type)


def _given(ids: Iterable[UUID]) -> Select[UUID]:
    """Ids as a statement."""
    return select(func.unnest(literal(list(ids), ARRAY(Uuid)), type_=Uuid()))


def _said(db: Transaction, person: Person, words: Sequence[str], state: ColumnElement[bool]) -> dict[UUID, Quote]:
    """What was said last with all words in each of the newest cases with such words, by the case's newest handoff."""
    last = select(_ROW.id).where(_ROW.chain_id == _SAID.chain_id).order_by(_ROW.id.desc()).limit(1)
    newest = last.correlate(_SAID).scalar_subquery()
    found = select(_SAID, newest.label("handoff_id")).where(among(_SAID.id, _memory_ids(db, person, words)))
    rows = {memory: handoff_id for memory, handoff_id in db.execute(found) if handoff_id is not None}
    wanted = set(db.scalars(select(_ROW.id).where(among(_ROW.id, rows.values()), state)))
    kept = [memory for memory, handoff_id in rows.items() if handoff_id in wanted]
    return {rows[memory]: quote for memory, quote in _quoted(db, kept, words)}


def _memory_ids(db: Transaction, person: Person, words: Sequence[str]) -> list[UUID]:
    """The newest memory of each case in which all words stand, of the newest cases."""
    stored = type_coerce(_SAID.content, Text)
    columns = (
        _SAID.id,
        _SAID.chain_id,
        _SAID.handoff_id,
        is_sealed(_SAID.content).label("is_sealed"),
        func.lower(func.left(stored, LOOKED_AT)).label("said"),
    )
    # The limit stands before every condition, so that words which nobody said cost no more than others.
    newest = select(*columns).order_by(_SAID.id.desc()).limit(SAID_SEARCHED).subquery()
    of_cases = _of_cases(person, newest)
    found = select(newest.c.id, newest.c.chain_id).where(*_has_all(newest.c.said, words), *of_cases)
    one_each = found.where(~newest.c.is_sealed).ext(distinct_on(newest.c.chain_id))
    plain = one_each.order_by(newest.c.chain_id, newest.c.id.desc()).subquery()
    best = {row.chain_id: row.id for row in db.execute(select(plain).order_by(plain.c.id.desc()).limit(MOST_SAID))}
    for row in _sealed_with(db, person, words):
        best[row.chain_id] = max(row.id, best.get(row.chain_id, row.id))
    return sorted(best.values(), reverse=True)[:MOST_SAID]


def _of_cases(person: Person, newest: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions that memories are of cases that an operator may see. A brief is looked for as that."""
    seen = operators.sees_case(person, newest.c.chain_id)
    return newest.c.chain_id.is_not(None), newest.c.handoff_id.is_(None), seen


def _sealed_with(db: Transaction, person: Person, words: Sequence[str]) -> list[Any]:
    """Sealed memories in which all words stand, of the same newest ones, which the database cannot look through: the
    newest of each case, of ``MOST_SAID`` cases."""
    columns = (_SAID.id, _SAID.chain_id, _SAID.handoff_id, is_sealed(_SAID.content).label("is_sealed"))
    if not db.contents.has_keys:
        return []
    lengths = select(*columns, length_in_bytes(_SAID.content).label("length"))
    newest = lengths.order_by(_SAID.id.desc()).limit(SAID_SEARCHED).subquery()
    ids = select(newest.c.id).where(newest.c.is_sealed, newest.c.length <= OPENED_BYTES, *_of_cases(person, newest))
    wanted = db.scalars(ids.order_by(newest.c.id.desc())).all()
    found: dict[UUID, Any] = {}
    for start in range(0, len(wanted), OPENED_AT_ONCE):
        some = among(_SAID.id, wanted[start : start + OPENED_AT_ONCE])
        read = select(_SAID.id, _SAID.chain_id, _SAID.content).where(some).order_by(_SAID.id.desc())
        for row in db.execute(read):
            said = row.content[:LOOKED_AT].casefold()
            if row.chain_id not in found and all(word.casefold() in said for word in words):
                found[row.chain_id] = row
        if len(found) >= MOST_SAID:
            break
    return list(found.values())


@one_reading()
def _quoted(db: Transaction, found: Sequence[tables.Memory], words: Sequence[str]) -> list[tuple[tables.Memory, Quote]]:
    """Those of some memories in which all words still stand once secrets are hidden: nobody finds a PIN by trying."""
    hidden = frozenset(tenancy.signed_in(db).preferences.pii)
    quoted = []
    for near in _led_up_to(db, found):
        row, read = near[-1], [_beginning(one) for one in near]
        secrets = redaction.find([source_memory.source(one) for one in read], hidden)
        shown = redaction.scrub(read[-1].content, secrets)
        if row.session_id is not None and all(word.casefold() in shown.casefold() for word in words):
            quoted.append((row, Quote(row.id, row.session_id, _around(shown, words[0]))))
    return quoted


def _led_up_to(db: Transaction, found: Sequence[tables.Memory]) -> list[list[tables.Memory]]:
    """Each of some memories, of which no two are of one session, behind the few that stand before it."""
    places = [(row.session_id, row.ordinal) for row in found if row.ordinal is not None]
    windows = func.unnest(
        cast([session_id for session_id, _ in places], ARRAY(Uuid)),
        cast([ordinal - LED_BY for _, ordinal in places], ARRAY(Integer)),
        cast([ordinal for _, ordinal in places], ARRAY(Integer)),
    )
    window = windows.table_valued("session_id", "first", "last").render_derived()
    near = (_SAID.session_id == window.c.session_id) & _SAID.ordinal.between(window.c.first, window.c.last)
    rows = db.scalars(select(_SAID).join(window, near).order_by(_SAID.session_id, _SAID.ordinal)).all()
    return [list(own) for _, own in groupby(rows, key=attrgetter("session_id"))]


def _beginning(row: tables.Memory) -> Memory:
    """As much of a memory as is looked through. Of a long one its action is left out, which is not quoted."""
    memory = wire.memory(row)
    if len(memory.content) <= LOOKED_AT:
        return memory
    return memory.model_copy(update={"content": memory.content[:LOOKED_AT], "action": None})


def _around(text: str, word: str) -> str:
    """The part of a text in which a word stands first, on one line."""
    start = max(text.casefold().find(word.casefold()) - BEFORE, 0)
    end = start + QUOTED
    said = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{said}{'…' if end < len(text) else ''}"


def _has_all(said: Any, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """The conditions that all words stand in a text."""
    # Postgres folds both sides: of some letters, as the Greek sigma, Python makes others.
    return [func.strpos(said, func.lower(word)) > 0 for word in words]
