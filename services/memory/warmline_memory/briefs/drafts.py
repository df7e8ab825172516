"""A line on its way into a brief, and which sections hold values."""

from dataclasses import dataclass

from warmline_schemas.briefs import BriefLine, SectionName

VALUES = (
    SectionName.IDENTIFIERS,
    SectionName.FACTS,
    SectionName.SEVERITY,
    SectionName.FIGURES,
    SectionName.ENVIRONMENT,
)
"""The sections whose lines state one value under a label."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line, the section that it belongs to, and how much the receiver needs it within that section: the heaviest get
    room first. Lines are read in the order of ``place``; quotes of one ``thread`` that follow one another are a row,
    unless one begins a row of its own."""

    section: SectionName
    line: BriefLine
    weight: float
    place: float = 0
    thread: int = -1
    begins_row: bool = False
