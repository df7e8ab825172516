"""Exhibits: memories as a model is shown them, without secrets; its lines are checked against the same."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from warmline_memory.briefs import BriefSource
from warmline_memory.language.harmless import untagged
from warmline_memory.language.words import clip, label_of
from warmline_memory.reading.actions import Deed, leaves, parsed, read
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome, Role

MOST_WORDS = 120
"""Of a content longer than this the model sees the beginning."""
MOST_LEAVES = 40
"""Of an action with more values than this the model sees the first."""
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


@dataclass(frozen=True, slots=True)
class Exhibit:
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


def of_session(source: BriefSource, secrets: scrubbing.Secrets) -> list[Exhibit]:
    """The memories of a session, oldest first, without those that speak to whoever summarises."""
    deeds = {deed.memory_id: deed for deed in read(source.memories)}
    return [
        Exhibit(memory.id, place, memory.role, memory.importance, _shown(memory, deed, secrets), deed)
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
