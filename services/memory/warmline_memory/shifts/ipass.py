"""I-PASS: what must be said of a case when one shift hands it to the next. Pure: it asks no database and no clock.

Illness severity, patient summary, action list, situation awareness and contingencies, synthesis by the receiver: the
five parts of Starmer et al., "Changes in Medical Errors after Implementation of a Handoff Program", NEJM 371 (2014).
A part is given where it has an entry. That there is none is one too, by whoever says so (``filling``): an empty section
of a brief says only that nobody said anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from warmline_memory.language import harmless
from warmline_memory.language.one_reading import one_reading
from warmline_memory.reading import section_of
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, SectionName
from warmline_schemas.handoffs import ReadBack, Urgency
from warmline_schemas.shifts import PartName, SheetPart
from warmline_schemas.tenancy import PiiClass

TITLES = {
    PartName.SEVERITY: "How bad",
    PartName.SUMMARY: "What",
    PartName.ACTIONS: "Who does what by when",
    PartName.CONTINGENCIES: "What if",
    PartName.SYNTHESIS: "Read back",
}
SHOWN_SINCE = 5
"""Of the memories since the outgoing person took over, this many are shown: the newest."""
SINCE_CHARS = 240
"""Each of them is shown up to this many characters."""


@dataclass(frozen=True)
class Case:
    """What is known of one handoff on a sheet."""

    urgency: Urgency
    level: int
    breach_at: datetime | None
    snoozed_until: datetime | None
    accepted: Brief | None
    """The brief with which the outgoing person took it over."""
    handed_on: Brief | None
    """The brief with which it goes to the incoming person; None until that is written."""
    since: Sequence[SourceMemory]
    """What the outgoing person kept of it, oldest first."""
    read_back: ReadBack | None


@one_reading()
def parts(case: Case, now: datetime, pii: frozenset[PiiClass], zone: str = "UTC") -> list[SheetPart]:
    """The five parts of a case, without secrets and without personal data of the classes ``pii``; times in a zone."""
    before, sections = _sections(case.accepted), _sections(case.handed_on or case.accepted)
    severity = [
        BriefLine(text=_severity(case, now, ZoneInfo(zone)), memory_ids=[]),
        *_lines(sections, SectionName.SEVERITY),
    ]
    came = [case.accepted.headline] if case.accepted else []
    asked = _lines(sections, SectionName.ASK) or _lines(before, SectionName.ASK)
    secrets = scrubbing.find(case.since, pii)
    actions = _with_noted(case, secrets, sections, SectionName.NEXT_STEPS, SectionName.PROMISED)
    what_if = _with_noted(case, secrets, sections, SectionName.IF_THEN, SectionName.OPEN_QUESTIONS)
    what = [*came, *asked, *_since(case, secrets, said=[*asked, *actions, *what_if])]
    read_back = [BriefLine(text=case.read_back.text, owner=case.read_back.by, memory_ids=[])] if case.read_back else []
    return [
        _part(PartName.SEVERITY, severity),
        _part(PartName.SUMMARY, what),
        _part(PartName.ACTIONS, actions),
        _part(PartName.CONTINGENCIES, what_if),
        _part(PartName.SYNTHESIS, read_back),
    ]


def completeness(found: Sequence[SheetPart]) -> float:
    """The share of the five parts that are given, 0 to 1."""
    return sum(part.given for part in found) / len(PartName)


def _part(name: PartName, lines: Sequence[BriefLine]) -> SheetPart:
    return SheetPart(name=name, title=TITLES[name], lines=list(lines), given=bool(lines))


def _sections(brief: Brief | None) -> dict[SectionName, BriefSection]:
    return {section.name: section for section in brief.sections} if brief else {}


def _lines(sections: dict[SectionName, BriefSection], *names: SectionName) -> list[BriefLine]:
    return [line for name in names if name in sections for line in sections[name].lines]


def _severity(case: Case, now: datetime, zone: ZoneInfo) -> str:
    said = f"{case.urgency.value}, level {case.level}"
    if case.breach_at is not None:
        said += f"; promised for {in_zone(case.breach_at, zone)}" + (
            ", which has passed" if case.breach_at <= now else ""
        )
    if case.snoozed_until is not None and case.snoozed_until > now:
        said += f"; set aside until {in_zone(case.snoozed_until, zone)}"
    return said


def in_zone(moment: datetime, zone: ZoneInfo) -> str:
    """A time as a clock in a zone shows it, with the zone's name: `2026-03-02 12:55 CET`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _with_noted(
    case: Case, secrets: scrubbing.Secrets, sections: dict[SectionName, BriefSection], *names: SectionName
) -> list[BriefLine]:
    """The lines of some sections, and what the outgoing person noted since by kinds that belong there."""
    lines = _lines(sections, *names)
    noted = [memory for memory in _uncited(case, lines) if section_of(memory.kind) in names]
    return [*lines, *(_line(memory, secrets) for memory in noted[-SHOWN_SINCE:])]


def _since(case: Case, secrets: scrubbing.Secrets, said: Sequence[BriefLine]) -> list[BriefLine]:
    """The newest memories since the outgoing person took over, without those that another line of the case cites."""
    return [_line(memory, secrets, "since") for memory in _uncited(case, said)[-SHOWN_SINCE:]]


def _uncited(case: Case, said: Sequence[BriefLine]) -> list[SourceMemory]:
    cited = {memory_id for line in said for memory_id in line.memory_ids}
    return [memory for memory in case.since if memory.id not in cited]


def _line(memory: SourceMemory, secrets: scrubbing.Secrets, label: str | None = None) -> BriefLine:
    return BriefLine(label=label, text=_shortened(scrubbing.scrub(memory.content, secrets)), memory_ids=[memory.id])


def _shortened(text: str) -> str:
    line = harmless.untagged(text)
    return line if len(line) <= SINCE_CHARS else line[: SINCE_CHARS - 1].rstrip() + "…"
