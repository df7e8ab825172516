"""Withdrawing: a brief without what forgotten memories said."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from warmline_memory.briefs import wording
from warmline_memory.briefs.rendering import to_text
from warmline_memory.language.statements import word_count as count
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefAction, BriefLine, BriefQuality, Origin

Cited = TypeVar("Cited", BriefLine, BriefAction)
WORD = re.compile(r"\w+")
UNSAID = ("urgency", "conversation")
"""The labels of what the request gives in no words of anybody's."""
BESIDE = ("was", "against", "reply_to")
"""What a line may say of other memories than that of its own words; so does what its ``since`` lists."""


@dataclass(frozen=True)
class Withdrawal:
    """A brief after some of its memories were forgotten, and how many lines and actions it lost."""

    brief: Brief
    lines: int


def cited(brief: Brief) -> set[UUID]:
    """Every memory that a brief cites."""
    parts: list[BriefLine | BriefAction] = [brief.headline, *brief.actions]
    parts += [line for section in brief.sections for line in section.lines]
    return {memory_id for part in parts for memory_id in part.memory_ids}


def withdraw(brief: Brief, forgotten: Collection[UUID], staying: Mapping[UUID, SourceMemory]) -> Withdrawal:
    """Take out of a brief what cites forgotten memories, and render it anew.

    A line or an action that also cites memories in ``staying`` is kept where these say every word of it, and then cites
    them alone. What a writer said and no memory proves goes too, for nobody can say whence it is. What the request said
    stays.
    """
    sections = [
        section.model_copy(update={"lines": _lines(section.lines, forgotten, staying)}) for section in brief.sections
    ]
    kept = [new for new, old in zip(sections, brief.sections, strict=True) if new.lines or not old.lines]
    actions = _proven(brief.actions, forgotten, staying)
    text = to_text(brief.headline, kept, wording.of(brief.language))
    changes: dict[str, object] = {"sections": kept, "actions": actions, "text": text, "words": count(text)}
    changes["pressing"] = next(iter(_proven([brief.pressing] if brief.pressing else [], forgotten, staying)), None)
    changes["quality"] = brief.quality and _without(brief.quality, forgotten)
    lost = sum(len(section.lines) for section in brief.sections) - sum(len(section.lines) for section in kept)
    return Withdrawal(brief.model_copy(update=changes), lost + len(brief.actions) - len(actions))


def without_request(brief: Brief, headline: str | None) -> Brief:
    """A brief whose request said again what is forgotten: without its goal, and with other words as its headline, or
    the same where they are None. It is not rendered anew."""
    lines = (
        [line for line in section.lines if line.origin is not Origin.REQUEST or line.label in UNSAID]
        for section in brief.sections
    )
    sections = [one.model_copy(update={"lines": left}) for one, left in zip(brief.sections, lines, strict=True)]
    kept = [new for new, old in zip(sections, brief.sections, strict=True) if new.lines or not old.lines]
    words = brief.headline.text if headline is None else headline
    return brief.model_copy(update={"headline": brief.headline.model_copy(update={"text": words}), "sections": kept})


def _without(quality: BriefQuality, forgotten: Collection[UUID]) -> BriefQuality:
    """Findings that quote nothing forgotten; the others are looked for anew, but for what was left out of the brief."""
    findings = [one for one in quality.findings if not set(one.memory_ids) & set(forgotten)]
    return quality.model_copy(update={"findings": findings})


def _lines(
    lines: Sequence[BriefLine], forgotten: Collection[UUID], staying: Mapping[UUID, SourceMemory]
) -> list[BriefLine]:
    """The lines that are still proven. One that went on with lines of which none is left begins a row: after others it
    would seem to go on with those."""
    kept: list[BriefLine] = []
    begun = False
    for line in lines:
        begun = begun and line.continues
        for left in _proven([line], forgotten, staying):
            kept.append(left.model_copy(update={"continues": begun}))
            begun = True
    return kept


def _proven(parts: Sequence[Cited], forgotten: Collection[UUID], staying: Mapping[UUID, SourceMemory]) -> list[Cited]:
    proven = []
    for part in parts:
        left = [memory_id for memory_id in part.memory_ids if memory_id not in forgotten]
        if not part.memory_ids and isinstance(part, BriefLine) and part.origin in (Origin.ACCOUNT, Origin.MODEL):
            continue
        if len(left) == len(part.memory_ids):
            proven.append(part)
            continue
        said = _words(*(_said(staying[memory_id]) for memory_id in left if memory_id in staying))
        if _words(_told(part)) <= said:
            proven.append(part.model_copy(update={"memory_ids": left, **_beside(part, said)}))
    return proven


def _beside(part: BriefLine | BriefAction, said: set[str]) -> dict[str, list[str] | None]:
    """What a line may no longer say of other memories, where these words are all that is left of them."""
    kept: dict[str, list[str] | None] = {
        name: None for name in BESIDE if not _words(getattr(part, name, None) or "") <= said
    }
    if isinstance(part, BriefLine):
        kept["since"] = [one for one in part.since if _words(one) <= said]
    return kept


def _told(part: BriefLine | BriefAction) -> str:
    if isinstance(part, BriefAction):
        return f"{part.name} {json.dumps(part.arguments, ensure_ascii=False)}"
    return f"{part.label or ''} {part.text}"


def _said(memory: SourceMemory) -> str:
    slot = f"{memory.slot.name} {memory.slot.value}" if memory.slot else ""
    action = json.dumps(memory.action.model_dump(mode="json"), ensure_ascii=False) if memory.action else ""
    return f"{memory.content} {slot} {action}"


def _words(*texts: str) -> set[str]:
    return {word for text in texts for word in WORD.findall(text.casefold().replace("_", " "))}
