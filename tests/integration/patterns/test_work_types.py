"""The handoff protocol of coding agents: what a handoff must hold depends on the sort of work."""

import pytest

from tests.builders.live_sessions import Kept, a_session
from tests.builders.patterns import a_note, a_slot, hand_over, in_their_order, missing, text_of
from warmline import Warmline
from warmline.takeover import Takeover
from warmline_schemas.briefs import SectionName

TITLE = "Continue the API customer flows: raise the pass rate from 33.3% to 50% or more"
STATUS = (
    "30/90 API customer flow tests pass (33.3%)",
    "10+ endpoints for developers are new",
    "The ImportError of missing models (ScalingAssessment and others) is fixed",
    "The endpoint that generates API keys works, but the validation in its test needs a fix",
)
APPROACH = "Take the area with the most failing tests first, one endpoint at a time"
AREAS = (
    "webhook system: retry mechanisms, signature verification",
    "monitoring and analytics: real-time usage tracking, error rate monitoring",
    "security and compliance: JWT authentication, GDPR compliance",
    "billing system: currency conversion, tax calculation",
)
ACCOMPLISHED = (
    "The scaling assessment endpoint is fully functional, with comprehensive response data",
    "Corrected the field mappings of the models (developer, not developer_account)",
    "Added the field integration_type to DeveloperAccount",
    "15+ API endpoints answer with proper status codes",
)
COMMAND = "source venv/bin/activate && PYTHONPATH=src ./venv/bin/pytest tests/api_customer_flows/"
FILES = "src/api_service/views.py, src/api_service/urls.py, src/apps/models.py"
OUTCOME = "At least 45 of 90 tests pass"


def implementing(client: Warmline) -> Takeover:
    kept = (
        a_note("goal", TITLE, importance=1.0),
        *(a_note("status", status) for status in STATUS),
        a_note("decision", APPROACH),
        *(a_note("todo", area, importance=0.9 - place / 10) for place, area in enumerate(AREAS)),
        *(a_note("done", done) for done in ACCOMPLISHED),
        a_note("environment", f"Tests: `{COMMAND}`"),
        a_note("environment", f"Key files: {FILES}"),
    )
    return pass_on(client, *kept, goal=OUTCOME)


def pass_on(client: Warmline, *kept: Kept, goal: str | None = None) -> Takeover:
    session = a_session(client, *kept, agent="coder", namespace="platform")
    return hand_over(client, session, to="next-coder", reason="The session is over", goal=goal)


@pytest.mark.usefixtures("worker")
def test_the_next_agent_knows_the_task_and_what_counts_as_success(client: Warmline) -> None:
    brief = implementing(client).brief
    assert missing(text_of(brief, SectionName.ASK), [TITLE, f"goal: {OUTCOME}"]) == []


@pytest.mark.usefixtures("worker")
def test_the_next_agent_knows_the_figures(client: Warmline) -> None:
    brief = implementing(client).brief
    assert missing(text_of(brief, SectionName.FIGURES), STATUS[:1]) == []
    assert missing(text_of(brief, SectionName.FIGURES, SectionName.FACTS), STATUS) == []


@pytest.mark.usefixtures("worker")
def test_the_next_agent_finds_the_areas_in_order_of_their_importance(client: Warmline) -> None:
    brief = implementing(client).brief
    assert in_their_order(text_of(brief, SectionName.NEXT_STEPS), AREAS)
    assert missing(text_of(brief, SectionName.DECIDED), [APPROACH]) == []


@pytest.mark.usefixtures("worker")
def test_the_next_agent_knows_what_not_to_redo(client: Warmline) -> None:
    assert missing(text_of(implementing(client).brief, SectionName.DONE), ACCOMPLISHED) == []


@pytest.mark.usefixtures("worker")
def test_the_next_agent_can_run_the_tests_and_find_the_files(client: Warmline) -> None:
    assert missing(text_of(implementing(client).brief, SectionName.ENVIRONMENT), [f"`{COMMAND}`", FILES]) == []


@pytest.mark.usefixtures("worker")
def test_the_prompt_holds_all_of_it(client: Warmline) -> None:
    warm = implementing(client)
    assert missing(warm.prompt, [TITLE, *STATUS, APPROACH, *AREAS, *ACCOMPLISHED, COMMAND, FILES, OUTCOME]) == []
    assert not warm.prompt_truncated


@pytest.mark.usefixtures("worker")
def test_a_debugging_session_hands_over_results_failures_and_progress(client: Warmline) -> None:
    results = "12 of 80 tests fail, all of them in tests/webhooks"
    pattern = "Failure pattern: every one of them waits for the retry queue"
    errors = "TimeoutError in 9 tests, KeyError 'signature' in 3"
    progress = "Bisecting the commits since v2.3; up to v2.5 none is to blame"
    strategy = "Freeze the clock for each TimeoutError"
    kept = (a_slot("test results", results), a_note("error", pattern), a_note("error", errors))
    kept += (a_note("progress", progress), a_note("next", strategy))
    brief = pass_on(client, *kept).brief
    assert brief.template == "testing"
    assert missing(text_of(brief, SectionName.FIGURES, SectionName.FACTS), [results]) == []
    assert missing(text_of(brief, SectionName.FAILED), ["every one of them waits for the retry queue", errors]) == []
    assert missing(text_of(brief, SectionName.DONE, SectionName.NEXT_STEPS), [progress, strategy]) == []


@pytest.mark.usefixtures("worker")
def test_a_documentation_session_hands_over_coverage_gaps_and_style(client: Warmline) -> None:
    coverage, completed = "14 of 20 pages are written (70%)", "Wrote the pages on installation, sessions and handoffs"
    gap = "Write the pages on webhooks and on billing"
    inconsistent = "The tutorial says API token where the reference says API key: which one is it"
    style, structure = "Second person, present tense", "One example a page, below the first paragraph"
    kept = (a_slot("coverage", coverage), a_note("done", completed), a_note("todo", gap))
    kept += (a_note("open-question", inconsistent), a_slot("style", style), a_slot("structure", structure))
    brief = pass_on(client, *kept).brief
    assert brief.template == "documentation"
    assert missing(text_of(brief, SectionName.FIGURES, SectionName.FACTS), [coverage, style, structure]) == []
    assert missing(text_of(brief, SectionName.DONE), [completed]) == []
    assert missing(text_of(brief, SectionName.NEXT_STEPS, SectionName.OPEN_QUESTIONS), [gap, inconsistent]) == []
