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


def of_operator(name: str) -> str:
    """The target that is one operator, such as `human:ann`; it is also the agent as which they work."""
    return f"{TargetKind.HUMAN}:{name}"


def of_queue(name: str) -> str:
    """The target that is a queue, such as `queue:billing`."""
    return f"{TargetKind.QUEUE}:{name}"


def of_skill(name: str) -> str:
    """The target that is everybody who has a skill, such as `skill:refunds`."""
    return f"{TargetKind.SKILL}:{name}"


def operator_of(agent: str) -> str | None:
    """The name of the operator who works as an agent; None where the agent is no person."""
    return name_of(agent) if kind_of(agent) is TargetKind.HUMAN else None
