"""Assembly: a brief out of a source, within its length, the most needed first."""

from collections.abc import Sequence
from dataclasses import replace

from warmline_memory.briefs import carrying, conditioning, fitting, given, quality, refining, telling
from warmline_memory.briefs.rendering import one_line, to_text
from warmline_memory.briefs.sources import BriefRequest, BriefSource
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.words import clip, contains, content_words, count
from warmline_memory.reading import actions, asks, findings, freshness, listening, mood, owing, sorting, statements
from warmline_memory.reading.facts import Table
from warmline_memory.reading.lines import Draft
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefAction, BriefLine, SectionName
from warmline_schemas.memories import Outcome

WRITTEN_BY = "extractive"
REASON_WORDS = 24
GOAL_WORDS = 30
# The words of a brief that are read first: headline, ask and the values that matter most must fit into them. The
# benchmark counts what those say (docs/briefs.md).
LEAD_WORDS = 60
LEAD_FACTS = 8
# The same share as in reading/statements: with fewer common words two sentences often say two things.
SAME = 0.85


@one_reading()
def write(source: BriefSource) -> Brief:
    """Write the brief of a session: deterministic, extractive, every line with the memories that prove it.

    Its sections are those of `source.template`. At most as many words as the template states, else `source.max_words`,
    but always the headline. Headline and goal say what the request says, and cite
    no memory; a session without memories has only them, and what is still true of the brief that it started from.
    """
    template = source.template
    secrets = scrubbing.find(source.memories, source.pii)
    memories = [_clean(memory, secrets) for memory in source.memories]
    done = actions.read(memories)
    headline = _headline(source.request, secrets)
    told = _drafts(source, memories, done, secrets, headline)
    told += given.read(memories, done, told, refining.given_lines(source.earlier))
    told += refining.grades(told, memories, template)
    clean = [owing.owed(replace(draft, text=scrubbing.scrub(draft.text, secrets, draft.label))) for draft in told]
    drafts = conditioning.ordered(telling.in_order(refining.placed(clean, template)), source.request)
    sections = fitting.sections(drafts, (template.words or source.max_words) - count(one_line(headline)), template)
    text = to_text(headline, sections)
    brief = Brief(
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
        template=template.name,
        cut_at=source.cut_at,
    )
    return brief.model_copy(update={"quality": quality.assess(brief, template, source.request)})


def _drafts(
    source: BriefSource,
    memories: Sequence[SourceMemory],
    done: Sequence[actions.Deed],
    secrets: scrubbing.Secrets,
    headline: BriefLine,
) -> list[Draft]:
    table = Table()
    answers = listening.listen(memories, done, table)
    findings.read(memories, done, table)
    known = replace(source, earlier=refining.as_facts(source.earlier) if source.earlier else None)
    carried = carrying.take_up(known, memories, done, freshness.current(table.facts, memories))
    facts = carried.facts
    timeline = freshness.Timeline(memories, facts)
    agents = {source.request.source_agent, source.request.to, *(memory.agent for memory in memories)}
    facts_told = telling.facts([fact for fact in facts if fact.value not in agents])
    asked = asks.fitted(asks.read(memories, done, answers, timeline), _room_for_asks(headline, facts_told))
    asked = [replace(ask, topic=carried.own) for ask in asked]
    first = asked[0].text if asked else ""
    loose = {fact.value for fact in facts if fact.loose and contains(first, fact.value)}
    lines = [*asked, *(line for line in facts_told if line.text not in loose)]
    lines += [*telling.deeds(done, facts, carried.names), *telling.secrets(secrets), *asks.unanswered(memories, facts)]
    told = _Told([line.text for line in lines])
    settled = {deed.position for deed in done if deed.outcome is Outcome.CONFIRMED}
    has_ask = bool(asked) or any(sorting.is_goal(memory.kind) for memory in memories)
    stated = statements.read(memories, facts, timeline, settled, has_ask=has_ask)
    lines += [
        *(draft for draft in stated if not told.tells(draft)),
        *_goal(source.request, secrets),
        *mood.read(memories),
    ]
    return refining.refined([*carrying.drafts(carried, lines, memories, done), *lines], memories)


def _room_for_asks(headline: BriefLine, facts: Sequence[Draft]) -> int:
    """The words that quotes may take so that the values fit into the part of a brief that is read first."""
    leading = [draft for draft in facts if draft.section is SectionName.IDENTIFIERS][:4]
    leading += [draft for draft in facts if draft.section is SectionName.FACTS][:LEAD_FACTS]
    needed = sum(count(one_line(fitting.line(draft))) for draft in leading)
    return LEAD_WORDS - count(one_line(headline)) - needed - 3


class _Told:
    """What stands among the lines already."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._text = "\n".join(lines)
        self._words = [frozenset(content_words(line)) for line in lines]

    def tells(self, draft: Draft) -> bool:
        """Whether a statement is told word for word, or nearly all of its words stand in one line."""
        words = set(content_words(draft.text))
        if any(len(words & line) >= SAME * len(words) for line in self._words):
            return True
        return contains(self._text, draft.text.rstrip("…."))


def _clean(memory: SourceMemory, secrets: scrubbing.Secrets) -> SourceMemory:
    """A memory without secrets."""
    action = memory.action
    if action is not None:
        arguments = scrubbing.scrub_tree(action.arguments, secrets)
        result = scrubbing.scrub_tree(actions.parsed(action.result), secrets)
        action = action.model_copy(update={"arguments": arguments, "result": result})
    slot = memory.slot
    if slot is not None:
        hidden = scrubbing.scrub_tree({slot.name: slot.value}, secrets)[slot.name]
        slot = slot.model_copy(update={"value": hidden})
    return replace(memory, content=scrubbing.scrub(memory.content, secrets), action=action, slot=slot)


def _headline(request: BriefRequest, secrets: scrubbing.Secrets) -> BriefLine:
    """Who hands over what to whom, and why."""
    reason = clip(scrubbing.scrub(request.reason, secrets), REASON_WORDS)
    return BriefLine(label=f"{request.source_agent} → {request.to}", text=reason, memory_ids=[])


def _goal(request: BriefRequest, secrets: scrubbing.Secrets) -> list[Draft]:
    if not request.goal:
        return []
    goal = clip(scrubbing.scrub(request.goal, secrets), GOAL_WORDS)
    return [Draft(SectionName.NEXT_STEPS, goal, (), "goal", weight=9.0)]
