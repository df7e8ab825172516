"""Assembly: a brief out of a source, within its length, the most needed first."""

from collections.abc import Sequence
from dataclasses import replace

from warmline_memory.briefs import (
    actions,
    asks,
    carrying,
    findings,
    freshness,
    listening,
    mood,
    redaction,
    statements,
    telling,
)
from warmline_memory.briefs.facts import Table
from warmline_memory.briefs.rendering import TITLES, one_line, to_text
from warmline_memory.briefs.sources import BriefRequest, BriefSource, Draft, SourceMemory
from warmline_memory.briefs.words import clip, contains, count
from warmline_schemas.briefs import Brief, BriefAction, BriefLine, BriefSection, SectionName
from warmline_schemas.memories import Outcome

WRITTEN_BY = "extractive"
REASON_WORDS = 24
GOAL_WORDS = 30
LEAD_WORDS = 60
LEAD_FACTS = 8
KEPT_FIRST = (
    SectionName.ASK,
    SectionName.IDENTIFIERS,
    SectionName.FACTS,
    SectionName.FAILED,
    SectionName.DONE,
    SectionName.PROMISED,
    SectionName.NEXT_STEPS,
    SectionName.DECIDED,
    SectionName.OPEN_QUESTIONS,
    SectionName.MOOD,
    SectionName.SITUATION,
)
"""Which sections get room first where not everything fits. A receiver who must ask again loses more than background."""

SHARE = {SectionName.FACTS: 0.45, SectionName.IDENTIFIERS: 0.3, SectionName.DONE: 0.25, SectionName.FAILED: 0.25}
"""The part of a brief that one section may fill at most while others wait."""


def write(source: BriefSource) -> Brief:
    """Write the brief of a session: deterministic, extractive, every line with the memories that prove it.

    At most `source.max_words` words, but always the headline. Headline and goal say what the request says, and cite
    no memory; a session without memories has only them, and what is still true of the brief that it started from.
    """
    secrets = redaction.find(source.memories)
    memories = [_clean(memory, secrets) for memory in source.memories]
    done = actions.read(memories)
    headline = _headline(source.request, secrets)
    drafts = _drafts(source, memories, done, secrets, headline)
    sections = _fitted(drafts, source.max_words - count(one_line(headline)))
    text = to_text(headline, sections)
    return Brief(
        headline=headline,
        sections=sections,
        actions=[
            BriefAction(
                name=deed.name, arguments=dict(deed.arguments), outcome=deed.outcome, memory_ids=[deed.memory_id]
            )
            for deed in done
        ],
        text=text,
        words=count(text),
        memories_read=len(memories),
        written_by=WRITTEN_BY,
        cut_at=source.cut_at,
    )


def _drafts(
    source: BriefSource,
    memories: Sequence[SourceMemory],
    done: Sequence[actions.Deed],
    secrets: redaction.Secrets,
    headline: BriefLine,
) -> list[Draft]:
    earlier = carrying.proven(source.earlier, source.earlier_id)
    table = Table(carrying.facts(earlier))
    answers = listening.listen(memories, done, table)
    for finding in findings.read(memories, done):
        table.put(finding)
    facts = freshness.current(table.facts, memories)
    timeline = freshness.Timeline(memories, facts)
    facts_told = telling.facts(facts)
    asked = asks.fitted(asks.read(memories, answers, timeline), _room_for_asks(headline, facts_told))
    first = asked[0].text if asked else ""
    loose = {fact.value for fact in facts if fact.loose and contains(first, fact.value)}
    lines = [*asked, *(line for line in facts_told if line.text not in loose)]
    lines += [*telling.deeds(done, facts), *telling.secrets(secrets), *asks.unanswered(memories, facts)]
    told = "\n".join(line.text for line in lines)
    settled = {deed.position for deed in done if deed.outcome is Outcome.CONFIRMED}
    stated = statements.read(memories, facts, timeline, settled)
    lines += [
        *(draft for draft in stated if not _is_told(draft, told)),
        *_goal(source.request, secrets),
        *mood.read(memories),
    ]
    drafts = [*carrying.drafts(earlier, lines), *lines]
    return telling.in_order(replace(draft, text=redaction.scrub(draft.text, secrets)) for draft in drafts)


def _room_for_asks(headline: BriefLine, facts: Sequence[Draft]) -> int:
    """The words that quotes may take so that the values fit into the part of a brief that is read first."""
    leading = [draft for draft in facts if draft.section is SectionName.IDENTIFIERS][:4]
    leading += [draft for draft in facts if draft.section is SectionName.FACTS][:LEAD_FACTS]
    needed = sum(count(one_line(_line(draft))) for draft in leading)
    return LEAD_WORDS - count(one_line(headline)) - needed - 3


def _is_told(draft: Draft, told: str) -> bool:
    """Whether a statement stands among the lines already, word for word."""
    return contains(told, draft.text.rstrip("…."))


def _clean(memory: SourceMemory, secrets: redaction.Secrets) -> SourceMemory:
    """A memory without secrets."""
    action = memory.action
    if action is not None:
        arguments = redaction.scrub_tree(action.arguments, secrets)
        result = redaction.scrub_tree(actions.parsed(action.result), secrets)
        action = action.model_copy(update={"arguments": arguments, "result": result})
    slot = memory.slot
    if slot is not None:
        hidden = redaction.HIDDEN if redaction.names_secret(slot.name) else redaction.scrub(slot.value, secrets)
        slot = slot.model_copy(update={"value": hidden})
    return replace(memory, content=redaction.scrub(memory.content, secrets), action=action, slot=slot)


def _headline(request: BriefRequest, secrets: redaction.Secrets) -> BriefLine:
    """Who hands over what to whom, and why."""
    reason = clip(redaction.scrub(request.reason, secrets), REASON_WORDS)
    return BriefLine(label=f"{request.source_agent} → {request.to}", text=reason, memory_ids=[])


def _goal(request: BriefRequest, secrets: redaction.Secrets) -> list[Draft]:
    if not request.goal:
        return []
    goal = clip(redaction.scrub(request.goal, secrets), GOAL_WORDS)
    return [Draft(SectionName.NEXT_STEPS, goal, (), "goal", weight=9.0)]


def _fitted(drafts: Sequence[Draft], words: int) -> list[BriefSection]:
    """Sections of the lines that fit, sections and lines in reading order."""
    kept: list[Draft] = []
    titled: set[SectionName] = set()
    left = words
    for rank in KEPT_FIRST:
        room = min(left, int(words * SHARE.get(rank, 1.0)))
        for draft in (line for line in drafts if line.section is rank):
            needed = count(one_line(_line(draft))) + (rank not in titled)
            if needed <= room:
                kept.append(draft)
                titled.add(rank)
                left, room = left - needed, room - needed
    return [
        BriefSection(
            name=name,
            title=TITLES[name],
            lines=[_line(draft) for draft in drafts if draft in kept and draft.section is name],
        )
        for name in SectionName
        if name in titled
    ]


def _line(draft: Draft) -> BriefLine:
    return BriefLine(label=draft.label, text=draft.text, outcome=draft.outcome, memory_ids=list(draft.ids))
