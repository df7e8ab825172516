"""The session-handoff pattern for projects: each session starts from the one before, and any handoff starts several."""

import pytest

from tests.builders.live_sessions import a_session
from tests.builders.patterns import a_note, hand_over, missing, text_of
from warmline import Warmline
from warmline.live import LiveSession
from warmline.takeover import Takeover
from warmline_schemas.briefs import SectionName
from warmline_schemas.sessions import EndReason

TEMPLATE = "https://example.org/patterns/base.md"
TRIGGER = "Say “snapshot” at the end of a session to make the next handoff"
DONE = (
    "Created the project's first structure",
    "Defined the core data models: models/ holds User and Session",
    "Set up the testing framework: tests/ with a pytest configuration",
    "Set up a basic CI/CD pipeline",
)
STATE = "The project skeleton is complete, and the first feature can begin"
OBJECTIVE = "Implement user authentication (register, login, logout) with full test coverage"
CONSTRAINTS = ("Use JWT for tokens", "Hash passwords with bcrypt", "Follow the existing code style")
INSTRUCTIONS = (
    a_note("context", f"Read and apply this bootstrap template: {TEMPLATE}"),
    a_note("context", TRIGGER),
)
SETUP = (
    *(a_note("done", done) for done in DONE),
    a_note("status", STATE),
    *(a_note("decision", constraint) for constraint in CONSTRAINTS),
)


def the_first_session(client: Warmline) -> LiveSession:
    return a_session(client, *INSTRUCTIONS, agent="session-1", namespace="project")


def the_third_session(client: Warmline) -> Takeover:
    """Session 3 of a chain: session 1 was told the pattern, session 2 set the project up."""
    second = hand_over(client, the_first_session(client), to="session-2", reason="Set the project up").session
    second.remember_many(SETUP)
    return hand_over(client, second, to="session-3", reason="The setup phase is done", goal=OBJECTIVE)


@pytest.mark.usefixtures("worker")
def test_a_session_learns_what_the_one_before_accomplished(client: Warmline) -> None:
    warm = the_third_session(client)
    assert missing(text_of(warm.brief, SectionName.DONE), DONE) == []
    assert missing(warm.prompt, DONE) == []


@pytest.mark.usefixtures("worker")
def test_a_session_learns_where_things_stand_and_what_to_do(client: Warmline) -> None:
    brief = the_third_session(client).brief
    assert missing(text_of(brief, SectionName.FACTS), [STATE]) == []
    assert missing(text_of(brief, SectionName.ASK), [OBJECTIVE]) == []
    assert missing(text_of(brief, SectionName.DECIDED), CONSTRAINTS) == []


@pytest.mark.usefixtures("worker")
def test_every_session_learns_how_the_pattern_goes_on(client: Warmline) -> None:
    second = hand_over(client, the_first_session(client), to="session-2", reason="Set the project up")
    assert missing(second.prompt, [TEMPLATE, TRIGGER]) == []


@pytest.mark.usefixtures("worker")
def test_the_pattern_survives_a_session_that_does_not_repeat_it(client: Warmline) -> None:
    third = the_third_session(client)
    assert missing(third.prompt, [TEMPLATE, TRIGGER]) == []
    assert missing(third.brief.text, [TEMPLATE, TRIGGER]) == []


@pytest.mark.usefixtures("worker")
def test_the_continuation_template_ends_every_prompt_with_how_to_go_on(client: Warmline) -> None:
    session = a_session(client, *SETUP, agent="session-2", namespace="project")
    handoff = session.hand_off(
        to="session-3", reason="The setup phase is done", goal=OBJECTIVE, template="continuation"
    )
    warm = client.accept(handoff.id, agent="session-3")
    titles = [section.title for section in warm.brief.sections]
    assert titles[:3] == ["Previous session summary", "Current state", "Next objective"]
    assert missing(warm.prompt.partition("</warmline-handoff-")[2], ["snapshot", "request a handoff"]) == []


@pytest.mark.usefixtures("worker")
def test_a_handoff_says_between_which_sessions_it_stands(client: Warmline) -> None:
    warm = the_third_session(client)
    assert warm.brief.text.startswith("session-2 → session-3: The setup phase is done")
    assert (warm.handoff.hop, len(warm.chain.sessions)) == (2, 3)
    assert missing(warm.prompt, ["session-1 to session-2", "session-2 to session-3"]) == []


@pytest.mark.usefixtures("worker")
def test_alternatives_start_from_the_same_handoff(client: Warmline) -> None:
    third = the_third_session(client)
    other = client.accept(third.handoff.id, agent="session-3b", mode="branch")
    assert other.brief == third.brief
    assert other.session.id != third.session.id


@pytest.mark.usefixtures("worker")
def test_a_failed_session_is_abandoned_for_the_handoff_before(client: Warmline) -> None:
    third = the_third_session(client)
    again = client.accept(third.handoff.id, agent="session-3b", mode="rollback")
    assert third.session.refresh().ended_reason is EndReason.ROLLBACK
    assert missing(again.brief.text, [*DONE, OBJECTIVE]) == []


@pytest.mark.usefixtures("worker")
def test_a_handoff_is_a_text_that_can_be_committed(client: Warmline) -> None:
    page = client.handoffs.brief(the_third_session(client).handoff.id, "markdown")
    assert page.startswith("# session-2 → session-3: The setup phase is done\n")
    assert missing(page, ["## Done", "## Decided", OBJECTIVE, *CONSTRAINTS]) == []
