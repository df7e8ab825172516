"""The handoff command of coding agents: what was built, decided and comes next; read first, then confirmed."""

from collections.abc import Iterator
from typing import Protocol

import pytest

from tests.integration.pattern_builders import a_call, a_note, a_session, hand_over, missing, told
from warmline import Warmline
from warmline.live import LiveSession
from warmline_schemas.briefs import SectionName
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.sessions import SessionState

BUILT = (
    "Added the /handoff command in src/chat-commands.ts",
    "Registered the slash command and its help in src/chat-slash.ts",
    "Added the texts that users see to src/i18n/en.ts",
    "Added a session-handoff tool to src/session-toolkit.ts; it only requests",
)
DECISIONS = (
    "The summary goes in as a user message, because history assembly leaves system messages out",
    "The tool changes no session, because the chat harness owns the transcript",
)
BLOCKER = "The picker for confirm and cancel waits for the redraw of the transcript"
STEPS = (
    "Build the picker for confirm and cancel",
    "Test the command flow, the slash help and the contract of the tool",
)
INTENT = "Carry intent, decisions and next steps into a new session without copying by hand"
REASON = "feat/handoff-command: the context is nearly full"


class Api(Protocol):
    """Where the platform is."""

    url: str
    key: str


@pytest.fixture
def client(api: Api) -> Iterator[Warmline]:
    with Warmline(api.url, api.key) as client:
        yield client


def a_coding_session(client: Warmline) -> LiveSession:
    return a_session(
        client,
        a_note("goal", INTENT),
        *(a_note("done", built) for built in BUILT),
        *(a_note("decision", decision) for decision in DECISIONS),
        a_note("blocker", BLOCKER),
        a_call("run_tests", "42 passed", path="src/chat-slash.test.ts"),
        *(a_note("next", step) for step in STEPS),
        agent="coder",
        namespace="chat-client",
    )


@pytest.mark.usefixtures("worker")
def test_the_next_agent_knows_what_was_built_and_verified(client: Warmline) -> None:
    brief = hand_over(client, a_coding_session(client), reason=REASON).brief
    assert missing(told(brief, SectionName.DONE), [*BUILT, "run tests", "42 passed"]) == []


@pytest.mark.usefixtures("worker")
def test_the_next_agent_knows_intent_decisions_and_blockers(client: Warmline) -> None:
    brief = hand_over(client, a_coding_session(client), reason=REASON).brief
    assert missing(told(brief, SectionName.ASK), [INTENT, REASON]) == []
    assert missing(told(brief, SectionName.DECIDED), DECISIONS) == []
    assert missing(told(brief, SectionName.FAILED), [BLOCKER]) == []


@pytest.mark.usefixtures("worker")
def test_the_next_agent_starts_cold_from_the_next_steps(client: Warmline) -> None:
    warm = hand_over(client, a_coding_session(client), reason=REASON)
    assert missing(told(warm.brief, SectionName.NEXT_STEPS), STEPS) == []
    assert missing(warm.prompt, [INTENT, *BUILT, *DECISIONS, BLOCKER, "42 passed", *STEPS]) == []


@pytest.mark.usefixtures("worker")
def test_a_summary_that_was_written_by_hand_keeps_its_sections(client: Warmline) -> None:
    parts = [f"# Session summary - {REASON}", "## What was built", *(f"- {built}" for built in BUILT)]
    parts += ["## Design decisions", *(f"- {decision}" for decision in DECISIONS)]
    parts += ["## What's next", *(f"- {step}" for step in STEPS)]
    brief = hand_over(client, a_session(client, a_note("summary", "\n".join(parts))), reason=REASON).brief
    assert missing(told(brief, SectionName.DONE), BUILT) == []
    assert missing(told(brief, SectionName.DECIDED), DECISIONS) == []
    assert missing(told(brief, SectionName.NEXT_STEPS), STEPS) == []


@pytest.mark.usefixtures("worker")
def test_what_still_holds_of_an_earlier_summary_is_merged_into_the_next(client: Warmline) -> None:
    second = hand_over(client, a_coding_session(client), to="coder", reason=REASON).session
    second.remember("Built the picker for confirm and cancel in src/chat-picker.ts", kind="done")
    brief = hand_over(client, second, reason="The picker is done").brief
    assert missing(told(brief, SectionName.DECIDED), DECISIONS) == []
    assert missing(told(brief, SectionName.DONE), ["src/chat-picker.ts"]) == []
    assert missing(told(brief, SectionName.NEXT_STEPS), STEPS) == [STEPS[0]]


def test_a_model_can_only_request(client: Warmline) -> None:
    session = a_coding_session(client)
    asked = session.hand_off(to="coder", reason="The context is saturated", mode="warm")
    assert (asked.state, asked.reason) == (HandoffState.REQUESTED, "The context is saturated")
    assert session.refresh().state is SessionState.OPEN


@pytest.mark.usefixtures("worker")
def test_a_summary_that_was_read_and_refused_leaves_the_session_untouched(client: Warmline) -> None:
    session = a_coding_session(client)
    asked = session.hand_off(to="coder", reason=REASON, mode="warm")
    client.handoffs.wait(asked.id)
    assert missing(client.handoffs.brief(asked.id, "markdown"), ["## Done", "## Decided", "## Next"]) == []
    client.handoffs.cancel(asked.id, reason="Not yet")
    assert session.refresh().state is SessionState.OPEN
    assert session.remember("Going on as before").session_id == session.id


@pytest.mark.usefixtures("worker")
def test_confirming_switches_to_the_new_session(client: Warmline) -> None:
    session = a_coding_session(client)
    asked = session.hand_off(to="coder", reason=REASON, mode="warm")
    warm = client.accept(asked.id, agent="coder")
    assert session.refresh().state is SessionState.ENDED
    assert warm.session.refresh().state is SessionState.OPEN
