"""Statements: sentences that promise, decide, refuse, report or plan, sorted into the brief's sections."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from warmline_memory.briefs import questions
from warmline_memory.briefs.facts import Fact
from warmline_memory.briefs.freshness import Timeline
from warmline_memory.briefs.mood import TOLD
from warmline_memory.briefs.sources import Draft, SourceMemory
from warmline_memory.briefs.values import find
from warmline_memory.briefs.words import BULLET, clip, content_words, count, label_of, overlap, sentences
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Role

KIND_SECTIONS = (
    (re.compile(r"^(?:decision|decided|design)"), SectionName.DECIDED),
    (re.compile(r"^(?:promise|commitment)"), SectionName.PROMISED),
    (re.compile(r"^(?:todo|next|task|plan|follow)"), SectionName.NEXT_STEPS),
    (re.compile(r"^(?:question|open|unknown)"), SectionName.OPEN_QUESTIONS),
    (re.compile(r"^(?:error|fail|blocker|dead.?end|attempt)"), SectionName.FAILED),
    (re.compile(r"^(?:done|achievement|accomplish|progress|result|change)"), SectionName.DONE),
    (re.compile(r"^(?:goal|request|ask|issue|problem|complaint|incident|bug)"), SectionName.ASK),
    (re.compile(r"^(?:fact|context|preference|environment|profile|figure|metric|status|command)"), SectionName.FACTS),
)
HEADINGS = (
    (
        re.compile(r"\b(?:do ?n.t redo|accomplish\w*|completed|done|built|finished|changes made|what was)\b", re.I),
        SectionName.DONE,
    ),
    (
        re.compile(r"\b(?:next|todo|to do|remaining|focus|outstanding|plan|should focus)\b", re.I),
        SectionName.NEXT_STEPS,
    ),
    (re.compile(r"\b(?:decisions?|decided|constraints?|approach|conventions?)\b", re.I), SectionName.DECIDED),
    (re.compile(r"\b(?:failed|failures?|tried|dead ends?|blockers?|did not work)\b", re.I), SectionName.FAILED),
    (re.compile(r"\b(?:open questions?|questions?|unknowns?|risks?)\b", re.I), SectionName.OPEN_QUESTIONS),
    (
        re.compile(r"\b(?:status|state|environment|commands?|files?|setup|metrics|structure|includes)\b", re.I),
        SectionName.FACTS,
    ),
    (re.compile(r"\b(?:task|goal|objective|request|expected outcome)\b", re.I), SectionName.ASK),
    (re.compile(r"\b(?:context|background|summary)\b", re.I), SectionName.SITUATION),
)
NOTE_CUES = (
    (
        SectionName.FAILED,
        re.compile(
            r"\b(?:fail(?:s|ed|ing)|did not work|didn't work|does not work|without success|unable to"
            r"|cannot|dead end)\b|\berrors?\b(?=:| in\b| when\b| on\b| from\b)",
            re.I,
        ),
    ),
    (
        SectionName.DECIDED,
        re.compile(
            r"\b(?:decided|chose|agreed|opted|settled on|instead of|went with|by design|must use"
            r"|use \w+ for)\b|\bbecause\b",
            re.I,
        ),
    ),
    (
        SectionName.PROMISED,
        re.compile(r"\b(?:promised|committed to|will (?:call|send|refund|reply|get back|follow up))\b", re.I),
    ),
    (
        SectionName.NEXT_STEPS,
        re.compile(
            r"^(?:next\b|todo\b|to do\b|then\b|remaining\b|still (?:to|needs?)\b|implement\b|write\b"
            r"|investigate\b)|\b(?:next step|should (?:now|next)|needs?|has to be|remains to)\b",
            re.I,
        ),
    ),
    (
        SectionName.ASK,
        re.compile(
            r"^(?:needs?|wants?|asks?|requests?|demands?)\b|\b(?:customer|user|client|caller|patient"
            r"|guest|they|he|she)\b.{0,40}"
            r"\b(?:needs?|wants?|asks?|would like|requests?|demands?)\b",
            re.I,
        ),
    ),
    (
        SectionName.DONE,
        re.compile(
            r"^(?:\d+\+? .{0,40}\bimplemented|(?:successfully )?(?:fixed|added|implemented|created|built"
            r"|set up|setup|defined|corrected|removed|updated|refactored|migrated|completed|deployed"
            r"|merged|wrote|renamed|verified that|configured|installed|tested|resolved|reset|issued|sent"
            r"|closed|opened))\b|\b(?:fully functional|is working|now works?|(?:has|have) been \w+ed"
            r"|corrected|completed)\b",
            re.I,
        ),
    ),
)
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
REFUSAL = re.compile(
    r"\b(?:unable to|cannot|can't|can not|not able to|not possible|not eligible|not allowed"
    r"|does(?:n't| not) (?:allow|cover|permit)|unfortunately|not available|unavailable"
    r"|no \w+ (?:that )?match)\b",
    re.I,
)
CIRCUMSTANCE = re.compile(
    r"\b(?:because|since|reason|so that|but|however|want|need|prefer|don't|can't|cannot|won't"
    r"|never|still|already|only|must"
    r"|problem|issue|wrong|missing|missed|lost|died|passed away|sick|late|as long as|unless|if|except|before|until)\b",
    re.I,
)
UNCLEAR = re.compile(
    r"\b(?:don't quite understand|only able to help|only (?:help|assist)|didn't (?:catch|understand))\b", re.I
)
CLAIM = re.compile(
    r"\b(?:i have|i've|we have|we've|has been|have been|(?:was|were)(?= successfully| set up successfully)) "
    r"(?:successfully |now |already )?(?:set up|refunded|cancell?ed|booked|updated|changed"
    r"|credited|issued|reset|scheduled"
    r"|submitted|sent|reserved|added|removed|closed|opened|escalated|created)\b",
    re.I,
)
HEADING = re.compile(r"^\s*(?:#{1,6}\s+(.+?)|\*\*([^*]{2,60}?):?\*\*:?|([A-Z][\w'/ &()-]{2,50}):|=+\s*(.+?)\s*=+)\s*$")
LEAD = re.compile(r"^\**([A-Za-z][\w'() /-]{1,40}?)\**:\**\s+(\S.*)$")
SUMMARY = re.compile(r"^(?:handoff|session|conversation)?\s*summary\b\W*|^handoff\b[^:]{0,30}:\s*", re.I)
MAX_WORDS = 28
MOST_PER_SECTION = 200


def read(
    memories: Sequence[SourceMemory], facts: Sequence[Fact], timeline: Timeline, settled: Collection[int]
) -> list[Draft]:
    """The statements of a session, oldest first; each is a sentence as it was written, clipped where it is long.

    `settled` are the places of confirmed actions: what the agent then says of them is nothing new.
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
            said = _from_note(memory, memory.importance)
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
        if questions.asks(sentence) or questions.evades(sentence) or len(content_words(sentence)) < 3:
            continue
        news = [value for value in find(sentence) if value.text.lower() not in told]
        if news or (CIRCUMSTANCE.search(sentence) and len(set(content_words(sentence)) - known) > 1):
            yield _draft(SectionName.SITUATION, sentence, memory.id, weight + 0.2 * bool(news), label="said")


def _from_note(memory: SourceMemory, weight: float) -> Iterable[Draft]:
    by_kind = next((section for pattern, section in KIND_SECTIONS if pattern.match(memory.kind)), None)
    section = by_kind
    for line in memory.content.splitlines():
        heading = HEADING.match(line)
        if heading:
            title = next(filter(None, heading.groups()))
            section = next((name for pattern, name in HEADINGS if pattern.search(title)), None) or by_kind
            continue
        for sentence in sentences(SUMMARY.sub("", BULLET.sub("", line.strip()))):
            if not TOLD.search(sentence) and not _states_only_its_slot(memory, sentence):
                yield _noted(sentence, section, memory, weight)


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
        label = lead.group(1).strip("* ").lower()
        headed = next((name for pattern, name in HEADINGS if pattern.search(label)), None)
        section, sentence = headed or section or SectionName.FACTS, lead.group(2)
    chosen = section or next((name for name, cue in NOTE_CUES if cue.search(sentence)), None)
    if chosen is None:
        chosen = SectionName.FACTS if find(sentence) else SectionName.SITUATION
    return _draft(chosen, sentence.replace("**", ""), memory.id, weight, label=label)


def _draft(section: SectionName, sentence: str, memory_id: UUID, weight: float, label: str | None = None) -> Draft:
    return Draft(section, clip(sentence, MAX_WORDS), (memory_id,), label=label, weight=weight)
