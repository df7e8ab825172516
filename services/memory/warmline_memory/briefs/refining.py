"""Refining: facts under the finer sections that a template may have, and lines where its sections are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from warmline_memory.briefs import templates
from warmline_memory.language.words import content_words
from warmline_memory.reading import sorting
from warmline_memory.reading.lines import Draft
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.memories import Role
from warmline_schemas.templates import Template

FINER_FACTS = (SectionName.SEVERITY, SectionName.FIGURES, SectionName.ENVIRONMENT)
GRADE = re.compile(r"\bSEV[- ]?\d\b|\bP[0-4]\b|\b(?:severity|priority)(?: is|:)? (\w+)", re.I)
DIGITS = re.compile(r"\d")
ALIKE = 0.8


def as_facts(earlier: Brief) -> Brief:
    """An earlier brief, whatever its template, as if it told severity, figures and environment among its facts, which
    newer values of the same labels replace; without the line of what was given, which is drawn up anew."""
    sections = [
        section.model_copy(update={"name": SectionName.FACTS}) if section.name in FINER_FACTS else section
        for section in earlier.sections
        if section.name is not SectionName.DO_NOT_ASK
    ]
    return earlier.model_copy(update={"sections": sections})


def given_lines(earlier: Brief | None) -> list[BriefLine]:
    """What an earlier brief said not to ask again."""
    sections = earlier.sections if earlier else ()
    return [line for section in sections if section.name is SectionName.DO_NOT_ASK for line in section.lines]


def refined(drafts: Iterable[Draft], memories: Sequence[SourceMemory]) -> list[Draft]:
    """Drafts with each fact in its finest section, and without figures that a later one of the same thing replaced."""
    fine = [
        replace(draft, section=sorting.finer(draft.label, draft.text)) if _is_fact(draft) else draft for draft in drafts
    ]
    places = {memory.id: place for place, memory in enumerate(memories)}
    figures = [draft for draft in fine if _is_figure(draft)]
    latest = sorted(figures, key=lambda draft: (draft.carried, -_latest(draft, places)))
    kept: list[tuple[Draft, set[str]]] = []
    for draft in latest:
        words = _subject(draft)
        if not any(_alike(words, other) for _, other in kept):
            kept.append((draft, words))
    stays = {id(draft) for draft, _ in kept}
    return [draft for draft in fine if not _is_figure(draft) or id(draft) in stays]


def grades(drafts: Iterable[Draft], memories: Sequence[SourceMemory], template: Template) -> list[Draft]:
    """For a template with a section for it: the grade that the latest note names, such as `SEV2`, where no line tells
    the severity."""
    name = SectionName.SEVERITY
    if templates.home(template, name) is not name or any(draft.section is SectionName.SEVERITY for draft in drafts):
        return []
    noted = [memory for memory in reversed(memories) if memory.role is not Role.USER and memory.action is None]
    found = ((memory, GRADE.search(memory.content)) for memory in noted)
    hit = next(((memory, grade) for memory, grade in found if grade), None)
    return [Draft(SectionName.SEVERITY, hit[1].group(1) or hit[1].group(), (hit[0].id,))] if hit else []


def placed(drafts: Iterable[Draft], template: Template) -> list[Draft]:
    """Drafts in the sections of a template; what it has no place for is left out."""
    homes = {name: templates.home(template, name) for name in SectionName}
    return [replace(draft, section=place) for draft in drafts if (place := homes[draft.section]) is not None]


def _is_fact(draft: Draft) -> bool:
    """Whether a draft is a value; a grade such as `SEV2` looks like an identifier and is none."""
    graded = draft.section is SectionName.IDENTIFIERS and sorting.is_level(draft.label)
    return (draft.section is SectionName.FACTS or graded) and draft.outcome is None


def _is_figure(draft: Draft) -> bool:
    return draft.section is SectionName.FIGURES and draft.label is None


def _latest(draft: Draft, places: Mapping[UUID, int]) -> int:
    return max((places.get(memory_id, -1) for memory_id in draft.ids), default=-1)


def _subject(draft: Draft) -> set[str]:
    """What a figure is about: its words without the numbers."""
    return {word for word in content_words(draft.text) if not DIGITS.search(word)}


def _alike(one: set[str], other: set[str]) -> bool:
    return bool(one | other) and len(one & other) >= ALIKE * len(one | other)
