"""Side by side: two briefs of a chain, each line with what the other brief says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warmline_schemas.briefs import Brief, BriefAction, BriefLine, BriefSection, SectionName
from warmline_schemas.handoffs import Handoff
from warmline_schemas.sessions import ComparedSide, Comparison

DEEDS = (SectionName.DONE, SectionName.FAILED)


@dataclass(frozen=True)
class Row:
    """A line of a brief: whether the other brief lacks it, or what it says in its place."""

    line: BriefLine
    is_alone: bool
    other: str | None


@dataclass(frozen=True)
class Side:
    """One of the two briefs."""

    handoff: Handoff
    brief: Brief
    sections: Sequence[tuple[str, Sequence[Row]]]
    differences: int


def sides(comparison: Comparison, left: Brief, right: Brief) -> tuple[Side, Side]:
    """The two briefs of a comparison with their differences marked."""
    values = {one.label: (one.left, one.right) for one in comparison.values}
    deeds = [(one.left, one.right) for one in comparison.outcomes]
    turned = [two[::-1] for two in deeds]
    return (
        _side(comparison.left, left, right, {place: two[1] for place, two in values.items()}, deeds),
        _side(comparison.right, right, left, {place: two[0] for place, two in values.items()}, turned),
    )


def _side(
    side: ComparedSide,
    brief: Brief,
    other: Brief,
    values: Mapping[str, str],
    deeds: Sequence[tuple[BriefAction, BriefAction]],
) -> Side:
    alone = {(one.section, one.line.label, one.line.text) for one in side.lines}
    lone = {memory_id for action in side.actions for memory_id in action.memory_ids}
    said = {(line.label, line.text) for section in other.sections for line in section.lines}

    def row(section: BriefSection, line: BriefLine) -> Row:
        # What was done differs by its outcome and proofs, not by its words, which are written anew in every brief.
        if section.name in DEEDS:
            is_alone = not lone.isdisjoint(line.memory_ids) and (line.label, line.text) not in said
            return Row(line, is_alone, next((theirs.outcome for ours, theirs in deeds if _proves(ours, line)), None))
        value = values.get(line.label) if line.label else None
        return Row(line, (section.name, line.label, line.text) in alone, value)

    sections = [(section.title, [row(section, line) for line in section.lines]) for section in brief.sections]
    marked = sum(one.is_alone or one.other is not None for _, rows in sections for one in rows)
    return Side(side.handoff, brief, sections, marked)


def _proves(action: BriefAction, line: BriefLine) -> bool:
    return not set(action.memory_ids).isdisjoint(line.memory_ids)
