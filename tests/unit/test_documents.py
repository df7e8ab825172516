"""The documents tell the truth: every setting, every problem and every state is in them."""

from pathlib import Path

import pytest

from warmline_memory.settings import Settings
from warmline_schemas.handoffs import HandoffState

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `WARMLINE_{name.upper()}` |" in (DOCS / "settings.md").read_text()


def test_every_state_of_a_handoff_is_in_the_glossary() -> None:
    glossary = (DOCS / "glossary.md").read_text()
    assert [state for state in HandoffState if state not in glossary] == []


def test_every_decision_has_its_price() -> None:
    decisions = sorted((DOCS / "decisions").glob("0*.md"))
    assert decisions
    assert [page.name for page in decisions if "**Price.**" not in page.read_text()] == []
