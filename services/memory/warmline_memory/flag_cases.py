"""Flagged handoffs as cases to measure briefs by: what was said before the brief, and what a brief must say of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from warmline_memory import answers, handoffs, materials, preferences, sessions, tables
from warmline_memory.briefs import SourceMemory, redaction
from warmline_memory.briefs.actions import leaves, parsed
from warmline_memory.briefs.telling import current_value
from warmline_memory.briefs.words import contains
from warmline_schemas.flags import CaseReplaced, CaseValue, Flag, FlaggedCase, Verdict
from warmline_schemas.memories import Outcome, Role

SOURCE = "flags"
STATUSES = {Outcome.CONFIRMED: "ok", Outcome.FAILED: "failed"}
LONGEST_LINE = 20
"""Of a long chain the sessions of the last so many hops are told."""


def flagged(db: Db, namespace: str | None = None) -> list[UUID]:
    """The handoffs whose briefs are flagged, the oldest first."""
    rows = select(tables.Flag.handoff_id).distinct().order_by(tables.Flag.handoff_id)
    return list(db.scalars(rows if namespace is None else rows.where(tables.Flag.namespace == namespace)))


def case_of(db: Db, handoff_id: UUID) -> FlaggedCase | None:
    """The case of one handoff, without secrets and without personal data of the classes that the tenant hides; none
    where it is not there or not flagged any more."""
    row = db.get(tables.Handoff, handoff_id)
    if row is None:
        return None
    flags = db.scalars(select(tables.Flag).where(tables.Flag.handoff_id == row.id).order_by(tables.Flag.id)).all()
    told = _memories(db, row)
    secrets = redaction.find(told, frozenset(preferences.read(db).pii))
    brief = answers.brief(row)
    events = [_event(memory, secrets) for memory in told]
    shown = [_scrubbed(Flag.model_validate(flag), secrets) for flag in flags]
    return written(str(row.id), brief.template if brief else SOURCE, row.target, events, shown) if flags else None


def written(
    case_id: str, domain: str, target: str, events: list[dict[str, Any]], flags: Sequence[Flag | None]
) -> FlaggedCase:
    """A case from what was said and what was flagged; ``None`` stands for a flag that speaks of what is hidden.

    What should stand in the brief counts only where the conversation says it, for no brief can know more.
    """
    known = [flag for flag in flags if flag is not None]
    said = "\n".join(_told(events))
    right = [flag for flag in known if flag.should_be and contains(said, flag.should_be)]
    gone = [flag for flag in known if flag.line and flag.verdict is not Verdict.MISSING]
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


def _memories(db: Db, row: tables.Handoff) -> list[SourceMemory]:
    """What the sessions that led to a handoff kept, the oldest first, up to what its brief was made from."""
    line: list[tuple[UUID, int | None]] = [(row.source_session_id, row.cut_ordinal)]
    before = sessions.find(db, row.source_session_id).handoff_id
    while before is not None and len(line) < LONGEST_LINE:
        earlier = handoffs.find(db, before)
        line.append((earlier.source_session_id, None))
        before = sessions.find(db, earlier.source_session_id).handoff_id
    return [memory for session_id, cut in reversed(line) for memory in _of_session(db, session_id, cut)]


def _of_session(db: Db, session_id: UUID, cut: int | None) -> Iterator[SourceMemory]:
    memory = tables.Memory
    own = select(memory).where(memory.session_id == session_id, memory.handoff_id.is_(None))
    rows = own if cut is None else own.where(memory.ordinal <= cut)
    newest = db.scalars(rows.order_by(memory.ordinal.desc()).limit(materials.MEMORIES_READ)).all()
    return (answers.source(answers.memory(one)) for one in reversed(newest))


def _event(memory: SourceMemory, secrets: redaction.Secrets) -> dict[str, Any]:
    """A memory as an event of a case; what nobody said aloud was the agent's."""
    if memory.action is None:
        role = Role.USER if memory.role is Role.USER else Role.AGENT
        return {"role": role.value, "text": redaction.scrub(memory.content, secrets)}
    return {
        "role": Role.TOOL.value,
        "name": memory.action.name,
        "arguments": redaction.scrub_tree(memory.action.arguments, secrets),
        "result": redaction.scrub_tree(parsed(memory.action.result), secrets),
        "status": STATUSES.get(memory.action.outcome),
    }


def _scrubbed(flag: Flag, secrets: redaction.Secrets) -> Flag | None:
    """A flag as it may be told; none where its line, or what should stand there, is hidden."""
    for text in (flag.line, flag.should_be):
        if text and redaction.scrub(text, secrets, flag.label) != text:
            return None
    return flag.model_copy(update={"note": flag.note and redaction.scrub(flag.note, secrets)})


def _told(events: Iterable[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        yield event.get("text", "")
        for side in ("arguments", "result"):
            yield from (value for _, value in leaves({side: event.get(side)}))


def _name(flag: Flag) -> str:
    return flag.label or flag.section or flag.verdict
