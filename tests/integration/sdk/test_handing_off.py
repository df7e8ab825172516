"""The SDK against the real platform: work in a session, hand it off, take it over."""

import pytest

from tests.builders.live_sessions import a_session
from tests.conftest import Api
from warmline import (
    BriefNotWritten,
    HandoffAccepted,
    HandoffInProgress,
    HandoffStateForbids,
    NotFound,
    SessionEnded,
    Unauthenticated,
    Warmline,
)
from warmline.live import LiveSession
from warmline_schemas.handoffs import Handoff, HandoffState
from warmline_schemas.memories import Outcome, Remember
from warmline_schemas.sessions import EndReason, SessionState

OVERCHARGE = "I was charged $299 but my plan is $199 a month"


def hand_off(session: LiveSession, to: str = "billing-specialist") -> Handoff:
    return session.hand_off(to=to, reason="Customer disputes a $100 overcharge", goal="Refund or explain it")


def test_leaving_the_block_ends_the_session(client: Warmline) -> None:
    with a_session(client) as session:
        assert session.refresh().state is SessionState.OPEN
    assert session.refresh().ended_reason is EndReason.CLIENT


def test_an_exception_ends_the_session_and_is_raised_again(client: Warmline) -> None:
    with pytest.raises(ZeroDivisionError), a_session(client) as session:
        raise ZeroDivisionError
    assert session.refresh().state is SessionState.ENDED


@pytest.mark.usefixtures("worker")
def test_a_session_that_was_handed_off_ends_with_its_brief(client: Warmline) -> None:
    with a_session(client) as session:
        session.remember(OVERCHARGE, role="user", importance=0.9)
        handoff = hand_off(session)
    client.handoffs.wait(handoff.id)
    assert session.refresh().ended_reason is EndReason.HANDOFF


def test_a_session_whose_handoff_was_cancelled_ends_with_its_block(client: Warmline) -> None:
    with a_session(client) as session:
        handoff = session.hand_off(to="billing-specialist", reason="Too hard", mode="warm")
        client.handoffs.cancel(handoff.id, reason="The customer solved it")
    assert session.refresh().ended_reason is EndReason.CLIENT


@pytest.mark.usefixtures("worker")
def test_the_target_wakes_up_with_the_brief_and_works_on(client: Warmline) -> None:
    with a_session(client) as session:
        session.remember(OVERCHARGE, role="user", importance=0.9)
        handoff = hand_off(session)
    with client.accept(handoff.id, agent="billing-specialist") as warm:
        warm.session.remember("Refunded $100", role="agent")
        assert "$299" in warm.brief.text
        assert "$299" in warm.prompt
        assert warm.memories[0].handoff_id == handoff.id
    assert warm.session.refresh().state is SessionState.ENDED


@pytest.mark.usefixtures("worker")
def test_the_target_can_hand_off_in_its_turn(client: Warmline) -> None:
    with a_session(client) as session:
        session.remember(OVERCHARGE, role="user")
        first = hand_off(session)
    with client.accept(first.id, agent="billing-specialist") as warm:
        warm.session.remember("The refund needs a person's signature", role="agent")
        second = hand_off(warm.session, to="human:operator-7")
    with client.accept(second.id, agent="human:operator-7") as person:
        agents = [session.agent for session in person.session.chain().sessions]
    assert agents == ["tier1-bot", "billing-specialist", "human:operator-7"]
    assert second.hop == 2


@pytest.mark.usefixtures("worker")
def test_what_comes_after_the_brief_arrives_too(client: Warmline) -> None:
    session = a_session(client)
    session.remember(OVERCHARGE, role="user")
    handoff = session.hand_off(to="billing-specialist", reason="Too hard", mode="warm")
    client.handoffs.wait(handoff.id)
    session.remember("And please hurry", role="user")
    with client.accept(handoff.id, agent="billing-specialist") as warm:
        assert [memory.content for memory in warm.since_the_brief] == ["And please hurry"]


@pytest.mark.usefixtures("worker")
def test_taking_over_twice_is_refused_and_branching_is_not(client: Warmline) -> None:
    with a_session(client) as session:
        session.remember(OVERCHARGE, role="user")
        handoff = hand_off(session)
    with client.accept(handoff.id, agent="billing-specialist"):
        with pytest.raises(HandoffAccepted):
            client.accept(handoff.id, agent="another-specialist")
        with client.accept(handoff.id, agent="another-specialist", mode="branch") as branch:
            assert not branch.session.refresh().owns_conversation


def test_accepting_what_was_cancelled_is_refused(client: Warmline) -> None:
    with a_session(client) as session:
        handoff = session.hand_off(to="billing-specialist", reason="Too hard", mode="warm")
        client.handoffs.cancel(handoff.id)
        with pytest.raises(HandoffStateForbids):
            client.accept(handoff.id, agent="billing-specialist", wait=0)


@pytest.mark.usefixtures("worker")
def test_a_claim_is_held_and_prolonged(client: Warmline) -> None:
    with a_session(client) as session:
        session.remember(OVERCHARGE, role="user")
        handoff = hand_off(session)
    client.handoffs.wait(handoff.id)
    first = client.handoffs.claim(handoff.id, agent="human:operator-7")
    again = client.handoffs.heartbeat(handoff.id, token=first.token, lease_seconds=600)
    assert first.token == again.token
    assert first.expires_at < again.expires_at


@pytest.mark.usefixtures("worker")
def test_a_brief_reads_the_same_bytes_every_time(client: Warmline) -> None:
    with a_session(client) as session:
        session.remember(OVERCHARGE, role="user")
        handoff = hand_off(session)
    client.handoffs.wait(handoff.id)
    assert client.handoffs.brief(handoff.id, "markdown") == client.handoffs.brief(handoff.id, "markdown")
    assert client.handoffs.brief(handoff.id, "text") == client.handoffs.brief(handoff.id).text


def test_waiting_for_a_cancelled_handoff_says_so(client: Warmline) -> None:
    with a_session(client) as session:
        handoff = session.hand_off(to="billing-specialist", reason="Too hard", mode="warm")
        client.handoffs.cancel(handoff.id, reason="The customer solved it")
        with pytest.raises(BriefNotWritten, match=r"was cancelled \(The customer solved it\)") as refused:
            client.handoffs.wait(handoff.id)
    assert refused.value.handoff.state is HandoffState.CANCELLED


def test_a_second_handoff_of_a_session_is_refused(client: Warmline) -> None:
    with a_session(client) as session:
        session.hand_off(to="billing-specialist", reason="Too hard", mode="warm")
        with pytest.raises(HandoffInProgress):
            session.hand_off(to="another-specialist", reason="Too hard", mode="warm")


def test_writing_to_an_ended_session_is_refused(client: Warmline) -> None:
    with a_session(client) as session:
        pass
    with pytest.raises(SessionEnded):
        session.remember("Too late")


def test_an_action_is_kept_with_what_is_known_of_it(client: Warmline) -> None:
    with a_session(client) as session:
        kept = session.remember_action("refund", {"amount": 100}, {"ok": True}, outcome="confirmed")
    assert kept.action is not None
    assert (kept.kind, kept.action.arguments, kept.action.outcome) == ("action", {"amount": 100}, Outcome.CONFIRMED)


def test_many_memories_are_kept_in_their_order(client: Warmline) -> None:
    with a_session(client) as session:
        third = Remember(content="Third", session_id=session.id)
        kept = session.remember_many(["First", {"content": "Second", "kind": "fact"}, third])
    assert [memory.content for memory in kept] == ["First", "Second", "Third"]
    assert {memory.session_id for memory in kept} == {session.id}


def test_a_named_value_can_be_a_pair(client: Warmline) -> None:
    with a_session(client) as session:
        kept = session.remember("The account is ACC-4521", slot=("account_id", "ACC-4521"))
    assert kept.slot is not None
    assert (kept.slot.name, kept.slot.value) == ("account_id", "ACC-4521")


def test_a_session_recalls_what_its_namespace_knows(client: Warmline) -> None:
    client.memories.remember("Prefers e-mail", namespace="user-dave", kind="fact")
    with a_session(client) as session:
        session.remember(OVERCHARGE, role="user")
        found = session.recall("how does the customer want to be contacted", kinds=["fact"])
    assert [result.memory.content for result in found.results] == ["Prefers e-mail"]


def test_a_memory_can_be_revised_and_forgotten(client: Warmline) -> None:
    memory = client.memories.remember("Prefers mail", namespace="user-dave")
    assert client.memories.revise(memory.id, content="Prefers e-mail").content == "Prefers e-mail"
    client.memories.forget(memory.id)
    with pytest.raises(NotFound):
        client.memories.get(memory.id)


def test_lists_go_on_over_their_pages(client: Warmline) -> None:
    for number in range(5):
        client.memories.remember(f"Fact {number}", namespace="user-dave", importance=number / 10)
    contents = [memory.content for memory in client.memories.list(namespace="user-dave", page_size=2)]
    important = list(client.memories.list(namespace="user-dave", min_importance=0.3))
    assert contents == [f"Fact {number}" for number in reversed(range(5))]
    assert len(important) == 2


def test_sessions_are_listed_by_what_they_are(client: Warmline) -> None:
    with a_session(client) as session, client.session(agent="other-bot", namespace="user-eve"):
        pass
    assert [found.id for found in client.sessions.list(agent="tier1-bot", state="ended")] == [session.id]


def test_handoffs_are_listed_by_what_they_are(client: Warmline) -> None:
    with a_session(client) as session:
        handoff = session.hand_off(to="billing-specialist", reason="Too hard", mode="warm")
    assert [found.id for found in client.handoffs.list(to="billing-specialist", session_id=session.id)] == [handoff.id]


def test_the_same_command_under_the_same_key_is_done_once(client: Warmline) -> None:
    told = [client.memories.remember("Once", namespace="user-dave", idempotency_key="ticket-7") for _ in range(2)]
    assert told[0].id == told[1].id


def test_metadata_comes_back_as_it_was_sent(client: Warmline) -> None:
    metadata = {"ticket": 7, "tags": ["billing", None], "nested": {"äöü": 1.5}}
    memory = client.memories.remember("Charged $299", namespace="user-dave", metadata=metadata)
    assert client.memories.get(memory.id).metadata == metadata


def test_the_key_says_whose_it_is(client: Warmline) -> None:
    assert client.whoami().tenant.startswith("tenant-")
    assert client.health().status == "ready"


def test_a_wrong_key_is_refused(api: Api) -> None:
    with Warmline(api.url, "wk-wrong") as stranger, pytest.raises(Unauthenticated):
        stranger.whoami()
