"""People: the operators of the sample's desk, and who of them would take a handoff."""

from collections.abc import Sequence
from random import Random

from warmline_local.sample.stories import Story
from warmline_schemas.operators import CreateOperator
from warmline_schemas.targets import TargetKind, kind_of, name_of


def receiver_of(operators: Sequence[CreateOperator], story: Story, target: str, random: Random) -> str:
    """Who takes a handoff to this target: one of the operators who can, or the target itself where it is one."""
    kind, name = kind_of(target), name_of(target)
    if kind in {TargetKind.AGENT, TargetKind.HUMAN}:
        return target
    needed = {*story.skills, name} if kind is TargetKind.SKILL else set(story.skills)
    able = [
        operator
        for operator in operators
        if needed <= set(operator.skills)
        and story.language in operator.languages
        and (kind is TargetKind.SKILL or name in operator.queues)
    ]
    if not able:
        raise ValueError(f"nobody of the sample's desk can take {story.name} from {target}")
    return f"human:{random.choice(able).name}"
