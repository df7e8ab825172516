"""How much a memory matters, estimated from the memory alone."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from warmline_memory.reading import importance
from warmline_schemas.memories import Action, Outcome, Role, Slot


def estimate(content: str = "Hello", **given: Any) -> float:
    return importance.estimate(content, **{"role": None, "kind": "message", "action": None, "slot": None, **given})


@pytest.mark.parametrize("content", ["Hello", "Thanks so much!", "ok", "Good morning, how are you?", "Great, bye"])
@pytest.mark.parametrize("role", list(Role))
def test_small_talk_matters_little(content: str, role: Role) -> None:
    assert estimate(content, role=role) <= 0.2


def test_a_disputed_charge_with_its_account_matters_much() -> None:
    assert 0.75 <= estimate("charged $299 but plan is $199, account ACC-4521", role=Role.USER) < 1.0


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("I want a refund for my order", "I want a refund for my order A-100234"),
        ("I want a refund for my order", "I want a refund of $50 for my order"),
        ("We meet in the office tomorrow", "I promise we meet in the office tomorrow"),
        ("The export runs on the server", "The export never runs on the server"),
        ("The export runs on the server", "I am worried the export runs on the server"),
        ("The export runs on the server", "Can you say whether the export runs on the server?"),
    ],
)
def test_each_sign_adds(less: str, more: str) -> None:
    assert estimate(more) > estimate(less)


def test_a_change_matters_more_than_a_lookup_and_a_failure_more_than_a_success() -> None:
    told = {
        name: estimate("call", kind="action", role=Role.TOOL, action=Action(name=tool, outcome=outcome))
        for name, tool, outcome in (
            ("lookup", "get_order", Outcome.UNKNOWN),
            ("change", "cancel_order", Outcome.CONFIRMED),
            ("failure", "cancel_order", Outcome.FAILED),
        )
    }
    assert told["lookup"] < told["change"] < told["failure"]


def test_a_named_value_matters_more_than_the_same_words_without() -> None:
    assert estimate("plan is Basic", slot=Slot(name="plan", value="Basic")) > estimate("plan is Basic")


def test_a_decision_matters_more_than_a_message() -> None:
    assert estimate("use Postgres for sessions", kind="decision") > estimate("use Postgres for sessions")


@given(st.text(max_size=300), st.sampled_from([None, *Role]), st.sampled_from(["message", "issue", "handoff"]))
def test_every_estimate_lies_between_small_talk_and_a_handoff(content: str, role: Role | None, kind: str) -> None:
    assert importance.SMALL_TALK <= estimate(content, role=role, kind=kind) <= importance.HIGHEST < 1.0


@given(st.text(max_size=200), st.sampled_from([None, *Role]))
def test_one_more_sign_never_matters_less(content: str, role: Role | None) -> None:
    plain = estimate(content, role=role)
    assert estimate(content, role=role, slot=Slot(name="a", value="b")) >= plain
    assert estimate(f"{content}\n\nAccount: ACC-4521.", role=role) >= plain


@given(st.text(max_size=200))
def test_an_estimate_depends_on_nothing_else(content: str) -> None:
    assert estimate(content) == estimate(content)
