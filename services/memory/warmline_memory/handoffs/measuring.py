"""Measuring: what is counted of a handoff at its end, for later it would take its brief and all that was said."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory.briefs import repeats
from warmline_memory.storage import tables, wire
from warmline_memory.storage.sealed_columns import beginning
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Role

PARTS = (
    {SectionName.ASK, SectionName.SITUATION},
    {SectionName.NEXT_STEPS, SectionName.PROMISED},
    {SectionName.IF_THEN, SectionName.OPEN_QUESTIONS},
)
"""The sections of a brief that give a part of I-PASS."""
MOST_READ, CONTENT_READ = 200, 1_000
"""Of what a receiver said, at most ``MOST_READ`` memories are looked at, the first, and the first ``CONTENT_READ``
characters of each. Questions that the brief could have saved come early."""


def measure(db: Transaction, row: tables.Handoff) -> None:
    """Count what became of the brief of a handoff that has just closed. What was counted before is left as it is.

    Its lines, how many of the five parts of I-PASS it gave together with the read-back, and the questions that its
    receiver asked for values, with those whose answers the brief holds.
    """
    # Without a brief, or a receiver, there is nothing to count.
    brief = wire.brief(row)
    if brief is None or row.target_session_id is None:
        return
    asked = repeats.count(_said(db, row), brief)
    # Only numbers are kept, no text: what was said can be forgotten later, and the figures stay.
    counted = {
        "lines": sum(len(section.lines) for section in brief.sections),
        "elements": _elements(row, brief),
        "questions": asked.questions,
        "repeated": asked.repeated,
    }
    db.execute(insert(tables.Measure).values(handoff_id=row.id, **counted).on_conflict_do_nothing())


def _said(db: Transaction, row: tables.Handoff) -> list[str]:
    memory = tables.Memory
    own = select(beginning(memory.content, CONTENT_READ)).where(
        memory.session_id == row.target_session_id, memory.role == Role.AGENT
    )
    return [said[:CONTENT_READ] for said in db.scalars(own.order_by(memory.ordinal).limit(MOST_READ))]


def _elements(row: tables.Handoff, brief: Brief) -> int:
    """How many of the five parts of I-PASS were given: the severity, which every handoff has as its urgency, a summary,
    actions, contingencies, and the receiver's synthesis. An empty section gives none."""
    names = {section.name for section in brief.sections if section.lines}
    return 1 + sum(not names.isdisjoint(part) for part in PARTS) + (row.read_back is not None)
