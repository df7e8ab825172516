"""Comparing: where two briefs of a chain differ. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warmline_memory.briefs.drafts import VALUES
from warmline_memory.briefs.rendering import current_value
from warmline_memory.language.words import squeezed
from warmline_schemas.briefs import Brief, BriefAction, BriefLine, SectionName
from warmline_schemas.sessions import ComparedLine, OutcomeDifference, ValueDifference

DEEDS = (SectionName.DONE, SectionName.FAILED)
"""The sections that tell of actions, which are compared by themselves."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two briefs: values and outcomes that both state, lines and actions of one alone."""

    values: Sequence[ValueDifference]
    outcomes: Sequence[OutcomeDifference]
    left_lines: Sequence[ComparedLine]
    right_lines: Sequence[ComparedLine]
    left_actions: Sequence[BriefAction]
    right_actions: Sequence[BriefAction]


def compare(left: Brief, right: Brief) -> Differences:
    """Where two briefs differ, in the left one's order.

    A value is the same where its label is; how it is written (case, blanks, punctuation) makes no difference,
    nor does which value it replaced.
    An action is the same where name and arguments are; of several the last counts. A line that differs in its value
    alone is told once, among the values.
    """
    ours, theirs = _values(left), _values(right)
    both = [place for place in ours if place in theirs and squeezed(ours[place]) != squeezed(theirs[place])]
    done, tried = _actions(left), _actions(right)
    return Differences(
        values=[ValueDifference(label=label, left=ours[label], right=theirs[label]) for label in both],
        outcomes=[
            OutcomeDifference(name=deed.name, left=deed, right=tried[place])
            for place, deed in done.items()
            if place in tried and tried[place].outcome is not deed.outcome
        ],
        left_lines=_alone(left, right, set(both)),
        right_lines=_alone(right, left, set(both)),
        left_actions=[deed for place, deed in done.items() if place not in tried],
        right_actions=[deed for place, deed in tried.items() if place not in done],
    )


def _alone(one: Brief, other: Brief, told: set[str]) -> list[ComparedLine]:
    """The lines that only one brief has, but for those of values that are told already."""
    known = {_said(line) for _, line in _lines(other)}
    return [
        ComparedLine(section=section, line=line)
        for section, line in _lines(one)
        if section not in DEEDS and _said(line) not in known and not (section in VALUES and line.label in told)
    ]


def _lines(brief: Brief) -> Iterator[tuple[SectionName, BriefLine]]:
    return ((section.name, line) for section in brief.sections for line in section.lines)


def _said(line: BriefLine) -> tuple[str | None, str]:
    return line.label, squeezed(current_value(line.text))


def _values(brief: Brief) -> dict[str, str]:
    stated = ((name, line) for name, line in _lines(brief) if name in VALUES)
    return {line.label: current_value(line.text) for _, line in stated if line.label}


def _actions(brief: Brief) -> dict[tuple[str, str], BriefAction]:
    return {(deed.name, str(sorted(deed.arguments.items(), key=str))): deed for deed in brief.actions}
