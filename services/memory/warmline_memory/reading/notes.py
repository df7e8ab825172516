"""Notes: memories whose kind says what they are, whoever kept them; and check boxes and plans, which say so too."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from warmline_memory.language.one_reading import read_once
from warmline_memory.language.shapes import has_figure
from warmline_memory.reading.calls import ToolCall
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Role

ATTACHMENT = "attachment"
"""The kind of a memory that is about an image or a file that somebody sent."""
SENT_BY = {Role.USER: "the customer", Role.AGENT: "the agent", Role.TOOL: "a tool"}

# The kinds that the documents name, and what agents and shift sheets call theirs. A kind belongs to the first row that
# has its first words: `todo`, `todo-item` and `todo_next` are one.
KINDS: Mapping[SectionName, tuple[str, ...]] = {
    SectionName.SEVERITY: ("severity", "priority", "impact", "alert", "urgency"),
    SectionName.IF_THEN: ("contingency", "if-then", "fallback", "what-if"),
    SectionName.EXPECTED_OUTCOME: ("expected", "acceptance", "definition", "success"),
    SectionName.FIGURES: ("metric", "figure", "measure", "count", "coverage", "pass-rate", "test-result", "status"),
    SectionName.ENVIRONMENT: ("environment", "command", "file", "path", "link", "url", "setup"),
    SectionName.RULES: ("rule", "constraint", "convention", "warning", "allergy", "do-not"),
    SectionName.DECIDED: ("decision", "decided", "design", "rationale", "approach", "strategy"),
    SectionName.PROMISED: ("promise", "commitment"),
    SectionName.NEXT_STEPS: ("todo", "next", "task", "plan", "follow", "step"),
    SectionName.OPEN_QUESTIONS: ("question", "open", "unknown", "risk"),
    SectionName.FAILED: ("error", "fail", "failure", "blocker", "dead-end", "attempt", "tried"),
    SectionName.DONE: ("done", "achievement", "progress", "result", "change"),
    SectionName.ASK: ("goal", "request", "ask", "issue", "problem", "complaint", "incident", "bug"),
    SectionName.MOOD: ("mood", "sentiment", "tone"),
    SectionName.FACTS: ("fact", "preference", "profile", ATTACHMENT),
    SectionName.SITUATION: ("context", "background"),
}
OWNER_KEYS = ("owner", "assignee", "assigned_to", "who")
DUE_KEYS = ("due", "due_by", "deadline", "until")
# How Markdown writes a check box; the mark may be any of those that editors write.
CHECK_BOX = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+\[([ xX✓✔])\][ \t]+(\S.*)$", re.M)
TEXT_KEYS = ("content", "step", "title", "text", "description", "subject")
FINISHED = frozenset({"completed", "complete", "done", "finished", "closed", "resolved"})


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted, and as what. `position` is the place of its memory among all."""

    section: SectionName
    text: str
    memory_ids: tuple[UUID, ...]
    position: int
    owner: str | None = None
    due: str | None = None
    label: str | None = None
    was: str | None = field(default=None)
    """What a later note says in the place of an earlier one: the earlier one's words."""


@read_once
def section_of(kind: str) -> SectionName | None:
    """The section of memories of this kind; None for `message`, `note` and kinds that nobody knows."""
    words = "-".join(kind.casefold().replace("_", "-").split())
    for section, kinds in KINDS.items():
        if any(words == one or words.startswith(f"{one}-") for one in kinds):
            return section
    return None


def of_memory(memory: SourceMemory, position: int) -> Note | None:
    """The note that a memory is by its kind."""
    section = section_of(memory.kind) if memory.action is None else None
    if section is None:
        return None
    if section is SectionName.FIGURES and not has_figure(memory.content):
        # A status without a figure is what is true now.
        section = SectionName.FACTS
    owner, due = (_named(memory.metadata, keys) for keys in (OWNER_KEYS, DUE_KEYS))
    label = _sent_by(memory) if memory.kind == ATTACHMENT else None
    return Note(section, memory.content, (memory.id,), position, owner, due, label)


def _sent_by(memory: SourceMemory) -> str:
    """What an attachment is called in a brief: whoever takes over must know whose it is."""
    is_person = memory.role is Role.AGENT and (memory.agent or "").startswith("human:")
    sender = memory.agent if is_person else SENT_BY.get(memory.role) if memory.role else None
    return f"{ATTACHMENT} from {sender}" if sender else ATTACHMENT


def check_boxes(text: str, memory_id: UUID, position: int) -> list[Note]:
    """The notes that a text's check boxes are: a ticked one is done, an empty one is next."""
    return [
        Note(_section(not mark.isspace()), said.strip(), (memory_id,), position)
        for mark, said in CHECK_BOX.findall(text)
    ]


def without_check_boxes(text: str) -> str:
    """A text without the lines that ``check_boxes`` reads."""
    return CHECK_BOX.sub("", text).strip()


def of_plans(calls: Sequence[ToolCall]) -> list[Note]:
    """The steps of the newest plan of each tool that keeps one: a list of texts, each with its status."""
    newest = {call.name: (call, steps) for call in calls if (steps := list(_steps(call.arguments)))}
    return [
        Note(_section(finished), said, (call.memory_id,), call.position)
        for call, steps in newest.values()
        for said, finished in steps
    ]


def overtaken_plans(calls: Sequence[ToolCall]) -> set[UUID]:
    """The memories of the plans that a newer plan of the same tool came after."""
    plans = [call for call in calls if holds_a_plan(call)]
    return {call.memory_id for call in plans} - set({call.name: call.memory_id for call in plans}.values())


def holds_a_plan(call: ToolCall) -> bool:
    """Whether a call keeps a plan."""
    return next(iter(_steps(call.arguments)), None) is not None


def plan_steps(call: ToolCall) -> list[str]:
    """The steps of the plan that a call keeps, if it keeps one."""
    return [said for said, _ in _steps(call.arguments)]


def _steps(arguments: Mapping[str, Any]) -> Iterable[tuple[str, bool]]:
    for listed in arguments.values():
        for item in listed if isinstance(listed, list) else ():
            if isinstance(item, Mapping) and isinstance(item.get("status"), str):
                said = next((item[key] for key in TEXT_KEYS if isinstance(item.get(key), str)), "")
                if said:
                    yield said, item["status"].casefold() in FINISHED


def _section(finished: bool) -> SectionName:
    return SectionName.DONE if finished else SectionName.NEXT_STEPS


def _named(metadata: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    found = (str(metadata.get(key) or "").strip() for key in keys)
    return next(filter(None, found), None)
