"""Telling: a brief with what the record supports of a model's account."""

from collections import Counter
from collections.abc import Sequence

from warmline_memory import briefs
from warmline_memory.briefs import BriefSource, quality, wording
from warmline_memory.briefs.evidence import Record
from warmline_memory.briefs.rendering import one_line, to_text
from warmline_memory.briefs.verifying import Verdict, verify
from warmline_memory.language.statements import word_count as count
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_memory.summarising.summariser import Proposal
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, FallBack, Origin, SectionName, Support
from warmline_schemas.memories import Role

SAID = "said"
RECORD_ONLY = {
    SectionName.IDENTIFIERS,
    SectionName.FACTS,
    SectionName.DONE,
    SectionName.FAILED,
    SectionName.ASK,
    SectionName.SAID,
    SectionName.ALSO_SAID,
}
"""Sections that a model does not write to: what stands there is exact, the record's alone or somebody's own words."""


def with_account(source: BriefSource, proposal: Proposal, memories: Sequence[SourceMemory]) -> Brief:
    """Write the brief of a session with the entries of a model's account that these memories support.

    A line whose values another one has already is left out, and so is one that finds no room; the report counts them.
    """
    first = briefs.write(source)
    if proposal.report is None:
        return first
    dropped: Counter[str] = Counter()
    sections = {section.name: section for section in first.sections}
    room = (source.template.words or source.max_words) - first.words
    secrets, record, kept = scrubbing.find(source.line, source.pii), Record(memories), 0
    for entry in proposal.account.entries if proposal.account else ():
        verdict = verify(entry, record)
        line = _line(entry, verdict, memories)
        words = count(one_line(line)) + (0 if entry.section in sections else 2)
        why = _why_not(entry, verdict, secrets) or ("no_room" if words > room else None)
        if why:
            dropped[why] += 1
            continue
        sections[entry.section] = _added(sections.get(entry.section), entry.section, line, source)
        room, kept = room - words, kept + 1
    fell_back = proposal.report.fell_back_because or (None if kept else FallBack.NOTHING_KEPT)
    report = proposal.report.model_copy(update={"kept": kept, "dropped": dict(dropped), "fell_back_because": fell_back})
    if not kept:
        return first.model_copy(update={"summary": report})
    order = [section.name for section in source.template.sections]
    told = sorted(sections.values(), key=lambda section: order.index(section.name))
    text = to_text(first.headline, told, wording.of(first.language))
    brief = first.model_copy(update={"sections": told, "text": text, "words": count(text), "summary": report})
    assessed = quality.assess(brief, source.template, source.request)
    return brief.model_copy(update={"written_by": report.model, "quality": assessed})


def _why_not(entry: AccountEntry, verdict: Verdict, secrets: scrubbing.Secrets) -> str | None:
    text = f"{entry.label}: {entry.text}" if entry.label else entry.text
    if verdict.invented:
        return "unknown_value"
    if verdict.support is not Support.SUPPORTED:
        return verdict.support.value
    return "secret" if scrubbing.scrub(text, secrets) != text or scrubbing.HIDDEN in text else None


def _line(entry: AccountEntry, verdict: Verdict, memories: Sequence[SourceMemory]) -> BriefLine:
    """A line of the brief. What only the customer said is labelled so."""
    by_customer = all(memory.role is Role.USER for memory in memories if memory.id in verdict.memory_ids)
    return BriefLine(
        label=SAID if by_customer else entry.label,
        text=entry.text,
        memory_ids=list(verdict.memory_ids),
        origin=Origin.MODEL,
        support=verdict.support,
    )


def _added(section: BriefSection | None, name: SectionName, line: BriefLine, source: BriefSource) -> BriefSection:
    if section is None:
        title = wording.of(source.language).heading(source.template, name)
        return BriefSection(name=name, title=title, lines=[line])
    return section.model_copy(update={"lines": [*section.lines, line]})
