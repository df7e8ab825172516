"""Given: what the receiver need not ask again, and who verified it, in one dense line of labels."""

import re
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from warmline_memory.briefs.telling import GIVEN
from warmline_memory.language.words import contains, content_words, label_of, sentences
from warmline_memory.reading.actions import Deed, leaves
from warmline_memory.reading.facts import GENERIC
from warmline_memory.reading.lines import Draft
from warmline_memory.source_memory import SourceMemory, merged
from warmline_schemas.briefs import BriefLine, SectionName
from warmline_schemas.memories import Outcome, Role

# A statement that somebody was verified, unless it is denied, demanded, conditional or a question: that is
# ``NOT_VERIFIED``.
VERIFIED = re.compile(
    r"\b(?:verified|authenticated|(?:identity|account|caller|customer) (?:is |was )?confirmed)\b", re.I
)
NOT_VERIFIED = re.compile(
    r"\b(?:not|never|n't|cannot|could not|unable|to be|needs?|must|once|if|until|when|fail\w*)\b[^.]{0,30}"
    r"\b(?:verified|authenticated|confirmed)|\?",
    re.I,
)
BY = re.compile(r"\bverified by ((?:[a-z]+:)?[\w.-]*\w)", re.I)
# Only a person counts: the fix of a bug can be `verified` too.
PERSON = re.compile(
    r"\bidentity\b|\b(?:customer|caller|user|patient|they|he|she|you)"
    r"(?: is| was| are| were| has been| have been|'ve been)?"
    r"(?: now| successfully)? (?:verified|authenticated)\b"
    r"|\b(?:verified|authenticated) (?:as |you\b|him\b|her\b|them\b"
    r"|(?:the |your |their |his |her )(?:customer|caller|user|patient|account|details|information)\b)"
    r"|^\W*(?:verified|authenticated)(?: by \S+)?\W*$",
    re.I,
)
ARTICLES = frozenset({"the", "a", "an", "our"})
CHECKS = frozenset({"verify", "verifies", "authenticate", "verification"})
IDENTITY = "identity"
# The lines of what was given, as this module wrote them into the brief before.
ITEM = re.compile(r"^(.+?)(?: \((verified[^()]*)\))?$")


def read(
    memories: Sequence[SourceMemory], deeds: Sequence[Deed], drafts: Sequence[Draft], earlier: Sequence[BriefLine]
) -> list[Draft]:
    """Where something was verified or a secret given: the line of all that was given, out of the drafts of identifiers
    and secrets, such as `account id (verified by tier1-bot), PIN`. What an earlier brief told as verified stays so
    while its value is told."""
    known = {
        draft.label: draft
        for draft in drafts
        if draft.label and not draft.found and (draft.section is SectionName.IDENTIFIERS or draft.text == GIVEN)
    }
    proved = {**_carried(earlier, known), **_checked(deeds, known), **_said(memories, known)}
    if not proved and not any(draft.text == GIVEN for draft in known.values()):
        return []
    items = [
        f"{label} ({proved[label][0]})" if label in proved else label for label in dict.fromkeys([*proved, *known])
    ]
    ids = merged(*(ids for _, ids in proved.values()), *(draft.ids for draft in known.values()))
    return [Draft(SectionName.DO_NOT_ASK, ", ".join(items), ids)]


def _said(memories: Sequence[SourceMemory], known: Mapping[str, Draft]) -> dict[str, tuple[str, tuple[UUID, ...]]]:
    """What agents and notes say was verified, the latest word of each."""
    found: dict[str, tuple[str, tuple[UUID, ...]]] = {}
    for memory in memories:
        if memory.role is Role.USER or memory.action is not None or not VERIFIED.search(memory.content):
            continue
        for sentence in filter(VERIFIED.search, sentences(memory.content)):
            for label in _named(sentence, known):
                found.pop(label, None)
                if not NOT_VERIFIED.search(sentence):
                    found[label] = (_by_whom(sentence, memory), (memory.id,))
    return found


def _by_whom(sentence: str, memory: SourceMemory) -> str:
    named = BY.search(sentence)
    who = named.group(1) if named and named.group(1).lower() not in ARTICLES else memory.agent
    return f"verified by {who}" if who else "verified"


def _named(sentence: str, known: Mapping[str, Draft]) -> list[str]:
    """The labels that a sentence speaks of; `identity` where it speaks of the person."""
    said = set(content_words(sentence))
    labels = [
        label
        for label, draft in known.items()
        if contains(sentence, draft.text) or contains(sentence, label) or _matter(label) & said
    ]
    if labels:
        return labels
    return [IDENTITY] if PERSON.search(sentence) else []


def _matter(label: str) -> set[str]:
    """What a label names: the `account` of `account id`."""
    return {word for word in content_words(label) if word not in GENERIC}


def _checked(deeds: Iterable[Deed], known: Mapping[str, Draft]) -> dict[str, tuple[str, tuple[UUID, ...]]]:
    """What a tool verified: the labels of the arguments of a check that brought something and did not fail."""
    found: dict[str, tuple[str, tuple[UUID, ...]]] = {}
    for deed in deeds:
        if not CHECKS.intersection(deed.spoken.split()) or deed.outcome is Outcome.FAILED or not deed.result:
            continue
        if any(value.lower() in ("false", "no") for _, value in leaves(deed.result)):
            continue
        for name, value in leaves(deed.arguments):
            labels = [label for label, draft in known.items() if label == label_of(name) or draft.text == value]
            found.update({label: ("verified", (deed.memory_id,)) for label in labels})
    return found


def _carried(earlier: Iterable[BriefLine], known: Mapping[str, Draft]) -> dict[str, tuple[str, tuple[UUID, ...]]]:
    found: dict[str, tuple[str, tuple[UUID, ...]]] = {}
    for line in earlier:
        for item in line.text.split(", "):
            hit = ITEM.match(item)
            if hit and hit.group(2) and (hit.group(1) in known or hit.group(1) == IDENTITY):
                found[hit.group(1)] = (hit.group(2), tuple(line.memory_ids))
    return found
