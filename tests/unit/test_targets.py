"""Targets: their names, made and read."""

import pytest

from warmline_schemas import targets
from warmline_schemas.targets import TargetKind


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (targets.of_operator("ann"), TargetKind.HUMAN),
        (targets.of_queue("billing"), TargetKind.QUEUE),
        (targets.of_skill("refunds"), TargetKind.SKILL),
        ("billing-bot", TargetKind.AGENT),
        ("human:", TargetKind.AGENT),
        ("crew:billing", TargetKind.AGENT),
    ],
)
def test_a_target_has_its_kind_by_the_word_before_its_colon(target: str, kind: TargetKind) -> None:
    assert targets.kind_of(target) is kind


@pytest.mark.parametrize("name", ["ann", "ann:smith"])
def test_an_operators_name_is_read_from_the_agent_as_which_they_work(name: str) -> None:
    assert targets.operator_of(targets.of_operator(name)) == name


@pytest.mark.parametrize("agent", ["billing-bot", "queue:billing", "human:", "ann"])
def test_an_agent_that_is_no_person_has_no_operators_name(agent: str) -> None:
    assert targets.operator_of(agent) is None
