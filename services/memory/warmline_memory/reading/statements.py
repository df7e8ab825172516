"""Statements: sentences that promise, decide, refuse, report or plan, sorted into the brief's sections."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from warmline_memory.language.values import find
from warmline_memory.language.words import BULLET, clip, content_words, count, label_of, overlap, sentences
from warmline_memory.reading import owing, questions, sorting
from warmline_memory.reading.facts import Fact
from warmline_memory.reading.freshness import Timeline
from warmline_memory.reading.lines import Draft
from warmline_memory.reading.mood import TOLD
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Role

# The first person with `will`, or a passive future that reaches the customer. What an agent will do within the same
# turn, such as looking something up, is no promise: that is ``IMMEDIATE``.
PROMISE = re.compile(
    r"\b(?:i'll|i will|we'll|we will|you(?:'ll| will) (?:receive|get|be contacted|hear)"
    r"|will (?:contact|call|email|e-mail|send|knock|refund|arrive|be (?:credited|refunded"
    r"|processed|sent)))\b",
    re.I,
)
IMMEDIATE = re.compile(
    r"\b(?:i'll|i will|we will|we'll) (?:also )?(?:need|have to|now|then|just|first|be happy"
    r"|be able|check|look|verify|note|proceed|go ahead|attempt|try|retrieve|help|start)\b"
    r"|\bif you\b|\?$",
    re.I,
)
# What the agent said cannot be had. It stands under what failed, with the agent named, for it may be wrong.
REFUSAL = re.compile(
    r"\b(?:unable to|cannot|can't|can not|not able to|not possible|not eligible|not allowed"
    r"|does(?:n't| not) (?:allow|cover|permit)|unfortunately|not available|unavailable"
    r"|no \w+ (?:that )?match)\b",
    re.I,
)
# A sentence of the customer without a value is told only where it gives a reason, a condition or a complaint.
CIRCUMSTANCE = re.compile(
    r"\b(?:because|since|reason|so that|but|however|want|need|prefer|don't|can't|cannot|won't"
    r"|never|still|already|only|must"
    r"|problem|issue|wrong|missing|missed|lost|died|passed away|sick|late|as long as|unless|if|except|before|until)\b",
    re.I,
)
UNCLEAR = re.compile(
    r"\b(?:don't quite understand|only able to help|only (?:help|assist)|didn't (?:catch|understand))\b", re.I
)
# What the agent says was done. Without a call that confirms it, it is told as the agent's word.
CLAIM = re.compile(
    r"\b(?:i have|i've|we have|we've|has been|have been|(?:was|were)(?= successfully| set up successfully)) "
    r"(?:successfully |now |already )?(?:set up|refunded|cancell?ed|booked|updated|changed"
    r"|credited|issued|reset|scheduled"
    r"|submitted|sent|reserved|added|removed|closed|opened|escalated|created)\b",
    re.I,
)
# Headings of Markdown and of plain notes: `## Next`, `**Next:**`, `Next:`, `== Next ==`.
HEADING = re.compile(r"^\s*(?:#{1,6}\s+(.+?)|\*\*([^*]{2,60}?):?\*\*:?|([A-Z][\w'/ &()-]{2,50}):|=+\s*(.+?)\s*=+)\s*$")
LEAD = re.compile(r"^\**([A-Za-z][\w'() /-]{1,40}?)\**:\**\s+(\S.*)$")
# Notes often begin with what they are; a reader of a brief knows that.
SUMMARY = re.compile(r"^(?:handoff|session|conversation)?\s*summary\b\W*|^handoff\b[^:]{0,30}:\s*", re.I)
# A sentence that begins so gives the reason of the decision before it, and is told together with it.
WHY = re.compile(
    r"^(?:because|since|so that|otherwise|reason|rationale|the reason|why|that way|this way"
    r"|(?:this|that|it) (?:avoids|keeps|saves|means|allows|lets|makes))\b",
    re.I,
)
LABELLED = (None, SectionName.FACTS, SectionName.FIGURES, SectionName.ENVIRONMENT, SectionName.SITUATION)
"""Sections in which `Tests: pytest` is a label and what it names; elsewhere it is a sentence with a colon."""
MAX_WORDS = 28
MAX_WORDS_WITH_REASON = 40
MOST_PER_SECTION = 200


def read(
    memories: Sequence[SourceMemory],
    facts: Sequence[Fact],
    timeline: Timeline,
    settled: Collection[int],
    *,
    has_ask: bool,
) -> list[Draft]:
    """The statements of a session, oldest first; each is a sentence as it was written, clipped where it is long.

    `settled` are the places of confirmed actions: what the agent then says of them is nothing new. Where somebody asks
    in words of their own (`has_ask`), a note of an issue is background.
    """
    drafts: list[Draft] = []
    told = " ; ".join(fact.value for fact in facts).lower()
    for position, memory in enumerate(memories):
        weight = memory.importance + position / (len(memories) * 2)
        if memory.action is not None:
            said: Iterable[Draft] = ()
        elif memory.role is Role.AGENT:
            said = _from_agent(memory, weight, position - 1 in settled)
        elif memory.role is Role.USER:
            said = _from_user(memory, weight, told)
        else:
            said = _with_reasons(_from_note(memory, memory.importance, has_ask))
        may_age = memory.role is not None or memory.slot is not None
        drafts.extend(draft for draft in said if not (may_age and timeline.is_outdated(draft.text, position)))
    return without_repeats(_heaviest(drafts))


def _heaviest(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without those of a section that come behind its 200 heaviest: no brief has room for them."""
    places = sorted(range(len(drafts)), key=lambda place: (-drafts[place].weight, -place))
    kept: set[int] = set()
    filled: Counter[SectionName] = Counter()
    for place in places:
        filled[drafts[place].section] += 1
        if filled[drafts[place].section] <= MOST_PER_SECTION:
            kept.add(place)
    return [draft for place, draft in enumerate(drafts) if place in kept]


def without_repeats(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts of which none says within its section what another says; the later one stays."""
    kept: list[tuple[Draft, set[str]]] = []
    for draft in drafts:
        words = set(content_words(draft.text))
        kept = [
            (other, said) for other, said in kept if other.section is not draft.section or overlap(said, words) < 0.85
        ]
        kept.append((draft, words))
    return [draft for draft, _ in kept]


def _from_agent(memory: SourceMemory, weight: float, is_settled: bool) -> Iterable[Draft]:
    for sentence in sentences(memory.content):
        if questions.asks(sentence) or UNCLEAR.search(sentence):
            continue
        if PROMISE.search(sentence) and not IMMEDIATE.search(sentence):
            yield _draft(SectionName.PROMISED, sentence, memory.id, weight)
        elif REFUSAL.search(sentence):
            yield _draft(SectionName.FAILED, sentence, memory.id, weight - 0.2, label="agent said")
        elif CLAIM.search(sentence) and not is_settled:
            yield _draft(SectionName.DONE, sentence, memory.id, weight - 0.4, label="agent said")


def _from_user(memory: SourceMemory, weight: float, told: str) -> Iterable[Draft]:
    known = {*content_words(told), "prefer"}
    for sentence in sentences(memory.content):
        says_little = len(content_words(sentence)) < 3 and not find(sentence)
        if questions.asks(sentence) or questions.evades(sentence) or says_little:
            continue
        news = [value for value in find(sentence) if value.text.lower() not in told]
        if news or (CIRCUMSTANCE.search(sentence) and len(set(content_words(sentence)) - known) > 1):
            yield _draft(SectionName.SITUATION, sentence, memory.id, weight + 0.2 * bool(news), label="said")


def _from_note(memory: SourceMemory, weight: float, has_ask: bool) -> Iterable[Draft]:
    by_kind = sorting.by_kind(memory.kind)
    if has_ask and sorting.REPORT.match(memory.kind):
        by_kind = SectionName.SITUATION
    section = by_kind
    for line in memory.content.splitlines():
        heading = HEADING.match(line)
        if heading:
            section = sorting.by_heading(next(filter(None, heading.groups()))) or by_kind
            continue
        for sentence in sentences(SUMMARY.sub("", BULLET.sub("", line.strip()))):
            if not TOLD.search(sentence) and not _states_only_its_slot(memory, sentence):
                yield _noted(sentence, section, memory, weight)


def _with_reasons(drafts: Iterable[Draft]) -> Iterable[Draft]:
    """Decisions together with the sentence or the label behind them that says why."""
    last: Draft | None = None
    for draft in drafts:
        if last and last.section is SectionName.DECIDED and WHY.match(draft.label or draft.text):
            told = f"{draft.label}: {draft.text}" if draft.label else draft.text
            last = replace(last, text=clip(f"{last.text} {told}", MAX_WORDS_WITH_REASON))
            continue
        if last:
            yield last
        last = draft
    if last:
        yield last


def _states_only_its_slot(memory: SourceMemory, sentence: str) -> bool:
    """Whether a sentence says no more than the named value of its memory, which stands among the facts anyway."""
    if memory.slot is None:
        return False
    rest = set(content_words(sentence)) - set(content_words(memory.slot.value))
    return not rest - {memory.slot.name.lower(), *label_of(memory.slot.name).split()}


def _noted(sentence: str, section: SectionName | None, memory: SourceMemory, weight: float) -> Draft:
    lead = LEAD.match(sentence)
    label = None
    if lead and count(lead.group(1)) <= 3:
        name = lead.group(1).strip("* ")
        headed = sorting.by_heading(name)
        if sorting.is_grade(name):
            section = SectionName.SEVERITY
        elif headed or section in LABELLED:
            label, section, sentence = name.lower(), headed or section or SectionName.FACTS, lead.group(2)
    chosen = section or sorting.by_words(sentence)
    if chosen is None:
        chosen = SectionName.FACTS if find(sentence) else SectionName.SITUATION
    draft = _draft(chosen, sentence.replace("**", ""), memory.id, weight, label=label)
    return replace(draft, text=owing.noted(memory, draft.text)) if chosen in owing.OWED else draft


def _draft(section: SectionName, sentence: str, memory_id: UUID, weight: float, label: str | None = None) -> Draft:
    return Draft(section, clip(sentence, MAX_WORDS), (memory_id,), label=label, weight=weight)
