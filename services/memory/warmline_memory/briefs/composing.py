"""Composing: a brief out of a source, within its length, the most needed first."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from uuid import UUID

from warmline_memory.briefs import (
    coding,
    fitting,
    hearing,
    mentions,
    pressing,
    quality,
    quoting,
    recorded,
    templates,
    wording,
)
from warmline_memory.briefs.accounts import accounted
from warmline_memory.briefs.drafts import Draft
from warmline_memory.briefs.rendering import ANSWERS, one_line, to_text
from warmline_memory.briefs.sources import BriefRequest, BriefSource
from warmline_memory.briefs.spoken import Spoken
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.statements import word_count as count
from warmline_memory.language.words import clip, squeezed
from warmline_memory.reading import Record, read, results
from warmline_memory.reading.record import PERSON
from warmline_memory.redaction import scrubbing
from warmline_memory.salience import Speaker
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefAction, BriefLine, Origin, SectionName
from warmline_schemas.handoffs import Urgency
from warmline_schemas.templates import Template

WRITTEN_BY = "extractive"
NOTE = "note"
"""The kind of notes that say nothing of what they are; a decision or a promise has a kind of its own."""
REASON_WORDS, GOAL_WORDS = 24, 30
CODING = frozenset(
    ["code", "testing", "quality", "documentation", "infrastructure", "planning", "session", "continuation"]
)
"""The templates of work, which a coding session is told by."""
QUOTED = 160
"""A coding session is quoted beyond its record until the brief has so many words. Of a short session the record does
not say all, and in a long one it says what counts."""
MOST_HEARD = 200
"""So many of its messages are read for that, the newest: what was said before says little of where the work stands."""
GIVEN = 15.0
"""By which name a customer speaks of themselves stands behind slots (20) and before arguments of tools (10)."""
EDITED = 9.0
"""What a reviewer wrote into an earlier brief stands before notes (8) and behind slots and arguments (10 to 20)."""
CORRECTED, BEFORE_QUOTES = 98.0, -0.5
"""What a customer said is wrong with an earlier brief stands before all that it may be about, behind the goal (99)."""
SHORT, SHORTER = 100, 0.89
"""A conversation of fewer words than this can stand whole in its brief; of a longer one it has at most this share."""


@one_reading()
def write(source: BriefSource) -> Brief:
    """Write the brief of a line of sessions: deterministic, every line with the memories that prove it.

    What is typed comes from the record alone; everything else is a quote. Its sections are those of
    ``source.template``. It has at most as many words as the template states, else ``source.max_words``, but always the
    headline. Headline, goal and urgency say what the request says, and cite no memory.
    """
    template, words = source.template, wording.of(source.language)
    secrets = scrubbing.find(source.line, source.pii)
    memories = [_clean(memory, secrets) for memory in source.line]
    request = _scrubbed(source.request, secrets)
    record = read(memories)
    headline = _headline(request)
    # In a coding session commands and files say what happened, and few of the many words count.
    is_coding = template.name in CODING and coding.works_on_code(memories)
    goal = " ".join(filter(None, [request.reason, request.goal, request.to]))
    repeated = _repeated(memories, source)
    known = _known(_of_coding(record, source, secrets) if is_coding else recorded.lines(record), repeated)
    spoken = [] if is_coding else _spoken(record, source, goal, known)
    edited = _edited(source, secrets)
    spoken = _not_told(spoken, edited, repeated)
    drafts, rest = _drafts(source, request, known, spoken, edited, among_people=record.is_among_people)
    urgent, rest = _urgent(spoken, rest, source)
    drafts += [Draft(SectionName.SEVERITY, urgent, 99.0, -1)] if urgent else []
    drafts += accounted.lines(source, _live(memories), secrets)
    if is_coding:
        rest = _not_told(_beyond(drafts, record, goal), edited, repeated)
    length = _length(record, template.words or source.max_words, headline, is_coding=is_coding)
    ending = [one for one in quoting.ending(spoken, _since(source), _starts(source)) if one in rest]
    calendar = quoting.calendar(spoken, source.zone)
    sections = fitting.sections(_placed(drafts, template), rest, ending, length, template, words, calendar)
    text = to_text(headline, sections, words)
    brief = Brief(
        headline=headline,
        sections=sections,
        actions=_actions(record),
        text=text,
        words=count(text),
        overtaken=_overtaken(record),
        memories_read=len(memories),
        written_by=WRITTEN_BY,
        template=template.name,
        language=words.language,
        pressing=urgent,
        cut_at=source.cut_at,
    )
    return brief.model_copy(update={"quality": quality.assess(brief, template, request, _lasting(spoken, source))})


def _spoken(record: Record, source: BriefSource, goal: str, known: Sequence[Draft]) -> list[Spoken]:
    spoken = quoting.with_open(hearing.heard(record, goal), _since(source), _starts(source), record, goal)
    return mentions.marked(spoken, [one.line.text for one in known if one.section is SectionName.IDENTIFIERS])


def _urgent(
    spoken: Sequence[Spoken], rest: Sequence[Spoken], source: BriefSource
) -> tuple[BriefLine | None, list[Spoken]]:
    """By which words the handoff is urgent, where its request does not say how urgent it is, and the rest without them
    where the line has them all."""
    since = _since(source)
    found = None if source.request.urgency else pressing.found(one for one in spoken if one.said.position >= since)
    left = [one for one in rest if found is not one or not pressing.is_whole(one)]
    return pressing.line(found) if found else None, left


def _lasting(spoken: Sequence[Spoken], source: BriefSource) -> list[Spoken]:
    """The statements that are not over with the session in which they were made."""
    over = quoting.passed(spoken, _since(source), _starts(source))
    return [one for one in spoken if one not in over]


def _actions(record: Record) -> list[BriefAction]:
    return [
        BriefAction(name=call.name, arguments=dict(call.arguments), outcome=call.outcome, memory_ids=[call.memory_id])
        for call in record.calls
    ]


def _overtaken(record: Record) -> list[UUID]:
    """The memories that later ones finished, reversed, replaced or made good."""
    good = {call.memory_id for call in record.calls if recorded.is_overcome(call, record.calls)}
    return sorted(good | record.overtaken)


def _drafts(
    source: BriefSource,
    request: BriefRequest,
    known: Sequence[Draft],
    spoken: Sequence[Spoken],
    edited: Sequence[tuple[SectionName, BriefLine]],
    *,
    among_people: bool,
) -> tuple[list[Draft], list[Spoken]]:
    """The lines under headings, and the statements that are left to be quoted as the conversation went."""
    drafts = [*_of_request(request, source.template), *known]
    drafts += [
        Draft(section, line, CORRECTED, BEFORE_QUOTES) if _is_answer(line) else Draft(section, line, EDITED)
        for section, line in edited
    ]
    told: set[Spoken] = set()
    wanted = quoting.asks(spoken, _since(source))
    told.update(wanted)
    drafts += quoting.lines(SectionName.ASK, wanted)
    named = quoting.among_people(spoken) if among_people else ()
    for section, one in (*named, *quoting.sure(spoken)):
        if one not in told:
            told.add(one)
            lines = quoting.lines(section, [one])
            drafts += [replace(line, weight=GIVEN) for line in lines] if section is SectionName.IDENTIFIERS else lines
    for one in quoting.mood(spoken):
        if one not in told:
            told.add(one)
            drafts += quoting.lines(SectionName.MOOD, [one])
    shown = quoting.quoted_with(told)
    over = quoting.outdone(spoken)
    left = [one for one in _lasting(spoken, source) if one.statement not in shown and one not in over]
    return drafts, quoting.without_carried(left, told)


def _of_coding(record: Record, source: BriefSource, secrets: scrubbing.Secrets) -> list[Draft]:
    return [*recorded.named(record), *coding.lines(record, scrubbing.scrub_tree(source.git, secrets))]


def _beyond(drafts: Sequence[Draft], record: Record, goal: str) -> list[Spoken]:
    """The statements of a coding session that may be quoted: none where its record alone says enough."""
    is_short = sum(count(one_line(draft.line)) for draft in drafts) < QUOTED
    return hearing.heard(replace(record, said=record.said[-MOST_HEARD:]), goal) if is_short else []


def _edited(source: BriefSource, secrets: scrubbing.Secrets) -> list[tuple[SectionName, BriefLine]]:
    """What a reviewer wrote was scrubbed when it was written; what turned out a secret since is hidden now."""
    return [
        (section, line.model_copy(update={"text": scrubbing.scrub(line.text, secrets, line.label)}))
        for section, line in source.edited
    ]


def _repeated(memories: Sequence[SourceMemory], source: BriefSource) -> frozenset[UUID]:
    """The notes that stand word for word in the account, as those of an imported file do: it tells them, in their
    sections."""
    if not isinstance(source.account, str):
        return frozenset()
    account = squeezed(source.account)
    notes = (one for one in memories if one.role is None and one.kind == NOTE)
    return frozenset(one.id for one in notes if squeezed(one.content) in account)


def _live(memories: Sequence[SourceMemory]) -> list[SourceMemory]:
    """What may support somebody's word: what was corrected supports none; of a slot's older values the check itself
    knows that they are past."""
    return [memory for memory in memories if memory.superseded_by is None or memory.slot is not None]


def _known(drafts: Sequence[Draft], repeated: frozenset[UUID]) -> list[Draft]:
    """What the record itself says, without what the account repeats."""
    return [one for one in drafts if not one.line.memory_ids or not repeated.issuperset(one.line.memory_ids)]


def _not_told(
    spoken: Sequence[Spoken], edited: Sequence[tuple[SectionName, BriefLine]], repeated: frozenset[UUID]
) -> list[Spoken]:
    """The statements without those that stand in the brief already: the account repeats them, or a customer corrected
    an earlier one."""
    told = {memory_id for _, line in edited if _is_answer(line) for memory_id in line.memory_ids} | repeated
    return [one for one in spoken if one.said.memory.id not in told]


def _is_answer(line: BriefLine) -> bool:
    return line.origin is Origin.QUOTE and line.label in ANSWERS


def _length(record: Record, longest: int, headline: BriefLine, *, is_coding: bool) -> fitting.Length:
    """How long a brief is, of which a template or a setting states the longest."""
    most = _most(record.memories)
    if is_coding:
        most = min(most, QUOTED)
    elif record.is_among_people or all(one.speaker is Speaker.NOTE for one in record.said):
        # What people hand over to each other, and what was written down for whoever comes next, is what was found,
        # decided and promised already, and none of it is small talk with a customer: so all of it may stand, however
        # short it is.
        most = longest
    return fitting.Length(longest, most, count(one_line(headline)))


def _most(memories: Sequence[SourceMemory]) -> int:
    """How many words a brief of a conversation has at most: one as long as what it is made from is no brief."""
    words = sum(map(count, (memory.content for memory in memories)))
    return int(words * SHORTER) if words >= SHORT else 10 * SHORT


def _starts(source: BriefSource) -> list[int]:
    """The places in the line at which its sessions begin, but for the first."""
    return list(accumulate(len(leg.memories) for leg in source.before))


def _since(source: BriefSource) -> int:
    """The place in the line from which on wishes are open: what was wanted before a person helped, they saw to. What
    came up while they helped is open, whoever has the work since."""
    at, since = 0, 0
    for leg in source.before:
        if leg.agent.startswith(PERSON):
            since = at
        at += len(leg.memories)
    return at if source.request.source_agent.startswith(PERSON) else since


def _of_request(request: BriefRequest, template: Template) -> list[Draft]:
    drafts = []
    required = {section.name for section in template.sections if section.required}
    # A template that requires next steps and no ask is of work that goes on: its goal is what comes next.
    is_next = SectionName.NEXT_STEPS in required and SectionName.ASK not in required
    aim = SectionName.NEXT_STEPS if is_next else SectionName.ASK
    if request.goal:
        line = BriefLine(label="goal", text=clip(request.goal, GOAL_WORDS), memory_ids=[], origin=Origin.REQUEST)
        drafts.append(Draft(aim, line, 99.0, -1))
    if request.urgency in (Urgency.HIGH, Urgency.CRITICAL):
        line = BriefLine(label="urgency", text=request.urgency, memory_ids=[], origin=Origin.REQUEST)
        drafts.append(Draft(SectionName.SEVERITY, line, 99.0, -1))
    return drafts


def _placed(drafts: Sequence[Draft], template: Template) -> list[Draft]:
    """Drafts in the sections of a template; what it has no place for is left out."""
    homes = {name: templates.home(template, name) for name in SectionName}
    return [replace(draft, section=home) for draft in drafts if (home := homes[draft.section]) is not None]


def _clean(memory: SourceMemory, secrets: scrubbing.Secrets) -> SourceMemory:
    """A memory without secrets."""
    action = memory.action
    if action is not None:
        arguments = scrubbing.scrub_tree(results.cut(action.arguments), secrets)
        result = scrubbing.scrub_tree(results.parsed(action.result), secrets)
        action = action.model_copy(update={"arguments": arguments, "result": result})
    slot = memory.slot
    if slot is not None:
        hidden = scrubbing.scrub_tree({slot.name: slot.value}, secrets)[slot.name]
        slot = slot.model_copy(update={"value": hidden})
    return replace(memory, content=scrubbing.scrub(memory.content, secrets), action=action, slot=slot)


def _scrubbed(request: BriefRequest, secrets: scrubbing.Secrets) -> BriefRequest:
    goal = request.goal and scrubbing.scrub(request.goal, secrets)
    return replace(request, reason=scrubbing.scrub(request.reason, secrets), goal=goal)


def _headline(request: BriefRequest) -> BriefLine:
    """Who hands over what to whom, and why."""
    return BriefLine(
        label=f"{request.source_agent} → {request.to}",
        text=clip(request.reason, REASON_WORDS),
        memory_ids=[],
        origin=Origin.REQUEST,
    )
