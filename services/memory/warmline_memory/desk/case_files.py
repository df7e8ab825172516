"""Case files: all that an operator needs to know of one handoff, by a fixed number of statements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import defer, undefer

from warmline_memory import events, flags, handoffs, memories, queues, source_memory, tenancy
from warmline_memory.desk import inquiries
from warmline_memory.errors import NotFound
from warmline_memory.language.one_reading import one_reading
from warmline_memory.redaction import scrubbing
from warmline_memory.redaction.scrubbing import Secrets
from warmline_memory.storage import tables, wire
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief, BriefLine
from warmline_schemas.claims import Inquiry
from warmline_schemas.events import Event
from warmline_schemas.flags import Flag
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.memories import Memory
from warmline_schemas.queues import Queue

SINCE_SHOWN = 20
"""Of the memories since the brief, this many are shown: the newest."""
SINCE_CHARS = 400
"""A memory since the brief is shown up to this many characters."""
MOST_SHOWN = 500
"""So many questions, and so many flags, are shown of one handoff, the oldest."""
LED_BY = 4
"""This many memories before those are read, because a question ("your PIN?") is what makes its answer a secret."""
LOOKED_AT = 3
"""A memory is searched for secrets this many times as far as it is shown, so that a secret that begins within the shown
part is found even where it ends behind it."""


@dataclass(frozen=True)
class Proof:
    """A memory that proves a line of the brief, and where it stands."""

    id: UUID
    session_id: UUID | None
    ordinal: int | None
    role: str | None
    event_time: datetime


@dataclass(frozen=True)
class Since:
    """A memory that the source session kept after the brief was cut, without secrets."""

    id: UUID
    role: str | None
    kind: str
    agent: str | None
    content: str
    event_time: datetime


@dataclass(frozen=True)
class CaseFile:
    """A handoff, its brief, the memories that prove it, and what happened to it."""

    handoff: tables.Handoff
    brief: Brief | None
    """None while it is being written."""
    proofs: dict[UUID, Proof]
    """By the id of the memory; a memory that was forgotten is left out."""
    since: Sequence[Since]
    """The newest memories since the brief, oldest first."""
    since_count: int
    """How many memories there are since the brief, shown or not."""
    history: Sequence[Event]
    inquiries: Sequence[Inquiry]
    queue: Queue
    flags: Sequence[Flag]

    def flags_on(self, section: str, line: BriefLine) -> list[Flag]:
        """The flags on one line of the brief."""
        meant = (section, line.label, line.text)
        return [flag for flag in self.flags if (flag.section, flag.label, flag.line) == meant]

    def missing(self) -> list[Flag]:
        """The flags that say what the brief lacks."""
        return [flag for flag in self.flags if flag.line is None]


def read(db: Transaction, handoff_id: UUID) -> CaseFile:
    """Everything about a handoff. Raises ``NotFound``."""
    row = tables.Handoff
    found = select(row).where(row.id == handoff_id).options(undefer(row.brief), defer(row.custom))
    handoff = db.scalars(found).one_or_none()
    if handoff is None:
        raise NotFound(noun="handoff", id=handoff_id)
    brief = None if handoff.state == HandoffState.REQUESTED else wire.brief(handoff)
    since, count = _since(db, handoff)
    return CaseFile(
        handoff=handoff,
        brief=brief,
        proofs=_proofs(db, set(_cited(brief))) if brief else {},
        since=since,
        since_count=count,
        history=events.of_handoff(db, handoff_id),
        inquiries=inquiries.list_page(db, handoff_id, limit=MOST_SHOWN).items,
        queue=queues.of_target(db, handoff.target),
        flags=flags.of_handoff(db, handoff_id, limit=MOST_SHOWN).items,
    )


def _cited(brief: Brief) -> Iterator[UUID]:
    yield from brief.headline.memory_ids
    for section in brief.sections:
        for line in section.lines:
            yield from line.memory_ids


def _proofs(db: Transaction, ids: set[UUID]) -> dict[UUID, Proof]:
    """Where these memories stand, by id; a memory that was forgotten is left out."""
    row = tables.Memory
    columns = select(row.id, row.session_id, row.ordinal, row.role, row.event_time)
    found = db.execute(columns.where(among(row.id, ids)))
    return {one.id: Proof(*one) for one in found}


@one_reading()
def _since(db: Transaction, handoff: tables.Handoff) -> tuple[list[Since], int]:
    """The newest memories since the brief, oldest first and without secrets, and how many there are in all."""
    if handoff.cut_ordinal is None:
        return [], 0
    row, kept = tables.Memory, handoffs.kept_since(handoff)
    newest = db.scalars(select(row).where(*kept).order_by(row.ordinal.desc()).limit(SINCE_SHOWN)).all()
    if not newest:
        return [], 0
    lead = select(row).where(row.session_id == handoff.source_session_id, row.ordinal < newest[-1].ordinal)
    before = db.scalars(lead.order_by(row.ordinal.desc()).limit(LED_BY)).all()
    near = [_beginning(one) for one in [*before[::-1], *memories.in_order_said(newest[::-1])]]
    secrets = scrubbing.find([source_memory.source(one) for one in near], frozenset(tenancy.read_preferences(db).pii))
    count = db.scalars(select(func.count()).where(*kept)).one()
    return [_scrubbed(one, secrets) for one in near[len(before) :]], count


def _scrubbed(memory: Memory, secrets: Secrets) -> Since:
    content = scrubbing.scrub(memory.content, secrets)[:SINCE_CHARS]
    return Since(memory.id, memory.role, memory.kind, memory.agent, content, memory.event_time)


def _beginning(row: tables.Memory) -> Memory:
    """The part of a memory that is searched for secrets.

    Of a long one its action is left out too: only the content is shown, and scrubbing a large result takes long.
    """
    memory = wire.memory(row)
    most = LOOKED_AT * SINCE_CHARS
    if len(memory.content) <= most:
        return memory
    return memory.model_copy(update={"content": memory.content[:most], "action": None})
