"""Targets: who shall take a handoff over."""

from enum import StrEnum


class TargetKind(StrEnum):
    """What sort of target a name is, by the word before its colon."""

    AGENT = "agent"
    HUMAN = "human"
    QUEUE = "queue"
    SKILL = "skill"


def kind_of(target: str) -> TargetKind:
    """The kind of a target: `human:`, `queue:` or `skill:` and a name, else an agent."""
    kind, colon, name = target.partition(":")
    named = colon and name and kind in {TargetKind.HUMAN, TargetKind.QUEUE, TargetKind.SKILL}
    return TargetKind(kind) if named else TargetKind.AGENT


def name_of(target: str) -> str:
    """A target's name without the word that tells its kind."""
    return target if kind_of(target) is TargetKind.AGENT else target.partition(":")[2]
