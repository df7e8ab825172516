"""Flags: what is wrong with a brief in the eyes of whoever worked with it."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from warmline_memory import events, handoffs, tables
from warmline_memory.briefs.rendering import one_line
from warmline_memory.errors import NoSuchLine, NotFound
from warmline_memory.pages import read_page
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.events import EventType
from warmline_schemas.flags import Flag, FlagBrief, Verdict
from warmline_schemas.wire import Page


def add(db: Db, handoff_id: UUID, ask: FlagBrief) -> Flag:
    """Flag a line of a handoff's brief, or something that it lacks. The brief itself stays as it is.

    Raises ``NotFound``, ``HandoffStateForbids`` while there is no brief, and ``NoSuchLine``.
    """
    row = handoffs.find(db, handoff_id)
    line = _line(handoffs.brief_of(db, handoff_id), ask, handoff_id) if ask.line else None
    flag = tables.Flag(
        handoff_id=row.id,
        namespace=row.namespace,
        verdict=ask.verdict,
        section=ask.section,
        label=line.label if line else None,
        line=line.text if line else None,
        memory_ids=line.memory_ids if line else [],
        should_be=ask.should_be,
        note=ask.note,
        by=ask.by,
    )
    db.add(flag)
    db.flush()
    db.refresh(flag)
    facts = {"flag_id": str(flag.id), "verdict": flag.verdict, "section": flag.section}
    events.record_of_handoff(db, EventType.BRIEF_FLAGGED, row, ask.by, **facts)
    return Flag.model_validate(flag)


def of_handoff(db: Db, handoff_id: UUID) -> list[Flag]:
    """The flags on the brief of a handoff, oldest first. Raises ``NotFound``."""
    handoffs.find(db, handoff_id)
    row = tables.Flag
    found = db.scalars(select(row).where(row.handoff_id == handoff_id).order_by(row.id))
    return [Flag.model_validate(one) for one in found]


def list_page(
    db: Db,
    *,
    limit: int,
    cursor: str | None,
    namespace: str | None = None,
    handoff_id: UUID | None = None,
    verdict: Verdict | None = None,
    section: SectionName | None = None,
    by: str | None = None,
) -> Page[Flag]:
    """Flags, newest first."""
    wanted = {"namespace": namespace, "handoff_id": handoff_id, "verdict": verdict, "section": section, "by": by}
    rows = select(tables.Flag).filter_by(**{name: value for name, value in wanted.items() if value is not None})
    return read_page(db, rows, tables.Flag.id, Flag.model_validate, limit=limit, cursor=cursor)


def take_back(db: Db, handoff_id: UUID, flag_id: UUID) -> None:
    """Delete a flag. Raises ``NotFound``, also for one of another handoff."""
    row = db.get(tables.Flag, flag_id)
    if row is None or row.handoff_id != handoff_id:
        raise NotFound(noun="flag", id=flag_id)
    db.delete(row)


def _line(brief: Brief, ask: FlagBrief, handoff_id: UUID) -> BriefLine:
    said = " ".join((ask.line or "").split())
    for line in _lines(brief, ask.section):
        if said in (one_line(line), " ".join(line.text.split())):
            return line
    raise NoSuchLine(handoff_id=handoff_id, section=ask.section)


def _lines(brief: Brief, section: SectionName | None) -> Iterator[BriefLine]:
    return (line for one in brief.sections if one.name is section for line in one.lines)
