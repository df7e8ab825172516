"""Asks: what the customer wants, in the customer's own words, and which questions are still open."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from uuid import UUID

from warmline_memory.briefs import questions, redaction
from warmline_memory.briefs.facts import Fact
from warmline_memory.briefs.freshness import Timeline
from warmline_memory.briefs.sources import Draft, SourceMemory
from warmline_memory.briefs.values import ValueKind, find
from warmline_memory.briefs.words import clip, content_words, count, overlap, sentences
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Role

WANT = re.compile(
    r"\?\s*$"
    r"|\b(?:i|we)(?:'d| would)? (?:really |also )?(?:want|need|like|wish|prefer|am looking|are looking|have to|wanna)\b"
    r"|\b(?:i'd like|i'm looking|looking for|need help|let's|lets|lemme|let me|please|help)\b"
    r"|\b(?:how about|what about|can you|could you|would you|will you)\b"
    r"|^(?:\w+,? )?(?:book|cancel|change|check|find|get|give|make|refund|report|reserve|schedule"
    r"|send|show|tell|transfer"
    r"|try|add|remove|update|fix|search|look|move|order|buy|play|set|compare|do it)\b"
    r"|\b(?:missing|stolen|lost|charged|broken|wrong|doesn't work|not working|overcharge\w*|dispute|fraud\w*|robbed)\b",
    re.I,
)
REPLY = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|no|nope|nah|please|that|sounds?|perfect|great|fine"
    r"|do it|go ahead|correct|right"
    r"|works|alright|definitely|absolutely|awesome|cool|good|amazing|book|of course|let's)\b",
    re.I,
)
NOT_GIVEN = "asked, not given"
WAITING = "asked the customer"
ASK_WORDS = 28
REPLY_WORDS = 12
LEAST_WORDS = 12
SPARED_WORDS = 4


def read(memories: Sequence[SourceMemory], answers: Collection[UUID], timeline: Timeline) -> list[Draft]:
    """What the customer asks: the last words (weight 3) unless they are an answer that stands among the facts, the
    latest request (weight 2) where the last words are none, and the first request (weight 1) if it still holds."""
    spoken = [(place, memory) for place, memory in enumerate(memories) if memory.role is Role.USER]
    asking = [(place, memory) for place, memory in spoken if memory.id not in answers and _speaks(memory)]
    words = _last_words(memories, *spoken[-1]) if spoken and spoken[-1][1].id not in answers else None
    if words and timeline.is_outdated(words.text, spoken[-1][0]):
        words = None
    latest = _first_valid(reversed(asking), timeline) or next(filter(None, map(_request, _last_first(asking))), None)
    chosen = [(3.0, words), (2.0, latest), (1.0, _opening(asking, timeline))]
    return _distinct((weight, draft) for weight, draft in chosen if draft is not None)


def fitted(asks: Sequence[Draft], room: int) -> list[Draft]:
    """The asks within about `room` words: the latest one clipped, what finds no room put with the background."""
    fitting: list[Draft] = []
    for ask in asks:
        left = max(room, LEAST_WORDS) if ask.weight > 1 else room
        if count(ask.text) <= left + SPARED_WORDS * (not fitting):
            fitting.append(ask)
        elif fitting or len(ask.ids) > 1:
            fitting.append(replace(ask, section=SectionName.SITUATION, label="asked earlier") if fitting else ask)
        else:
            fitting.append(replace(ask, text=f"“{clip(ask.text.strip('“”'), left)}”"))
            fitting.append(replace(ask, section=SectionName.SITUATION, label="in full", weight=5.0))
        room -= min(count(ask.text), left)
    return fitting


def unanswered(memories: Sequence[SourceMemory], facts: Sequence[Fact]) -> list[Draft]:
    """Questions that nobody answered: the agent's last one, and those that the user evaded and no fact answers."""
    drafts: list[Draft] = []
    labels = {frozenset(content_words(fact.label)) for fact in facts}
    for memory, following in zip_longest(memories, memories[1:]):
        if memory.role is not Role.AGENT or memory.action:
            continue
        asked = [part for part in sentences(memory.content) if questions.asks(part) and not questions.is_courtesy(part)]
        if asked and following is None:
            drafts.append(_open(clip(asked[-1], 20), (memory.id,), WAITING, 1.0))
        elif asked and following is not None and following.role is Role.USER and questions.evades(following.content):
            label = questions.label(asked[-1])
            if label and frozenset(content_words(label)) not in labels and not redaction.secrets_asked(asked[-1]):
                drafts.append(_open(label, (memory.id, following.id), NOT_GIVEN, 0.5))
    return drafts


def _first_valid(asking: Iterable[tuple[int, SourceMemory]], timeline: Timeline) -> Draft | None:
    """The first request that still holds."""
    requests = ((place, _request(memory)) for place, memory in asking)
    return next((draft for place, draft in requests if draft and not timeline.is_outdated(draft.text, place)), None)


def _opening(asking: Sequence[tuple[int, SourceMemory]], timeline: Timeline) -> Draft | None:
    """What the customer came with, if it still holds: the first message that asks, else the first that tells much."""
    requests = ((place, _request(memory)) for place, memory in asking)
    telling = ((place, _whole(memory)) for place, memory in asking if len(content_words(memory.content)) >= 3)
    asked = ((place, draft) for place, draft in requests if draft and content_words(draft.text))
    first = next(asked, None) or next(telling, None)
    return first[1] if first and not timeline.is_outdated(first[1].text, first[0]) else None


def _last_first(asking: Sequence[tuple[int, SourceMemory]]) -> Iterable[SourceMemory]:
    return (memory for _, memory in reversed(asking))


def _open(text: str, ids: tuple[UUID, ...], label: str, weight: float) -> Draft:
    return Draft(SectionName.OPEN_QUESTIONS, text, ids, label=label, weight=weight)


def _distinct(weighted: Iterable[tuple[float, Draft]]) -> list[Draft]:
    kept: list[Draft] = []
    for weight, draft in weighted:
        said = content_words(draft.text)
        if all(draft.ids[0] != other.ids[0] and overlap(said, content_words(other.text)) < 0.7 for other in kept):
            kept.append(replace(draft, weight=weight))
    return kept


def _speaks(memory: SourceMemory) -> bool:
    """Whether a message says more than thanks, greetings and agreement."""
    return not questions.is_pleasant(memory.content.replace(redaction.HIDDEN, " "))


def _last_words(memories: Sequence[SourceMemory], place: int, memory: SourceMemory) -> Draft | None:
    """The last thing the customer said; agreement counts only while the agent has not acted on it."""
    acted = any(later.action for later in memories[place + 1 :])
    reply = None if acted else _in_reply(memories, place)
    if reply is not None or not _speaks(memory):
        return reply
    return _request(memory) or (None if acted else _whole(memory))


def _in_reply(memories: Sequence[SourceMemory], place: int) -> Draft | None:
    """A short reply together with the question that gives it its meaning."""
    reply = memories[place]
    if count(reply.content) > REPLY_WORDS or not REPLY.match(reply.content):
        return None
    earlier = (memory for memory in reversed(memories[:place]) if memory.role is Role.AGENT and not memory.action)
    before = next(earlier, None)
    parts = sentences(before.content) if before else []
    asked = [part for part in parts if questions.asks(part)]
    if before is None or not asked or questions.is_courtesy(asked[-1]):
        return None
    text = f"“{' '.join(reply.content.split())}” to “{_question(asked[-1], parts)}”"
    return Draft(SectionName.ASK, text, (reply.id, before.id))


def _question(asked: str, parts: Sequence[str]) -> str:
    """A question as short as it stays clear: its last clause; for a mere `Correct?` also what it confirms."""
    if count(asked) < 3 and len(parts) > 1:
        return clip(" ".join(parts[-2:]), 16)
    clause = re.split(r"(?<=[,;:])\s", asked)[-1]
    return clip(clause if count(asked) > 12 and count(clause) >= 4 else asked, 14)


def _request(memory: SourceMemory) -> Draft | None:
    """The sentences of a message that ask for something, with those that hold values, at most 28 words."""
    parts = sentences(memory.content)
    if not any(WANT.search(part) for part in parts):
        return None
    if count(" ".join(parts)) <= ASK_WORDS:
        return _quote(" ".join(parts), memory)
    wanted = [part for part in parts if WANT.search(part)]
    telling = [
        part for part in parts if part in wanted or any(value.kind is not ValueKind.NAME for value in find(part))
    ]
    for choice in (telling, wanted):
        if count(" ".join(choice)) <= ASK_WORDS:
            return _quote(" ".join(choice), memory)
    return _quote(clip(" ".join(wanted), ASK_WORDS), memory)


def _whole(memory: SourceMemory) -> Draft:
    return _quote(clip(memory.content, ASK_WORDS), memory)


def _quote(text: str, memory: SourceMemory) -> Draft:
    return Draft(SectionName.ASK, f"“{text}”", (memory.id,))
