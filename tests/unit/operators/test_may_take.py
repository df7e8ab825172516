"""Which handoffs an operator may take, and what stands in the way of the others."""

from datetime import UTC, datetime
from typing import Any

import pytest

from warmline_memory import operators
from warmline_memory.storage import tables


def an_operator(**changes: Any) -> tables.Operator:
    given = {"name": "ann", "queues": ["billing"], "skills": ["refunds"], "languages": ["en", "pt-BR"], "level": 2}
    return tables.Operator(**{**given, **changes})


def a_handoff(**changes: Any) -> tables.Handoff:
    given = {"target": "queue:billing", "skills": [], "language": None, "level": 1}
    return tables.Handoff(**{**given, **changes})


@pytest.mark.parametrize(
    "needs",
    [
        {},
        {"skills": ["refunds"]},
        {"level": 2},
        {"language": "en-GB"},
        {"language": "pt"},
        {"language": "PT-br"},
        {"target": "skill:refunds"},
        {"target": "human:ann", "skills": ["fraud"], "level": 9, "language": "de"},
    ],
)
def test_an_operator_may_take_what_asks_no_more_than_they_can(needs: dict[str, Any]) -> None:
    assert operators.may_take(an_operator(), a_handoff(**needs)) is None


@pytest.mark.parametrize(
    ("needs", "why"),
    [
        ({"target": "queue:fraud"}, "It goes to queue:fraud, which ann does not work."),
        ({"target": "skill:fraud"}, "It goes to skill:fraud, which ann does not work."),
        ({"target": "human:bob"}, "It goes to human:bob."),
        ({"target": "billing-bot"}, "It goes to billing-bot."),
        ({"skills": ["refunds", "fraud", "audit"]}, "It needs the skills audit, fraud."),
        ({"level": 3}, "It waits at level 3; ann works up to level 2."),
        ({"language": "pt-PT"}, "It needs the language pt-PT."),
    ],
)
def test_what_stands_in_the_way_is_said(needs: dict[str, Any], why: str) -> None:
    assert operators.may_take(an_operator(), a_handoff(**needs)) == why


def test_who_lists_no_language_speaks_any() -> None:
    assert operators.may_take(an_operator(languages=[]), a_handoff(language="ja")) is None


def test_a_disabled_operator_may_take_nothing() -> None:
    disabled = an_operator(disabled_at=datetime.now(UTC))
    assert operators.may_take(disabled, a_handoff()) == "ann is disabled."
