"""Settling: which requests were carried out or answered already."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from warmline_memory.language.moments import minutes, same_date
from warmline_memory.language.values import Value, ValueKind, find
from warmline_memory.language.verbs import CHANGES, READS
from warmline_memory.language.words import content_words, label_of, sentences, squeezed, word_set
from warmline_memory.reading import questions
from warmline_memory.reading.actions import Deed, leaves
from warmline_memory.reading.lines import Draft
from warmline_memory.reading.statements import REFUSAL, UNCLEAR
from warmline_memory.source_memory import SourceMemory, merged
from warmline_schemas.memories import Outcome, Role

CARRIED_OUT = "carried out"
ANSWERED = "answered"
SETTLED = frozenset({CARRIED_OUT, ANSWERED})
ALIKE = (
    word_set("book buy order purchase rent reserve schedule"),
    word_set("cancel close deactivate terminate void withdraw"),
    word_set("change edit modify move reschedule switch update"),
    word_set("credit refund return"),
)
"""Verbs that one tool may carry out for another, where both speak of the same thing."""
# `I need it cancelled` asks for `cancel`: the stem before `ed` is compared with the verbs of tools.
DONE_FOR_ME = re.compile(r"\b(?:need|want|like|get|have)\b[^.?!,]{1,30}?\b([a-z]+?)ed\b")
# A wish is of the first person; orders to somebody else are none.
WISH = re.compile(r"\b(?:i|we|me|us)\b|\b(?:i|we)'", re.I)
# A turn that asks for information is settled by an answer, and not by a tool that changes something.
WH = re.compile(
    r"^(?:(?:and|so|but|also|then|ok|okay|oh|wait|well|great|exactly|yes|no|hi|hello|hey|hmm|please|thanks)\b[\s,.!]*)*"
    r"(?:what|which|when|where|who|whose|how|why|is|are|was|were|do|does|did|has|have)\b(?! about)(?:.*\?|'s\b)",
    re.I,
)
LOOKS = re.compile(
    r"\b(?:tell|show|give) me\b|\b(?:know|see|find out)\b|\b(?:"
    + "|".join(sorted(word for word in READS if word.isalpha() and word != "cat"))
    + r")(?:ing)?\b",
    re.I,
)
READIES = re.compile(
    r"^(?:i (?:can|will|would|could|understand|see|apologi[sz]e|need)|i'll|i'd|i'm sorry|let me|one moment|please"
    r"|to \w+\b|thank\w*|hold on|sorry|happy to|glad to|if you)\b",
    re.I,
)
"""How an agent begins what only announces an answer."""


def marked(asked: Sequence[Draft], memories: Sequence[SourceMemory], deeds: Sequence[Deed]) -> list[Draft]:
    """The asks, those that confirmed actions settled or the agent answered after they were made labelled so."""
    places = {memory.id: place for place, memory in enumerate(memories)}
    return [_marked(ask, memories, deeds, places) for ask in asked]


def settling(text: str, memories: Sequence[SourceMemory], deeds: Sequence[Deed], said: int = -1) -> list[Deed]:
    """The confirmed actions, later than the place `said`, that did each change which a request names: `cancel my order`
    is settled by `cancel_order`, `get me a ticket, please book it` by `buy_ticket`. None where one of the changes
    failed, or the agent refused it, as well. A wish that names no change, `I'd like one on the 9th`, is settled by a
    change that used what it says."""
    words = frozenset(content_words(text))
    wanted = CHANGES & (words | _wanted_done(text))
    later = [deed for deed in deeds if deed.position > said and deed.changes]
    if not wanted:
        return [deed for deed in later if deed.outcome is Outcome.CONFIRMED and _serves(deed, text, words)][:1]
    done = {verb: deed for deed in later if deed.outcome is Outcome.CONFIRMED for verb in _done_of(deed, wanted, text)}
    failed = {verb for deed in later if _stays_failed(deed, later) for verb in _done_of(deed, wanted, text)}
    if not wanted or not wanted <= done.keys() - failed or _refused(wanted, memories[said + 1 :]):
        return []
    return list(done.values())


def _marked(ask: Draft, memories: Sequence[SourceMemory], deeds: Sequence[Deed], places: Mapping[UUID, int]) -> Draft:
    if ask.label in SETTLED:
        return ask
    said = max(places[memory_id] for memory_id in ask.ids)
    settled_by = settling(ask.text, memories, deeds, said)
    if settled_by:
        return replace(ask, label=CARRIED_OUT, ids=merged(ask.ids, tuple(deed.memory_id for deed in settled_by)))
    answer = _answer(ask, memories, said)
    return replace(ask, label=ANSWERED, ids=merged(ask.ids, (answer.id,))) if answer else ask


def _done_of(deed: Deed, wanted: frozenset[str], text: str) -> frozenset[str]:
    """The verbs of a request that a change is: its own, and those alike where the request names the tool's subject or
    something that the change used."""
    verbs = set(label_of(deed.name).split())
    alike = [group for group in ALIKE if verbs & group]
    if alike and not deed.topic & {word.removesuffix("s") for word in content_words(text)}:
        named = [value for value in find(text.strip("“”")) if value.kind is not ValueKind.NUMBER]
        used = [value for _, value in leaves(deed.arguments)]
        alike = alike if any(_same(value, other) for value in named for other in used) else []
    return wanted & verbs.union(*alike)


def _stays_failed(deed: Deed, later: Sequence[Deed]) -> bool:
    """Whether a change failed and the same call did not work afterwards either."""
    again = (one for one in later if one.name == deed.name and one.arguments == deed.arguments)
    return deed.outcome is Outcome.FAILED and all(one.outcome is not Outcome.CONFIRMED for one in again)


def _wanted_done(text: str) -> set[str]:
    """The verbs of what a text wants to be done: `block` of `I need it blocked`."""
    hits = DONE_FOR_ME.findall(text)
    return {stem for word in hits for stem in (word, word.removesuffix("l"), f"{word}e") if stem in CHANGES}


def _serves(deed: Deed, text: str, words: frozenset[str]) -> bool:
    """Whether a change used all the values of a wish; where it holds none, whether it names the change's subject."""
    values = find(text.strip("“”"))
    used = [value for _, value in leaves(deed.arguments)]
    if not values:
        return bool(WISH.search(text)) and bool(deed.topic & {word.removesuffix("s") for word in words})
    return bool(WISH.search(text)) and all(any(_same(value, other) for other in used) for value in values)


def _same(value: Value, used: str) -> bool:
    if value.kind is ValueKind.DATE:
        return same_date(value.text, used)
    if value.kind is ValueKind.TIME:
        return minutes(value.text) == minutes(used)
    return squeezed(value.text) == squeezed(used)


def _refused(wanted: frozenset[str], memories: Sequence[SourceMemory]) -> bool:
    said = (sentence for memory in memories if memory.role is Role.AGENT for sentence in sentences(memory.content))
    return any(REFUSAL.search(sentence) and wanted.intersection(content_words(sentence)) for sentence in said)


def _answer(ask: Draft, memories: Sequence[SourceMemory], said: int) -> SourceMemory | None:
    """The message that answers a question: the agent's next one that states something. None where that one refuses."""
    asked = sentences(ask.text.strip("“”"))
    if len(ask.ids) > 1 or not any(map(_wants_to_know, asked)) or any(map(_wants_change, asked)):
        return None
    for memory in memories[said + 1 :]:
        parts = sentences(memory.content) if memory.role is Role.AGENT and memory.action is None else []
        if any(REFUSAL.search(part) or UNCLEAR.search(part) for part in parts):
            return None
        if any(_states(part, len(parts) == 1) for part in parts):
            return memory
    return None


def _wants_to_know(sentence: str) -> bool:
    """Whether words alone can satisfy a sentence: a question, or a wish to look that changes nothing."""
    return bool(WH.search(sentence) or LOOKS.search(sentence)) and not _wants_change(sentence)


def _wants_change(sentence: str) -> bool:
    return not WH.search(sentence) and bool(CHANGES.intersection(content_words(sentence)))


def _states(sentence: str, is_alone: bool) -> bool:
    """Whether a sentence tells something, rather than asks, thanks or announces."""
    told = questions.without_lead_in(sentence)
    if questions.asks(sentence) or READIES.search(told) or questions.is_pleasant(told):
        return False
    return is_alone or len(content_words(told)) > 1 or bool(find(told))
