"""The handoff command of coding agents: what was built, decided and comes next; read first, then confirmed."""

import pytest

from tests.builders.live_sessions import a_session
from tests.builders.patterns import a_call, a_note, hand_over, missing, text_of
from warmline import DraftChanged, HandoffStateForbids, Warmline
from warmline.live import LiveSession
from warmline.tools import SessionHandoffRequested, ask_for_handoff
from warmline_schemas.briefs import SectionName
from warmline_schemas.drafts import Draft
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
    assert missing(text_of(brief, SectionName.DONE), BUILT) == []
    assert missing(text_of(brief, SectionName.DONE, SectionName.SITUATION), ["run tests", "42 passed"]) == []


@pytest.mark.usefixtures("worker")
def test_the_next_agent_knows_intent_decisions_and_blockers(client: Warmline) -> None:
    brief = hand_over(client, a_coding_session(client), reason=REASON).brief
    assert missing(text_of(brief, SectionName.ASK), [INTENT, REASON]) == []
    assert missing(text_of(brief, SectionName.DECIDED), DECISIONS) == []
    assert missing(text_of(brief, SectionName.FAILED), [BLOCKER]) == []


@pytest.mark.usefixtures("worker")
def test_the_next_agent_starts_cold_from_the_next_steps(client: Warmline) -> None:
    warm = hand_over(client, a_coding_session(client), reason=REASON)
    assert missing(text_of(warm.brief, SectionName.NEXT_STEPS), STEPS) == []
    assert missing(warm.prompt, [INTENT, *BUILT, *DECISIONS, BLOCKER, "42 passed", *STEPS]) == []


@pytest.mark.usefixtures("worker")
def test_a_summary_that_was_written_by_hand_keeps_its_sections(client: Warmline) -> None:
    parts = [f"# Session summary - {REASON}", "## What was built", *(f"- {built}" for built in BUILT)]
    parts += ["## Design decisions", *(f"- {decision}" for decision in DECISIONS)]
    parts += ["## What's next", *(f"- {step}" for step in STEPS)]
    files = "src/chat-commands.ts, src/chat-slash.ts, src/i18n/en.ts, src/session-toolkit.ts"
    known = (a_note("context", INTENT), a_note("environment", f"Key files of /handoff: {files}"))
    session = a_session(client, *known, agent="coder", namespace="chat-client")
    handoff = session.hand_off(to="next-coder", reason=REASON, account="\n".join(parts))
    brief = client.accept(handoff.id, agent="next-coder").brief
    assert missing(text_of(brief, SectionName.DONE), BUILT) == []
    assert missing(text_of(brief, SectionName.DECIDED), DECISIONS) == []
    assert missing(text_of(brief, SectionName.NEXT_STEPS), STEPS) == []


@pytest.mark.usefixtures("worker")
def test_what_still_holds_of_an_earlier_summary_is_merged_into_the_next(client: Warmline) -> None:
    second = hand_over(client, a_coding_session(client), to="coder", reason=REASON).session
    second.remember("Built the picker for confirm and cancel in src/chat-picker.ts", kind="done")
    brief = hand_over(client, second, reason="The picker is done").brief
    assert missing(text_of(brief, SectionName.DECIDED), DECISIONS) == []
    assert missing(text_of(brief, SectionName.DONE), ["src/chat-picker.ts"]) == []
    assert missing(text_of(brief, SectionName.NEXT_STEPS), STEPS) == [STEPS[0]]


def test_a_model_can_only_request(client: Warmline) -> None:
    session = a_coding_session(client)
    asked = ask_for_handoff('{"reason": "The context is saturated"}')
    assert isinstance(asked, SessionHandoffRequested)
    assert session.chain().handoffs == []
    assert session.refresh().state is SessionState.OPEN


def the_command(client: Warmline, session: LiveSession, reason: str = REASON) -> Draft:
    """What a chat client does on `/handoff`, and after its model called the tool: it shows a draft."""
    handoff = session.hand_off(to="coder", reason=reason, review=True)
    assert client.handoffs.wait(handoff.id).state is HandoffState.DRAFTED
    return client.handoffs.draft(handoff.id)


def shown(client: Warmline, draft: Draft) -> str:
    """The draft as the transcript shows it."""
    return client.handoffs.brief(draft.handoff_id, "markdown")


@pytest.mark.usefixtures("worker")
def test_the_command_shows_a_draft_and_changes_nothing(client: Warmline) -> None:
    session = a_coding_session(client)
    draft = the_command(client, session)
    assert missing(shown(client, draft), ["## Done", "## Decided", "## Next"]) == []
    assert session.refresh().state is SessionState.OPEN
    assert session.remember("Going on as before").session_id == session.id


@pytest.mark.usefixtures("worker")
def test_confirming_starts_a_new_session_with_the_edited_summary_as_its_first_message(client: Warmline) -> None:
    session = a_coding_session(client)
    draft = the_command(client, session)
    steps = next(section for section in draft.brief.sections if section.name is SectionName.NEXT_STEPS)
    mine = "Ask Ann before touching the transcript"
    edited = client.handoffs.edit(
        draft.handoff_id, revision=draft.revision, sections={"next_steps": [*steps.lines, mine]}
    )
    client.handoffs.confirm(draft.handoff_id, revision=edited.revision)
    warm = client.accept(draft.handoff_id, agent="coder")
    first_message = {"role": "user", "content": warm.prompt}
    assert missing(first_message["content"], [INTENT, *BUILT, *DECISIONS, *STEPS, mine]) == []
    assert session.refresh().state is SessionState.ENDED
    assert warm.session.refresh().state is SessionState.OPEN


@pytest.mark.usefixtures("worker")
def test_cancelling_leaves_the_session_as_if_nobody_had_asked(client: Warmline) -> None:
    session = a_coding_session(client)
    before = session.refresh()
    draft = the_command(client, session)
    client.handoffs.cancel(draft.handoff_id, reason="Not yet")
    assert session.refresh() == before
    assert list(client.memories.list(chain_id=session.chain_id, kind="handoff")) == []
    assert the_command(client, session).revision == 1


@pytest.mark.usefixtures("worker")
def test_a_session_that_moved_on_says_what_its_draft_lacks(client: Warmline) -> None:
    session = a_coding_session(client)
    draft = the_command(client, session)
    session.remember("Built the picker in src/chat-picker.ts", kind="done")
    late = client.handoffs.draft(draft.handoff_id)
    assert [memory.content for memory in late.since_the_brief] == ["Built the picker in src/chat-picker.ts"]
    client.handoffs.renew(draft.handoff_id, revision=late.revision)
    client.handoffs.wait(draft.handoff_id)
    assert "src/chat-picker.ts" in client.handoffs.draft(draft.handoff_id).brief.text


@pytest.mark.usefixtures("worker")
def test_a_draft_cannot_be_taken_over_before_somebody_confirmed_it(client: Warmline) -> None:
    draft = the_command(client, a_coding_session(client))
    with pytest.raises(HandoffStateForbids, match="waits for somebody to confirm it"):
        client.accept(draft.handoff_id, agent="coder")


@pytest.mark.usefixtures("worker")
def test_two_who_review_at_once_do_not_overwrite_each_other(client: Warmline) -> None:
    draft = the_command(client, a_coding_session(client))
    client.handoffs.edit(draft.handoff_id, revision=draft.revision, headline="Ann's words")
    with pytest.raises(DraftChanged, match="Read it again"):
        client.handoffs.edit(draft.handoff_id, revision=draft.revision, headline="Bob's words")
