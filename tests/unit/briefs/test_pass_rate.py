"""A working session on customer flows, 30 of whose 90 tests pass: its brief has all that the next one begins with."""

from pathlib import Path

import pytest

from tests.builders.coding_sessions import brief_of, plain, written
from warmline_memory.briefs.templates import BUILT_IN
from warmline_schemas.briefs import Brief, SectionName

SESSION = Path(__file__).with_name("coding_sessions") / "pass_rate.txt"
ORDER = [
    (SectionName.ASK, "from 33.3% to at least 50%"),
    (SectionName.FIGURES, "30 of 90 passed (33.3%)"),
    (SectionName.FAILED, "30 passed, 60 failed"),
    (SectionName.DECIDED, "A stub for the missing models did not work"),
    (SectionName.NEXT_STEPS, "Webhook enhancements: retries, signature verification"),
    (SectionName.DONE, "1f2e3d4"),
    (SectionName.ENVIRONMENT, "source venv/bin/activate && PYTHONPATH=src ./venv/bin/pytest tests/api_customer_flows/"),
    (SectionName.EXPECTED_OUTCOME, "from 33.3% to at least 50%"),
]
"""What stands in which section, in the order in which a brief is read: the task with its goal, figures, approach, areas
by rank, what is done already, the environment, the outcome."""
WORKING = ("code", "testing", "documentation", "quality", "infrastructure", "planning")


@pytest.fixture
def brief(tmp_path: Path) -> Brief:
    return brief_of(*written(tmp_path, SESSION.read_text("utf-8")))


def test_the_brief_of_a_working_session_has_its_parts_in_the_order_of_a_prompt(brief: Brief) -> None:
    said = {
        one.name: plain(" ".join(f"{line.label or ''} {line.text}" for line in one.lines)) for one in brief.sections
    }
    assert [text for name, text in ORDER if plain(text) not in said.get(name, "")] == []
    names = [one.name for one in brief.sections]
    places = [names.index(name) for name, _ in ORDER]
    assert places == sorted(places)


def test_areas_keep_the_rank_that_the_plan_gave_them(brief: Brief) -> None:
    steps = next(one for one in brief.sections if one.name is SectionName.NEXT_STEPS).lines
    assert [line.text.partition(":")[0] for line in steps] == [
        "Webhook enhancements",
        "Monitoring and analytics",
        "Security and compliance",
        "Billing",
    ]


@pytest.mark.parametrize("name", WORKING)
def test_every_template_of_work_reads_in_the_order_of_a_prompt(name: str) -> None:
    names = [section.name for section in BUILT_IN[name].sections]
    parts = [part for part, _ in ORDER if part is not SectionName.ASK]
    assert [one for one in names if one in parts] == parts
    assert names[0] is SectionName.ASK
    assert 600 <= (BUILT_IN[name].words or 0) <= 900
