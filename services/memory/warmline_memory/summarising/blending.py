"""Blending: a brief that rules wrote, with the lines of a model that hold up against their memories."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warmline_memory.briefs import BriefSource, fitting
from warmline_memory.briefs.rendering import one_line, to_text
from warmline_memory.language import meanings, wording
from warmline_memory.language.words import count
from warmline_memory.reading.lines import Draft
from warmline_memory.summarising.checks import Checker, Fault, Proposal, is_said
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, SectionName

NARRATIVE = (
    SectionName.ASK,
    SectionName.PROMISED,
    SectionName.DECIDED,
    SectionName.OPEN_QUESTIONS,
    SectionName.NEXT_STEPS,
    SectionName.IF_THEN,
    SectionName.EXPECTED_OUTCOME,
    SectionName.SITUATION,
)
"""Sections that a model may write to. The others hold exact values and outcomes: those are the rules' alone."""
SAID = "said"
REWORDED = 0.5
"""A line says what another says where it holds all its values and so much of its words."""


@dataclass(frozen=True)
class Blend:
    """A brief with the lines of a model, how many those are, and how many were dropped for which reason."""

    brief: Brief
    kept: int
    dropped: Counter[str]


def blend(source: BriefSource, first: Brief, proposals: Sequence[Proposal], checker: Checker) -> Blend:
    """Add to a first brief what holds up of the proposed lines.

    A line takes the place of those that it says again, values included. No other line of the first brief ever leaves
    for one: those that come last find no room instead.
    """
    dropped: Counter[str] = Counter()
    added: list[Draft] = []
    there = [_draft(section.name, line) for section in first.sections for line in section.lines]
    for proposal in proposals:
        fault = checker.fault(proposal)
        line = None if fault else _added(proposal, checker)
        if line is None or _is_said_already(line, [*there, *added]):
            dropped[fault or Fault.TOLD_ALREADY] += 1
        else:
            added.append(line)
    sections, left = _fitted(source, first, there, added)
    dropped.update({Fault.NO_ROOM: len(added) - left} if left < len(added) else {})
    return Blend(_rendered(first, sections), left, dropped)


def writable(first: Brief, names: Iterable[SectionName]) -> list[SectionName]:
    """The sections of these that a model may write to: narrative ones, and an ask only where the rules found none."""
    asked = any(section.name is SectionName.ASK and section.lines for section in first.sections)
    return [name for name in names if name in NARRATIVE and not (asked and name is SectionName.ASK)]


def _is_said_already(line: Draft, there: Sequence[Draft]) -> bool:
    """Whether nearly all words of a line stand in another one that it does not replace."""
    return is_said(line.text, [f"{draft.label or ''} {draft.text}" for draft in there if not _rewords(line, draft)])


def _added(proposal: Proposal, checker: Checker) -> Draft:
    """A line as a draft. What only the customer said is labelled `said`, and an ask stands in quotation marks."""
    section = SectionName(proposal.section)
    ids = checker.ids(proposal)
    if section is SectionName.ASK:
        return Draft(section, f"“{proposal.text.strip(' “”')}”", ids)
    by_customer = checker.cited_by(proposal).is_a_customers_word
    return Draft(section, proposal.text, ids, SAID if by_customer else proposal.label or None)


def _fitted(
    source: BriefSource, first: Brief, there: Sequence[Draft], added: Sequence[Draft]
) -> tuple[list[BriefSection], int]:
    """The sections with as many of the added lines as leave room for all others, and how many those are."""
    room = (source.template.words or source.max_words) - count(one_line(first.headline))
    for number in range(len(added), 0, -1):
        kept = [draft for draft in there if not any(_rewords(line, draft) for line in added[:number])]
        sections = fitting.sections(_in_order(kept, added[:number]), room, source.template)
        fitted = [line for section in sections for line in section.lines]
        if len(fitted) == len(kept) + number:
            return sections, number
    return list(first.sections), 0


def _in_order(kept: Sequence[Draft], added: Sequence[Draft]) -> list[Draft]:
    """Of each section what the request says, what the model added, and the rest."""
    asked = [draft for draft in kept if not draft.ids]
    return [*asked, *added, *(draft for draft in kept if draft.ids)]


def _rewords(line: Draft, draft: Draft) -> bool:
    """Whether a line says all that a draft of its section says: its proof, its values, and enough of its words."""
    narrative = draft.section is not SectionName.ASK and draft.section in NARRATIVE
    if draft.section is not line.section or not narrative or draft.outcome or not draft.ids:
        return False
    if not set(draft.ids) <= set(line.ids):
        return False
    said = meanings.plain(line.text)
    held = {meaning for _, all_of in meanings.values(said) for meaning in all_of}
    values = [all_of for _, all_of in meanings.values(meanings.plain(draft.text))]
    if not all(any(meanings.backs(one, own) for one in held for own in all_of) for all_of in values):
        return False
    words = wording.stems(draft.text)
    return len(words & wording.stems(said)) >= REWORDED * len(words)


def _draft(section: SectionName, line: BriefLine) -> Draft:
    return Draft(
        section,
        line.text,
        tuple(line.memory_ids),
        line.label,
        line.outcome,
        topic=line.topic,
        found=line.found,
        owner=line.owner,
        due=line.due,
    )


def _rendered(first: Brief, sections: list[BriefSection]) -> Brief:
    text = to_text(first.headline, sections)
    return first.model_copy(update={"sections": sections, "text": text, "words": count(text)})
