"""Assignments: everything that a brief is written from, as a process without a database gets it, and the writing.

An assignment and its brief can be pickled. So the writing, whose time is that of the texts, can be done in a process
of its own, which is killed where it takes too long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from warmline_memory.briefs import BriefRequest, BriefSource, editing, templates, work_types
from warmline_memory.errors import NotFound
from warmline_memory.source_memory import SourceMemory
from warmline_memory.summarising.extractive import Extractive
from warmline_memory.summarising.summariser import Summariser
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Role
from warmline_schemas.templates import Template

BEGINNING, END = 12_000, 4_000
"""Of a longer message the first and the last characters are read: four pages. A brief quotes at most some sentences of
a message, and a pasted log or statement must not take the time of a hundred conversations."""
CUT_WITHIN = 500
"""A message is cut at the end of a line, or else of a word, within so many characters, so that no value is halved."""
LEFT_OUT = "\n[…]\n"


class Stopped(Exception):
    """A brief that is not written to its end, because the worker stops. That is no fault of the handoff's."""


class Unwanted(Exception):
    """A brief that is not written to its end, because its handoff was cancelled meanwhile."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A brief to be written. ``source.template`` is a placeholder: the template is chosen in writing."""

    source: BriefSource
    templates: Mapping[str, Template]
    """The templates of the tenant, by name."""
    template: str | None = None
    """The template that was asked for; None where the memories decide."""
    template_before: str | None = None
    previous: Brief | None = None
    """What a reviewer has edited, and wants to find again."""
    with_model: bool = False
    """Whether the tenant prefers that a language model helps."""


def write(assignment: Assignment, summariser: Summariser) -> Brief:
    """Write the brief of an assignment. Raises ``NotFound`` where its template is gone."""
    given = assignment.source
    source = replace(
        given,
        memories=[shortened(memory) for memory in given.memories],
        before=[replace(leg, memories=[shortened(one) for one in leg.memories]) for leg in given.before],
    )
    source = replace(source, template=_template(assignment, source.memories))
    brief = (summariser if assignment.with_model else Extractive()).write(source)
    if assignment.previous is None or not editing.has_edits(assignment.previous):
        return brief
    return editing.keep_edits(brief, assignment.previous, source.template, source.request, source.language)


def shortened(memory: SourceMemory) -> SourceMemory:
    """A memory with the beginning and the end of its content, where that is very long."""
    text = memory.content
    if len(text) <= BEGINNING + END:
        return memory
    first, last = _whole_lines(text[:BEGINNING]), _whole_lines(text[-END:][::-1])[::-1]
    return replace(memory, content=f"{first}{LEFT_OUT}{last}")


def load_models() -> None:
    """Load what every brief needs, by writing one of nothing: the encoder, its weights, the examples of templates.

    It takes some seconds, which would otherwise be those of the first handoff, and of its lease.
    """
    now = datetime.now(UTC)
    said = [SourceMemory(UUID(int=0), Role.USER, "message", "Please cancel my order.", 0.5, now)]
    request = BriefRequest(source_agent="agent", to="agent", reason="none", namespace="none")
    source = BriefSource(memories=said, request=request, cut_at=now, account="## Notes\n- The order is cancelled")
    write(Assignment(source, templates.BUILT_IN), Extractive())


def _template(assignment: Assignment, memories: Sequence[SourceMemory]) -> Template:
    """The template that was asked for, or else the one that the memories speak for."""
    known = assignment.templates
    name = assignment.template or work_types.detect(memories, known.values(), assignment.template_before)
    if name not in known:
        raise NotFound(noun="template", id=name)
    return known[name]


def _whole_lines(text: str) -> str:
    """A text without the piece of a line, or else of a word, at its end."""
    for sign in ("\n", " "):
        at = text.rfind(sign, len(text) - CUT_WITHIN)
        if at >= 0:
            return text[:at]
    return text
