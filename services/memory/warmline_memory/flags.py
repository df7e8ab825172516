"""Flags: what is wrong with a brief, as somebody says who worked with it; and the cases that are made of flags."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from warmline_memory import events, handoffs, operators, tenancy
from warmline_memory.briefs.rendering import current_value, one_line
from warmline_memory.errors import FlagOfSomebodyElse, NoSuchLine, NotFound
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.trees import leaves
from warmline_memory.language.words import contains
from warmline_memory.reading.results import parsed
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import tables, wire
from warmline_memory.storage.pages import ALWAYS, Many, Period, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.flags import CaseReplaced, CaseValue, Flag, FlagBrief, FlaggedCase, FlagVerdict
from warmline_schemas.memories import Outcome, Role
from warmline_schemas.wire import Page


def add(db: Transaction, handoff_id: UUID, ask: FlagBrief) -> Flag:
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
    facts: EventFacts = {"flag_id": str(flag.id), "verdict": flag.verdict, "section": flag.section}
    events.record_of_handoff(db, EventType.BRIEF_FLAGGED, row, ask.by, **facts)
    return Flag.model_validate(flag)


def of_handoff(db: Transaction, handoff_id: UUID, *, limit: int, cursor: str | None = None) -> Page[Flag]:
    """The flags on the brief of a handoff, oldest first. Raises ``NotFound`` and ``InvalidCursor``."""
    handoffs.find(db, handoff_id)
    rows = select(tables.Flag).where(tables.Flag.handoff_id == handoff_id)
    return read_page(db, rows, tables.Flag.id, Flag.model_validate, limit=limit, cursor=cursor, oldest_first=True)


def list_page(
    db: Transaction,
    *,
    limit: int,
    cursor: str | None,
    namespace: Many[str] = None,
    handoff_id: Many[UUID] = None,
    verdict: Many[FlagVerdict] = None,
    section: Many[SectionName] = None,
    by: Many[str] = None,
    period: Period = ALWAYS,
) -> Page[Flag]:
    """Flags, newest first."""
    wanted = {"namespace": namespace, "handoff_id": handoff_id, "verdict": verdict, "section": section, "by": by}
    rows = select(tables.Flag).where(*matching(tables.Flag, wanted, period=period))
    return read_page(db, rows, tables.Flag.id, Flag.model_validate, limit=limit, cursor=cursor)


def take_back(db: Transaction, handoff_id: UUID, flag_id: UUID) -> None:
    """Delete a flag: a person their own, a lead also those of others. Raises ``NotFound``, also for one of another
    handoff, and ``FlagOfSomebodyElse``."""
    row = db.find(tables.Flag, flag_id)
    if row is None or row.handoff_id != handoff_id:
        raise NotFound(noun="flag", id=flag_id)
    tenancy.check_party(db, row.by)
    if db.person not in {None, row.by} and not operators.leads(
        db, operators.signed_in_person(db), handoffs.find(db, handoff_id)
    ):
        raise FlagOfSomebodyElse(by=row.by)
    db.delete(row)


def _line(brief: Brief, ask: FlagBrief, handoff_id: UUID) -> BriefLine:
    # A line may have been copied with its label or without, and from a page that broke it into several.
    said = " ".join((ask.line or "").split())
    for line in _lines(brief, ask.section):
        if said in (one_line(line), " ".join(line.text.split())):
            return line
    raise NoSuchLine(handoff_id=handoff_id, section=ask.section)


def _lines(brief: Brief, section: SectionName | None) -> Iterator[BriefLine]:
    return (line for one in brief.sections if one.name is section for line in one.lines)


SOURCE = "flags"
"""What a case names as its source."""
STATUSES = {Outcome.CONFIRMED: "ok", Outcome.FAILED: "failed"}


def flagged(db: Transaction, namespace: str | None = None) -> list[UUID]:
    """The handoffs whose briefs are flagged, the oldest first."""
    rows = select(tables.Flag.handoff_id).distinct().order_by(tables.Flag.handoff_id)
    return list(db.scalars(rows if namespace is None else rows.where(tables.Flag.namespace == namespace)))


@one_reading()
def case_of(db: Transaction, handoff_id: UUID) -> FlaggedCase | None:
    """The case of one handoff, without secrets and without personal data of the classes that the tenant hides.

    None where there is no such handoff, or none of its flags is left.
    """
    row = db.find(tables.Handoff, handoff_id)
    if row is None:
        return None
    flags = db.scalars(select(tables.Flag).where(tables.Flag.handoff_id == row.id).order_by(tables.Flag.id)).all()
    said = _memories(db, row)
    secrets = scrubbing.find(said, frozenset(tenancy.read_preferences(db).pii))
    brief = wire.brief(row)
    events = [_event(memory, secrets) for memory in said]
    shown = [_scrubbed(Flag.model_validate(flag), secrets) for flag in flags]
    return written(str(row.id), brief.template if brief else SOURCE, row.target, events, shown) if flags else None


def written(
    case_id: str, domain: str, target: str, events: list[dict[str, Any]], flags: Sequence[Flag | None]
) -> FlaggedCase:
    """A case from what was said and what was flagged; ``None`` stands for a flag that speaks of what is hidden."""
    # What should stand in the brief counts only where the conversation says it: no brief can know more than was said.
    known = [flag for flag in flags if flag is not None]
    said = "\n".join(_texts(events))
    right = [flag for flag in known if flag.should_be and contains(said, flag.should_be)]
    gone = [flag for flag in known if flag.line and flag.verdict is not FlagVerdict.MISSING]
    return FlaggedCase(
        id=case_id,
        source=SOURCE,
        domain=domain,
        target=target,
        events=events,
        must_know=[CaseValue(name=_name(flag), value=flag.should_be or "") for flag in right],
        must_not_leak=[
            CaseValue(name=_name(flag), value=current_value(flag.line or "")) for flag in gone if not flag.should_be
        ],
        superseded=[
            CaseReplaced(name=_name(flag), old=current_value(flag.line or ""), current=flag.should_be or "")
            for flag in gone
            if flag.should_be
        ],
        actions=[],
        flags=[
            flag.model_dump(mode="json", include={"verdict", "section", "line", "should_be", "note"}) for flag in known
        ],
    )


def _memories(db: Transaction, row: tables.Handoff) -> list[SourceMemory]:
    """What the sessions that led to a handoff kept, the oldest first, up to what its brief was made from."""
    brief = wire.brief(row)
    own = handoffs.lines.memories_of(db, row.source_session_id, until=brief.cut_at if brief else None)
    earlier = handoffs.lines.of_line(
        db, handoffs.lines.back(db, row.source_session_id), handoffs.lines.MEMORIES_READ - len(own)
    )
    return [memory for memories in (*earlier, own) for memory in memories]


def _event(memory: SourceMemory, secrets: scrubbing.Secrets) -> dict[str, Any]:
    """A memory as an event of a case. A memory without a role, such as a note, counts as the agent's."""
    if memory.action is None:
        role = Role.USER if memory.role is Role.USER else Role.AGENT
        return {"role": role.value, "text": scrubbing.scrub(memory.content, secrets)}
    return {
        "role": Role.TOOL.value,
        "name": memory.action.name,
        "arguments": scrubbing.scrub_tree(memory.action.arguments, secrets),
        "result": scrubbing.scrub_tree(parsed(memory.action.result), secrets),
        "status": STATUSES.get(memory.action.outcome),
    }


def _scrubbed(flag: Flag, secrets: scrubbing.Secrets) -> Flag | None:
    """A flag without secrets; None where its line, or what should stand there, holds something that is hidden."""
    # A line that is shown with a gap could not be found in the brief again, so such a flag is left out as a whole.
    for text in (flag.line, flag.should_be):
        if text and scrubbing.scrub(text, secrets, flag.label) != text:
            return None
    return flag.model_copy(update={"note": flag.note and scrubbing.scrub(flag.note, secrets)})


def _texts(events: Iterable[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        yield event.get("text", "")
        for side in ("arguments", "result"):
            yield from (value for _, value in leaves({side: event.get(side)}))


def _name(flag: Flag) -> str:
    return flag.label or flag.section or flag.verdict
