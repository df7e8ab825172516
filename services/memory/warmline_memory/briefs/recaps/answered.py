"""Answered: a brief with what its customer said of it, before all that it says itself."""

from datetime import datetime
from uuid import UUID

from warmline_memory.briefs import rendering, wording
from warmline_memory.briefs.recaps.answers import Answer
from warmline_memory.briefs.rendering import ANSWERS, CONFIRMATION, CORRECTION
from warmline_memory.language.statements import word_count
from warmline_memory.language.words import clip
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, Origin, SectionName
from warmline_schemas.memories import Role

WORDS = 60
"""Of a longer answer the brief has the first words; the whole of it is in the conversation."""


def is_correction(line: BriefLine) -> bool:
    """Whether a line is what the customer said is wrong with a brief."""
    return line.origin is Origin.QUOTE and line.label == CORRECTION


def with_answer(brief: Brief, answer: Answer, text: str, memory_id: UUID, at: datetime, question: str) -> Brief:
    """A brief that begins with what its customer answered to ``question``, rendered anew. The text has no secrets."""
    line = BriefLine(
        label=CONFIRMATION if answer is Answer.YES else CORRECTION,
        text=clip(text, WORDS),
        memory_ids=[memory_id],
        origin=Origin.QUOTE,
        speaker=Role.USER.value,
        said_at=at,
        reply_to=question,
    )
    words = wording.of(brief.language)
    title = words.title(SectionName.ASK)
    first = brief.sections[0] if brief.sections else None
    if first is None or first.name is not SectionName.ASK:
        # It stands before whatever the template begins with, since it may be about any of it.
        own = next((section for section in brief.sections if section.name is SectionName.ASK), None)
        first = own or BriefSection(name=SectionName.ASK, title=title, lines=[])
    before = [one for one in first.lines if one.origin is Origin.QUOTE and one.label in ANSWERS]
    rest = first.lines[len(before) :]
    answered = first.model_copy(update={"lines": [*before, line, *rest]})
    sections = [answered, *(section for section in brief.sections if section.name is not SectionName.ASK)]
    shown = rendering.to_text(brief.headline, sections, words)
    return brief.model_copy(update={"sections": sections, "text": shown, "words": word_count(shown)})
