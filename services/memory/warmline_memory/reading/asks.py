"""Asks: what the customer wants, in the customer's own words, and which questions are still open."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from uuid import UUID

from warmline_memory.language import verbs
from warmline_memory.language.values import ValueKind, find
from warmline_memory.language.words import clip, content_words, count, overlap, sentences
from warmline_memory.reading import actions, questions, settling
from warmline_memory.reading.facts import Fact
from warmline_memory.reading.freshness import Timeline
from warmline_memory.reading.lines import Draft
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Role

# How people say what they want, in English chats and calls. It must also find a want that is only told as a
# complaint: `I was charged twice`.
WANT = re.compile(
    r"\?\s*$"
    r"|\b(?:i|we)(?:'d| would)? (?:really |also )?(?:want|need|like|wish|prefer|am looking|are looking|have to|wanna)\b"
    r"|\b(?:i'd like|i'm looking|looking for|need help|let's|lets|lemme|let me|please|help)\b"
    r"|\b(?:how about|what about|can you|could you|would you|will you)\b"
    r"|^(?:\w+,? ){0,2}(?:book|cancel|change|check|find|get|give|make|refund|report|reserve|schedule"
    r"|send|show|tell|transfer"
    r"|try|add|remove|update|fix|search|look|move|order|buy|play|set|compare|do it)\b"
    r"|\b(?:missing|stolen|lost|charged|broken|wrong|doesn't work|not working|overcharge\w*|dispute|fraud\w*|robbed)\b",
    re.I,
)
# A turn that begins like a reply is read together with what it replies to, for alone it says nothing.
REPLY = re.compile(
    r"^\W*(?:yes|oui|yeah|yep|yup|sure|ok|okay|no|nope|nah|not|please|that|this|sounds?|perfect|great|fine"
    r"|do it|go ahead|correct|right|maybe|later|hold|wait|never|neither|both|either|the (?:first|second|last|other)"
    r"|works|alright|definitely|absolutely|awesome|cool|good|amazing|book|of course|let's)\b",
    re.I,
)
# A verb of connecting with somebody of a higher rank within fifty characters, either way round.
HANDOVER = re.compile(
    r"\b(?:transfer|connect|escalate|(?:pass|put|hand) (?:me|us|this|it)"
    r"|(?:speak|speaking|talk|talking) (?:to|with|directly))\b.{0,50}\b(?:human|agent|person|someone|somebody"
    r"|supervisor|manager|representative|specialist|operator|colleague|higher-up)\b"
    r"|\b(?:someone|somebody|anyone|supervisor|manager)\b.{0,30}\b(?:speak|talk) (?:to|with)\b",
    re.I,
)
"""A wish for somebody else: what the handoff itself fulfils."""
# A question that only asks for help with what was said before. The want is what was said before.
HELP_WITH_THAT = re.compile(
    r"\b(?:can|could|do|will) you (?:please )?(?:help|assist)(?: me)?(?: with (?:that|this|it))?(?:,? please)?\?$", re.I
)
# A quote that is too long is cut between clauses where it can be.
CLAUSE = re.compile(r"(?<=[.!?;])\s+|\s+[-–—]+\s+|,\s+(?=(?:and|but|so|because)\b)")
NOT_GIVEN = "asked, not given"
WAITING = "asked the customer"
ASK_WORDS = 28
REPLY_WORDS = 12
SHORT_REPLY = 6
CONTEXT_WORDS = 14
LEAST_WORDS = 20
"""What the latest ask gets however many values there are: most requests fit. Of recorded conversations, 12 to 24 move
the values told in the first 60 words by less than 1 in 100."""
SPARED_WORDS = 4
TELLING_WORDS = 4
LOOKED_BACK = 12
"""How many of the latest requests are looked at for one that still stands."""


def read(
    memories: Sequence[SourceMemory], deeds: Sequence[actions.Deed], answers: Collection[UUID], timeline: Timeline
) -> list[Draft]:
    """What the customer asks: the last words (weight 3) unless they are an answer that stands among the facts, the
    latest request that still stands (weight 2), and the first (weight 1).

    What was carried out or answered, and a wish for another person, which the handoff fulfils, no longer stands; it is
    told only where nothing else does.
    """
    spoken = [(place, memory) for place, memory in enumerate(memories) if memory.role is Role.USER]
    asking = [(place, memory) for place, memory in spoken if memory.id not in answers and _speaks(memory)]
    last = _last_words(memories, *spoken[-1]) if spoken and spoken[-1][1].id not in answers else None
    if last and timeline.is_outdated(last.text, spoken[-1][0]):
        last = None
    is_reply = last is not None and last.text.endswith("?”") and not HANDOVER.search(last.text)
    latest = islice(_valid(reversed(asking), timeline), 0 if is_reply else LOOKED_BACK)
    others = (ask for ask in latest if last is None or ask.ids[0] != last.ids[0])
    weighted = [(3.0, last), *((2.0, ask) for ask in others), (1.0, _opening(asking, timeline))]
    weights = [weight for weight, ask in weighted if ask]
    told = settling.marked([ask for _, ask in weighted if ask], memories, deeds)
    standing: dict[float, Draft] = {}
    settled = [content_words(ask.text) for ask in told if ask.label]
    for weight, ask in zip(weights, told, strict=True):
        if ask.label is None and not HANDOVER.search(ask.text) and not _is_told(ask, settled):
            standing.setdefault(weight, ask)
    if standing:
        return _distinct(standing.items())
    gone = next(filter(None, (_request(memory) for _, memory in reversed(asking))), None)
    return [replace(ask, weight=2.0) for ask in [*told[:1], *filter(None, [gone])][:1]]


def fitted(asks: Sequence[Draft], room: int) -> list[Draft]:
    """The asks within about `room` words: the latest one shortened, what finds no room put with the background."""
    fitting: list[Draft] = []
    for ask in asks:
        left = max(room, LEAST_WORDS) if ask.weight > 1 else room
        if count(ask.text) <= left + SPARED_WORDS * (not fitting):
            fitting.append(ask)
        elif fitting:
            fitting.append(replace(ask, section=SectionName.SITUATION, label="asked earlier"))
        elif len(ask.ids) > 1 and ask.label is None:
            fitting.append(ask)
        else:
            fitting.append(replace(ask, text=f"“{shortened(ask.text.strip('“”'), left)}”"))
            fitting.append(replace(ask, section=SectionName.SITUATION, label="in full", weight=5.0))
        room -= min(count(ask.text), left)
    return fitting


def shortened(text: str, words: int) -> str:
    """The clauses of a request that say most, so many that they fit: first those that ask, of these first those with
    values; the first clause clipped where none fits."""
    clauses = [clause for clause in CLAUSE.split(text) if clause and not questions.is_pleasant(clause)]
    ranked = sorted(clauses, key=lambda clause: -(2 * bool(WANT.search(clause)) + bool(find(clause))))
    kept: set[str] = set()
    for clause in ranked:
        if count(" ".join([*kept, clause])) <= words:
            kept.add(clause)
    if not kept:
        return clip(ranked[0] if ranked else text, words)
    chosen = [clause for clause in clauses if clause in kept]
    return " … ".join(chosen) if len(chosen) < len(clauses) else text


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
            if label and frozenset(content_words(label)) not in labels and not scrubbing.secrets_asked(asked[-1]):
                drafts.append(_open(label, (memory.id, following.id), NOT_GIVEN, 0.5))
    return drafts


def _valid(asking: Iterable[tuple[int, SourceMemory]], timeline: Timeline) -> Iterable[Draft]:
    """The requests whose values still hold."""
    requests = ((place, _request(memory)) for place, memory in asking if not _only_replies(memory.content))
    return (draft for place, draft in requests if draft and not timeline.is_outdated(draft.text, place))


def _opening(asking: Sequence[tuple[int, SourceMemory]], timeline: Timeline) -> Draft | None:
    """What the customer came with, if it still holds: the first message that asks or tells enough."""
    told = ((place, _request(memory) or _whole(memory)) for place, memory in asking if _tells(memory))
    place, first = next(told, (0, None))
    return first if first and not timeline.is_outdated(first.text, place) else None


def _tells(memory: SourceMemory) -> bool:
    """Whether a message says what somebody came with: it asks for something, or tells it in four words of weight."""
    words = [word for word in content_words(memory.content) if word not in questions.PLEASANT]
    return len(words) >= TELLING_WORDS or (bool(words) and _request(memory) is not None)


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
    return not questions.is_pleasant(memory.content.replace(scrubbing.HIDDEN, " "))


def _last_words(memories: Sequence[SourceMemory], place: int, memory: SourceMemory) -> Draft | None:
    """The last thing the customer said; a short reply counts only while the agent has not gone on from it."""
    since = [later for later in memories[place + 1 :] if later.role in (Role.AGENT, Role.TOOL)]
    gone_on = any(later.action or not _is_courtesy(later) for later in since)
    reply = None if gone_on else _in_reply(memories, place)
    if reply is not None or not _speaks(memory) or (gone_on and _only_replies(memory.content)):
        return reply
    return _request(memory) or (None if gone_on else _whole(memory))


def _is_told(ask: Draft, settled: Sequence[Sequence[str]]) -> bool:
    """Whether a wish to know says no more than one that is settled, such as `Can you find me a hotel?`"""
    words = set(content_words(ask.text))
    return not verbs.CHANGES & words and any(words <= set(other) for other in settled)


def _is_courtesy(memory: SourceMemory) -> bool:
    return all(questions.is_courtesy(part) or questions.is_pleasant(part) for part in sentences(memory.content))


def _only_replies(text: str) -> bool:
    """Whether a short message says nothing without the words that it replies to: `Yes, that one`, `Anything else?`"""
    if count(text) > REPLY_WORDS:
        return False
    own = [word for word in content_words(REPLY.sub("", text)) if word not in questions.PLEASANT]
    return len(own) < 2 and not verbs.CHANGES.intersection(own)


def _in_reply(memories: Sequence[SourceMemory], place: int) -> Draft | None:
    """A short reply together with the question, or else the words, that give it its meaning; of a long reply to an
    offer the first sentence."""
    reply = memories[place]
    earlier = (memory for memory in reversed(memories[:place]) if memory.role is Role.AGENT and not memory.action)
    before = next(earlier, None)
    parts = sentences(before.content) if before else []
    asked = [part for part in parts if questions.asks(part)]
    said = " ".join(reply.content.split())
    if count(said) > REPLY_WORDS and asked and questions.offers(asked[-1]):
        said = sentences(said)[0]
    takes_up = asked and (REPLY.match(said) or (questions.offers(asked[-1]) and count(said) <= SHORT_REPLY))
    agrees = bool(takes_up) or _only_replies(said)
    if before is None or not parts or count(said) > REPLY_WORDS or not agrees or not said.replace(scrubbing.HIDDEN, ""):
        return None
    meant = asked[-1] if asked else parts[-1]
    if questions.is_courtesy(meant) or not (asked or _speaks(reply)):
        return None
    context = _question(meant, parts) if asked else clip(meant, CONTEXT_WORDS)
    return Draft(SectionName.ASK, f"“{said}” to “{context}”", (reply.id, before.id))


def _question(asked: str, parts: Sequence[str]) -> str:
    """A question as short as it stays clear: its last clause; for a mere `Correct?` also what it confirms."""
    if count(asked) < 3 and len(parts) > 1:
        return clip(" ".join(parts[-2:]), 16)
    clause = re.split(r"(?<=[,;:])\s", asked)[-1]
    return clip(clause if count(asked) > 12 and count(clause) >= 4 else asked, CONTEXT_WORDS)


def _request(memory: SourceMemory) -> Draft | None:
    """The sentences of a message that ask for something, with those that hold values, at most 28 words; without those
    that only ask for another person where there are others."""
    parts = [part for part in sentences(memory.content) if not questions.is_pleasant(part)]
    wanted = [part for part in parts if WANT.search(part) and not HELP_WITH_THAT.search(part)]
    wanted = [part for part in wanted if not HANDOVER.search(part)] or wanted
    if not wanted:
        return None
    telling = [
        part for part in parts if part in wanted or any(value.kind is not ValueKind.NAME for value in find(part))
    ]
    for choice in (parts, telling, wanted):
        if count(" ".join(choice)) <= ASK_WORDS:
            return _quote(" ".join(choice), memory)
    return _quote(shortened(" ".join(wanted), ASK_WORDS), memory)


def _whole(memory: SourceMemory) -> Draft:
    return _quote(clip(memory.content, ASK_WORDS), memory)


def _quote(text: str, memory: SourceMemory) -> Draft:
    return Draft(SectionName.ASK, f"“{text}”", (memory.id,))
