"""The record of a conversation: what was said, what tools did, what was noted, and which values have names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from warmline_memory.language.statements import statements
from warmline_memory.language.words import contains, label_of, squeezed
from warmline_memory.reading import calls as tool_calls, freshness, harness, notes as typed, runs as commands
from warmline_memory.reading.calls import Changed, ToolCall
from warmline_memory.reading.notes import Note
from warmline_memory.reading.runs import Run
from warmline_memory.salience import Speaker
from warmline_memory.source_memory import SourceMemory, merged
from warmline_schemas.memories import Role

PERSON = "human:"
"""How the name of an agent begins that is a person."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message, as it was said. `position` is its memory's place among all, and `by` is who said it: `user`,
    `agent`, `note`, or the name of a person who works as an agent, such as `human:ana`."""

    memory: SourceMemory
    position: int
    speaker: Speaker
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A value with the name that somebody gave it: a slot, or an argument of a tool. ``was`` is what it replaced."""

    name: str
    value: str
    memory_ids: tuple[UUID, ...]
    position: int
    was: str | None = None


@dataclass(frozen=True)
class Record:
    """All that is known without interpreting words; everything oldest first."""

    memories: Sequence[SourceMemory]
    said: Sequence[Said]
    calls: Sequence[ToolCall]
    notes: Sequence[Note]
    slots: Sequence[Named]
    runs: Sequence[Run]
    overtaken: frozenset[UUID]
    """The memories of notes, runs and plans that later ones finished, reversed or replaced."""

    @cached_property
    def changed(self) -> list[Changed]:
        """The arguments of calls that had another value before."""
        replies = [one.position for one in self.said if one.speaker is Speaker.CUSTOMER]
        return tool_calls.changed(self.calls, replies)

    @cached_property
    def amended(self) -> dict[UUID, list[Changed]]:
        """The arguments of changes that later changes of the same thing were given otherwise, by the memory of the
        earlier one."""
        return tool_calls.amended(self.calls)

    @property
    def is_among_people(self) -> bool:
        """Whether people speak to each other and there is no customer, as where one shift hands over to the next."""
        heard = {one.speaker for one in self.said}
        return Speaker.CUSTOMER not in heard and any(one.by.startswith(PERSON) for one in self.said)

    @property
    def used(self) -> set[str]:
        """The values that tools used, or that have names: whoever says one of them says something that counts."""
        arguments = (value for call in self.calls for _, value in tool_calls.stated(call.arguments))
        return {value for value in arguments if len(value) > 1} | {slot.value for slot in self.slots}


def read(memories: Sequence[SourceMemory]) -> Record:
    """Read the memories of a conversation, oldest first. Secrets are out of them already.

    What another memory supersedes is read only for what it was: of a message that gave a slot's old value the rest.
    """
    gone = {memory.id for memory in memories if memory.superseded_by is not None}
    calls = [call for call in tool_calls.read(memories) if call.memory_id not in gone]
    noted = [*typed.of_plans(calls)]
    said: list[Said] = []
    for position, memory in enumerate(memories):
        if memory.action is not None or (memory.slot is not None and memory.role is None):
            continue
        if memory.id in gone and memory.slot is None:
            continue
        if note := typed.of_memory(memory, position):
            noted.append(note)
            continue
        text = harness.spoken(memory.content)
        if memory.id in gone and memory.slot is not None:
            text = _without(text, memory.slot.value)
        noted.extend(typed.check_boxes(text, memory.id, position))
        if text := typed.without_check_boxes(text):
            said.append(Said(memory, position, *_speaker(memory), text))
    noted.sort(key=lambda note: note.position)
    fresh = freshness.fresh(noted)
    # A note's own memory is its first; a memory of several check boxes holds while one of them does.
    past = {note.memory_ids[0] for note in noted} - {note.memory_ids[0] for note in fresh}
    overtaken = frozenset(past | commands.overtaken(calls) | typed.overtaken_plans(calls))
    return Record(memories, said, calls, fresh, _slots(memories), commands.read(calls), overtaken)


def _speaker(memory: SourceMemory) -> tuple[Speaker, str]:
    if memory.role is Role.USER:
        return Speaker.CUSTOMER, "user"
    if memory.role is Role.AGENT:
        name = memory.agent or ""
        return Speaker.AGENT, name if name.startswith(PERSON) else "agent"
    return Speaker.NOTE, "note"


def _without(text: str, value: str) -> str:
    """A text without the statements that hold a value which holds no more."""
    said = [text[start:end] for start, end in statements(text)]
    return " ".join(one for one in said if not contains(one, value))


def _slots(memories: Iterable[SourceMemory]) -> list[Named]:
    """The slots as they stand: the newest value of each name, with the value before it where that was another."""
    newest: dict[str, Named] = {}
    past: dict[str, Named] = {}
    for position, memory in enumerate(memories):
        if memory.slot is None:
            continue
        name = label_of(memory.slot.name)
        if memory.superseded_by is not None:
            past[name] = Named(name, memory.slot.value, (memory.id,), position)
            continue
        before = newest.pop(name, None) or past.get(name)
        was: str | None = None
        ids: tuple[UUID, ...] = (memory.id,)
        if before:
            same = squeezed(before.value) == squeezed(memory.slot.value)
            was = before.was if same else before.value
            ids = merged((memory.id,), before.memory_ids)
        newest[name] = Named(name, memory.slot.value, ids, position, was)
    return list(newest.values())
