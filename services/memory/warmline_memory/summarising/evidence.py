"""Evidence: memories as a model is shown them, without secrets, and what those that a line cites state together.

A model's lines are checked against the same text that the model was shown, so neither can know more than the other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from warmline_memory.briefs import BriefSource
from warmline_memory.language import meanings, wording
from warmline_memory.language.harmless import untagged
from warmline_memory.language.meanings import Meaning, Quantity
from warmline_memory.language.values import Value
from warmline_memory.language.words import clip, label_of, squeezed
from warmline_memory.reading.actions import Deed, leaves, parsed, read
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome, Role

MOST_WORDS = 120
"""Of a content longer than this the model sees the beginning."""
MOST_LEAVES = 40
"""Of an action with more values than this the model sees the first."""
# Memories are data, and a model may still follow an order in them. The fence of the prompt tells it not to; this
# pattern keeps the plainest attempts out of the prompt altogether. It must not match what customers say to each other
# or to an agent: `Ignore my last message` is shown. Whatever passes is caught by the checks, for no line may say what
# its memories do not.
ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip|do not follow|don't follow)\b[^.!?\n]{0,40}"
    r"\b(?:instructions?|prompts?|rules|guidelines|polic(?:y|ies)|everything (?:above|before)|told before)\b"
    r"|\b(?:system|developer) (?:prompt|message|note|instruction|override)\b|^\s*(?:system|assistant|developer)\s*:"
    r"|\b(?:new|updated|real|actual|following) (?:instructions?|system prompt)\b"
    r"|\byou are (?:now|no longer) (?:an?|the|in)\b"
    r"|\b(?:language model|summari[sz]er|as an ai|chatgpt|llm)\b|</?(?:system|assistant|instructions?|warmline)"
    r"|\b(?:write|add|put|include|state|say|output|print|insert|mention)\b[^.!?\n]{0,60}"
    r"\b(?:in(?:to)?|to) (?:the|your|this|every) (?:brief|summary|handoff|answer|output|report)\b"
    r"|\b(?:your|the) (?:summary|brief|output|answer) (?:must|should|has to|needs to)\b",
    re.I | re.M,
)
"""What is said to whoever summarises rather than to the conversation."""

# Letters of any script, with hyphens and apostrophes inside.
WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:[-'’][^\W\d_]+)*(?!\w)")
"""A word of letters alone: the letters of `WUNA5K` are none."""
LEAD_CHARS = 60
"""Two words before a value are looked for in this many characters: longer ones are no words of a sentence."""
BOUNDS = {
    "over": "over", "above": "over", "more": "over", "exceeding": "over", "least": "over",
    "under": "under", "below": "under", "less": "under", "fewer": "under", "most": "under",
    "before": "before", "until": "before", "by": "before", "after": "after", "since": "after",
}  # fmt: skip
"""Words before a value that say on which side of it something is."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A memory as a model is shown it: `shown` is JSON. `place` is the memory's place in its session."""

    id: UUID
    place: int
    role: Role | None
    importance: float
    shown: Mapping[str, Any]
    deed: Deed | None

    def statements(self) -> Iterable[str]:
        """What it states, a line each: its words, its named value, what was done with which outcome and values."""
        yield str(self.shown.get("content", ""))
        for name, value in self.shown.get("named", {}).items():
            yield f"{label_of(name)} {value}"
        if self.deed is not None:
            yield f"{self.deed.spoken} {self.deed.outcome}"
            for side in ("arguments", "result"):
                yield from (f"{label_of(name)} {value}" for name, value in leaves(self.shown["action"][side]))

    def values(self) -> Iterable[str]:
        """The values that stand alone in it."""
        yield from map(str, self.shown.get("named", {}).values())
        if self.deed is not None:
            yield from (value for side in ("arguments", "result") for _, value in leaves(self.shown["action"][side]))


def of_session(source: BriefSource, secrets: scrubbing.Secrets) -> list[Evidence]:
    """The memories of a session, oldest first, without those that speak to whoever summarises."""
    deeds = {deed.memory_id: deed for deed in read(source.memories)}
    return [
        Evidence(memory.id, place, memory.role, memory.importance, _shown(memory, deed, secrets), deed)
        for place, memory in enumerate(source.memories)
        for deed in (deeds.get(memory.id),)
        if not gives_orders(memory)
    ]


def gives_orders(memory: SourceMemory) -> bool:
    """Whether any words of a memory are addressed to a model."""
    texts = [memory.content, memory.slot.value if memory.slot else ""]
    if memory.action:
        texts += [value for _, value in leaves({"": memory.action.arguments, " ": parsed(memory.action.result)})]
    return any(map(ORDER.search, texts))


class CitedMemories:
    """What the memories that a line cites state together."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self.evidence = evidence
        self.text = meanings.plain("\n".join(part for one in evidence for part in one.statements()))

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, in lower case."""
        return frozenset(words(self.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words."""
        return wording.stems(self.text)

    @cached_property
    def clauses(self) -> list[wording.Clause]:
        """Its clauses."""
        return wording.clauses(self.text)

    @cached_property
    def assertions(self) -> set[wording.Assertion]:
        """What it says was brought about, or was not."""
        return wording.assertions(self.text)

    @cached_property
    def months(self) -> set[int]:
        """The months that it names, in words or in dates."""
        held = (one for _, mention in self._mentions for one in mention)
        return {one.month for one in held if isinstance(one, meanings.Day) and one.month} | meanings.months(self.text)

    @property
    def is_a_customers_word(self) -> bool:
        """Whether all of it was said by the customer."""
        return all(one.role is Role.USER for one in self.evidence)

    def times(self, said: frozenset[Meaning]) -> int:
        """How often it states a value, in any way of writing it."""
        stated = sum(self._any_backs(mention, said) for _, mention in self._mentions)
        return stated or int(bool(said & self._alone))

    def contradicts(self, lead: str, said: frozenset[Meaning]) -> bool:
        """Whether the words that lead to a value lead to others of its sort there, and never to this one."""
        there = [mention for before, mention in self._mentions if before == lead and _alike(mention, said)]
        return bool(lead) and bool(there) and not any(self._any_backs(mention, said) for mention in there)

    def bounds(self, said: frozenset[Meaning]) -> set[str]:
        """The bounds that it sets by a value, such as `over` for `more than $50`."""
        return {bound(before) for before, mention in self._mentions if self._any_backs(mention, said)}

    def _any_backs(self, mention: frozenset[Meaning], said: frozenset[Meaning]) -> bool:
        return any(self._backs(held, one) for one in said for held in mention)

    def _backs(self, held: Meaning, said: Meaning) -> bool:
        if isinstance(held, Quantity) and isinstance(said, Quantity) and said.per and not held.per:
            said = Quantity(said.amount, said.unit, "") if said.per in self._measures else said
        return meanings.backs(held, said)

    @cached_property
    def _measures(self) -> set[str]:
        named = {meanings.MEASURES.get(word, "") for word in self.words}
        return named | {word.removesuffix("ly") for word in self.words if word.endswith("ly")}

    @cached_property
    def _mentions(self) -> list[tuple[str, frozenset[Meaning]]]:
        return [(lead(value, self.text), all_of) for value, all_of in meanings.values(self.text)]

    @cached_property
    def _alone(self) -> frozenset[str]:
        return frozenset(squeezed(value).strip("#") for one in self.evidence for value in one.values())


def lead(value: Value, text: str) -> str:
    """The two words before a value in its line of a text, in lower case; empty where there are fewer."""
    before = WORD.findall(text[max(0, value.start - LEAD_CHARS) : value.start].rpartition("\n")[2])[-2:]
    return " ".join(before).lower() if len(before) == 2 else ""


def bound(lead: str) -> str:
    """The sort of bound that the words before a value make of it; empty where they make none."""
    return next((BOUNDS[word] for word in lead.split() if word in BOUNDS), "")


def _alike(one: frozenset[Meaning], other: frozenset[Meaning]) -> bool:
    """Whether two values are of one sort."""
    return bool({type(meaning) for meaning in one if not isinstance(meaning, str)} & {type(m) for m in other})


def words(text: str) -> list[str]:
    """The words of a text in lower case, without the 's of possession."""
    return [re.sub(r"['’]s$", "", word.lower()) for word in WORD.findall(text)]


def _shown(memory: SourceMemory, deed: Deed | None, secrets: scrubbing.Secrets) -> dict[str, Any]:
    shown: dict[str, Any] = {"who": memory.role.value if memory.role else memory.kind}
    if memory.action is None or not memory.content.startswith(memory.action.name):
        shown["content"] = clip(untagged(memory.content), MOST_WORDS)
    if memory.slot is not None:
        shown["named"] = {memory.slot.name: untagged(memory.slot.value)}
    if deed is not None:
        called = {"arguments": _few(deed.arguments), "result": _few(deed.result)}
        shown["action"] = {"name": untagged(deed.name), "outcome": Outcome(deed.outcome).value, **called}
    cleaned: dict[str, Any] = scrubbing.scrub_tree(shown, secrets)
    return cleaned


def _few(tree: Any) -> dict[str, str]:
    """The first values of a JSON value, each under its name; a name that comes again is numbered."""
    few: dict[str, str] = {}
    for name, value in leaves(tree):
        key = name if name not in few else f"{name} {len(few)}"
        few[untagged(key) or "value"] = clip(untagged(value), MOST_WORDS)
        if len(few) == MOST_LEAVES:
            break
    return few
