"""Builders of what briefs are made from; everything has a default."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from warmline_memory import briefs, source_memory
from warmline_memory.briefs import templates
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.memories import Action, Outcome, Role, Slot
from warmline_schemas.templates import Template

SMALL = """
about = "A claim goes to an adjuster."
sections = [{ name = "done", title = "So far" }, { name = "ask", title = "Wish" }]
"""
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def a_memory(
    content: str = "Hello", *, role: Role | None = None, number: int = 1, **fields: Any
) -> source_memory.SourceMemory:
    given: dict[str, Any] = {"kind": "message" if role else "note", "importance": 0.5, **fields}
    return source_memory.SourceMemory(
        id=UUID(int=number), role=role, content=content, event_time=START + timedelta(minutes=number), **given
    )


def user(content: str) -> source_memory.SourceMemory:
    return a_memory(content, role=Role.USER)


def agent(content: str) -> source_memory.SourceMemory:
    return a_memory(content, role=Role.AGENT)


def note(content: str, *, kind: str = "note", importance: float = 0.5) -> source_memory.SourceMemory:
    return a_memory(content, kind=kind, importance=importance)


def slot(name: str, value: str) -> source_memory.SourceMemory:
    return a_memory(f"{name} is {value}", kind="fact", slot=Slot(name=name, value=value))


def call(
    name: str, /, result: Any = None, outcome: Outcome = Outcome.UNKNOWN, **arguments: Any
) -> source_memory.SourceMemory:
    action = Action(name=name, arguments=arguments, result=result, outcome=outcome)
    told = ", ".join(f"{key}={value}" for key, value in arguments.items())
    return a_memory(f"{name}({told}) → {result}", role=Role.TOOL, kind="action", action=action)


def a_source(*memories: source_memory.SourceMemory, **fields: Any) -> briefs.BriefSource:
    """A source of these memories, numbered in order."""
    request: dict[str, Any] = {
        "source_agent": "tier1-bot",
        "to": "specialist",
        "reason": "needs a specialist",
        "namespace": "user-dave",
    }
    request.update({key: fields.pop(key) for key in ("reason", "goal", "to") if key in fields})
    return briefs.BriefSource(
        memories=numbered(memories), request=briefs.BriefRequest(**request), cut_at=START, **fields
    )


def numbered(memories: Sequence[source_memory.SourceMemory], first: int = 1) -> list[source_memory.SourceMemory]:
    return [
        replace(memory, id=UUID(int=number), event_time=START + timedelta(minutes=number))
        for number, memory in enumerate(memories, first)
    ]


def a_brief(*memories: source_memory.SourceMemory, **fields: Any) -> Brief:
    return briefs.write(a_source(*memories, **fields))


def a_template(**fields: Any) -> Template:
    """A template of two sections, `done` and `ask`, unless others are given."""
    return Template.model_validate({**templates.read(SMALL, "claims").model_dump(), **fields})


def lines(brief: Brief, name: SectionName) -> list[BriefLine]:
    return [line for section in brief.sections if section.name is name for line in section.lines]


def texts(brief: Brief, name: SectionName) -> list[str]:
    return [f"{line.label}: {line.text}" if line.label else line.text for line in lines(brief, name)]
