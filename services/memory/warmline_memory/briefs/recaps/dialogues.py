"""Dialogues: which of a customer's messages answer a recap, and what briefs are made from beside it."""

from collections.abc import Sequence

from warmline_memory.briefs.recaps.answers import Answer, answer_of, is_asking
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role
from warmline_schemas.targets import TargetKind, kind_of

RECAP = "recap"
"""The name in a memory's metadata by which it is known as a recap."""
MESSAGE, LANGUAGE = "message", "language"


def is_recap(memory: SourceMemory) -> bool:
    """Whether a memory is the message in which the service asked its customer whether a brief is right."""
    return memory.role is Role.AGENT and RECAP in memory.metadata


def answers(memories: Sequence[SourceMemory]) -> list[Answer | None]:
    """What each message of a conversation, oldest first, answers to a recap before it; None for all others.

    A recap is answered by the first yes, or the first words that say what is wrong; a no alone waits for them. Once a
    person speaks, or a bot asks something, the customer answers that.
    """
    found: list[Answer | None] = []
    language: str | None = None
    is_open = False
    for memory in memories:
        is_theirs = is_open and memory.role is Role.USER and memory.kind == MESSAGE
        answer = answer_of(memory.content, language) if is_theirs else None
        found.append(answer)
        if is_recap(memory):
            is_open, language = True, str(memory.metadata.get(LANGUAGE, ""))
        elif memory.role is Role.AGENT:
            is_open = is_open and not _takes_over(memory)
        elif answer in (Answer.YES, Answer.OTHERWISE):
            is_open = False
    return found


def without(memories: Sequence[SourceMemory]) -> list[SourceMemory]:
    """A conversation without its recaps, and without what only says yes or no to one: beside the question before it,
    that would be taken for an answer to what was asked there."""
    pairs = zip(memories, answers(memories), strict=True)
    return [one for one, answer in pairs if not is_recap(one) and answer not in (Answer.YES, Answer.NO)]


def _takes_over(memory: SourceMemory) -> bool:
    return kind_of(memory.agent or "") is TargetKind.HUMAN or is_asking(memory.content)
