"""Settling: which requests were carried out already."""

from collections.abc import Sequence
from dataclasses import replace

from warmline_memory.briefs.actions import CHANGES, Deed
from warmline_memory.briefs.sources import Draft, SourceMemory, merged
from warmline_memory.briefs.statements import REFUSAL
from warmline_memory.briefs.words import content_words, label_of, sentences
from warmline_schemas.memories import Outcome, Role

CARRIED_OUT = "carried out"


def marked(asked: Sequence[Draft], memories: Sequence[SourceMemory], deeds: Sequence[Deed]) -> list[Draft]:
    """The asks, those that confirmed actions settled after they were made labelled as carried out."""
    places = {memory.id: place for place, memory in enumerate(memories)}
    return [_marked(ask, memories, deeds, max(places[memory_id] for memory_id in ask.ids)) for ask in asked]


def settling(text: str, memories: Sequence[SourceMemory], deeds: Sequence[Deed], said: int = -1) -> list[Deed]:
    """The confirmed actions, later than the place `said`, that did each change which a request names: `cancel my order`
    is settled by `cancel_order`. None where one of the changes failed, or the agent refused it, as well."""
    wanted = CHANGES.intersection(content_words(text))
    later = [deed for deed in deeds if deed.position > said and deed.changes]
    done = {verb: deed for deed in later if deed.outcome is Outcome.CONFIRMED for verb in wanted & _verbs(deed)}
    failed = {verb for deed in later if deed.outcome is Outcome.FAILED for verb in wanted & _verbs(deed)}
    if not wanted or not wanted <= done.keys() - failed or _refused(wanted, memories[said + 1 :]):
        return []
    return list(done.values())


def _marked(ask: Draft, memories: Sequence[SourceMemory], deeds: Sequence[Deed], said: int) -> Draft:
    settled_by = settling(ask.text, memories, deeds, said)
    if not settled_by:
        return ask
    return replace(ask, label=CARRIED_OUT, ids=merged(ask.ids, tuple(deed.memory_id for deed in settled_by)))


def _verbs(deed: Deed) -> set[str]:
    return set(label_of(deed.name).split())


def _refused(wanted: frozenset[str], memories: Sequence[SourceMemory]) -> bool:
    said = (sentence for memory in memories if memory.role is Role.AGENT for sentence in sentences(memory.content))
    return any(REFUSAL.search(sentence) and wanted.intersection(content_words(sentence)) for sentence in said)
