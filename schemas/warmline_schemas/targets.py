"""Targets: the agents, people, queues and skills that a handoff can go to."""

from enum import StrEnum


class TargetKind(StrEnum):
    """The sort of a target. The word before the colon of its name says it; a name without one is an agent."""

    AGENT = "agent"
    HUMAN = "human"
    QUEUE = "queue"
    SKILL = "skill"


def kind_of(target: str) -> TargetKind:
    """Return the sort of a target, such as ``QUEUE`` for ``queue:billing`` and ``AGENT`` for ``tier1-bot``."""
    kind, colon, name = target.partition(":")
    named = colon and name and kind in {TargetKind.HUMAN, TargetKind.QUEUE, TargetKind.SKILL}
    return TargetKind(kind) if named else TargetKind.AGENT


def name_of(target: str) -> str:
    """Return a target's name without its prefix, such as ``billing`` for ``queue:billing``."""
    return target if kind_of(target) is TargetKind.AGENT else target.partition(":")[2]
