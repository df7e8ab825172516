"""Telling: a brief with what the record supports of a model's account."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from warmline_memory import briefs
from warmline_memory.briefs import BriefSource
from warmline_memory.briefs.accounts import accounted
from warmline_memory.briefs.accounts.evidence import Record
from warmline_memory.briefs.accounts.verifying import Verdict, verify
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_memory.summarising.summariser import Proposal
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import Brief, BriefLine, FallBack, Origin, SectionName, Support
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

    They are fitted into the brief as an agent's are; the report counts those that are not in it, by reason.
    """
    if proposal.report is None:
        return briefs.write(source)
    entries = proposal.account.entries if proposal.account else []
    secrets, record = scrubbing.find(source.line, source.pii), Record(memories)
    dropped: Counter[str] = Counter()
    proposed: list[tuple[SectionName, BriefLine]] = []
    for entry in entries:
        verdict = verify(entry, record)
        if why := _why_not(entry, verdict, secrets):
            dropped[why] += 1
        else:
            proposed.append((entry.section, _line(entry, verdict, memories)))
    brief = briefs.write(replace(source, proposed=proposed))
    kept = sum(line.origin is Origin.MODEL for section in brief.sections for line in section.lines)
    dropped += Counter(no_room=len(proposed) - kept)
    fell_back = proposal.report.fell_back_because or (None if kept else FallBack.NOTHING_KEPT)
    report = proposal.report.model_copy(update={"kept": kept, "dropped": dict(dropped), "fell_back_because": fell_back})
    return brief.model_copy(update={"summary": report, **({"written_by": report.model} if kept else {})})


def _why_not(entry: AccountEntry, verdict: Verdict, secrets: scrubbing.Secrets) -> str | None:
    if verdict.invented:
        return "unknown_value"
    if verdict.support is not Support.SUPPORTED:
        return verdict.support.value
    hidden = scrubbing.HIDDEN in f"{entry.label} {entry.text}" or accounted.clean(entry, secrets) != entry
    return "secret" if hidden else None


def _line(entry: AccountEntry, verdict: Verdict, memories: Sequence[SourceMemory]) -> BriefLine:
    """A line of the brief. What only the customer said is labelled so."""
    by_customer = all(memory.role is Role.USER for memory in memories if memory.id in verdict.memory_ids)
    line = accounted.line_of(entry, verdict, Origin.MODEL)
    return line.model_copy(update={"label": SAID}) if by_customer else line
