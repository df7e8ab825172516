"""Dakera's sessions, through its published client."""

import pytest
from dakera import ConflictError, ErrorCode, NotFoundError, ValidationError
from dakera.session import ChatMemorySession

from tests.builders.requests import get
from tests.conftest import Api
from tests.integration.dakera.clients import Dakera


def test_a_session_starts_ends_and_is_read_with_what_it_holds(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave", metadata={"channel": "chat"})
    dakera.store_memory("user-dave", "Charged $299, the plan is $199", session_id=session["id"])
    dakera.store_memory("user-dave", "Customer since 2024", session_id=session["id"])
    ended = dakera.end_session(session["id"])
    again = dakera.get_session(session["id"])
    assert (session["agent_id"], session["metadata"], session["ended_at"]) == ("user-dave", {"channel": "chat"}, None)
    assert (ended["memory_count"], ended["session"]["ended_reason"]) == (2, "client")
    assert again == ended["session"]
    assert again["started_at"] <= again["last_activity_at"] <= again["ended_at"]


def test_a_summary_is_kept_with_the_session_and_recalled(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave")
    ended = dakera.end_session(session["id"], summary="Dave disputes an overcharge of $100")
    found = dakera.recall("user-dave", "overcharge", top_k=1)
    assert ended["session"]["summary"] == "Dave disputes an overcharge of $100"
    assert [one.content for one in found.memories] == ["Dave disputes an overcharge of $100"]


def test_a_session_that_has_ended_keeps_its_summary_and_its_memories(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave")
    first = dakera.end_session(session["id"], summary="The first")
    assert dakera.end_session(session["id"], summary="The second") == first


def test_a_touch_says_whether_the_session_is_open(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave", idle_timeout_secs=60)
    before = dakera.touch_session(session["id"])
    dakera.end_session(session["id"])
    after = dakera.touch_session(session["id"])
    assert (before.session_state, before.session.session_id, before.is_active) == ("active", session["id"], True)
    assert (after.session_state, after.session.is_ended) == ("ended", True)


def test_sessions_are_listed_by_agent_newest_first_in_pages(dakera: Dakera) -> None:
    made = [dakera.start_session("user-dave")["id"] for _ in range(3)]
    dakera.start_session("user-eve")
    dakera.end_session(made[0])
    everything = dakera.list_sessions("user-dave")
    page = dakera.list_sessions("user-dave", limit=1, offset=1)
    active = dakera.list_sessions("user-dave", active_only=True)
    assert ([one["id"] for one in everything["sessions"]], everything["total"]) == (made[::-1], 3)
    assert ([one["id"] for one in page["sessions"]], page["total"]) == ([made[1]], 3)
    assert ([one["id"] for one in active["sessions"]], active["total"]) == ([made[2], made[1]], 2)
    assert [one["id"] for one in dakera.agent_sessions("user-dave", active_only=True, limit=5)] == [made[2], made[1]]


def test_a_sessions_memories_are_listed_newest_first_and_cut_to_a_preview(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave")
    for number in range(3):
        dakera.store_memory("user-dave", f"The memory of number {number}", session_id=session["id"])
    listed = dakera.session_memories(session["id"])
    cut = dakera.session_memories(session["id"], limit=1, offset=2, content_preview_chars=10)
    assert [one["content"][-1] for one in listed] == ["2", "1", "0"]
    assert {one["session_id"] for one in listed} == {session["id"]}
    assert [(one["content"], one["content_len"], one["content_truncated"]) for one in cut] == [("The memory", 22, True)]


def test_what_is_told_to_an_ended_session_is_refused_with_where_to_go_on(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave")
    dakera.end_session(session["id"])
    with pytest.raises(ConflictError, match="Start a new session"):
        dakera.store_memory("user-dave", "Too late", session_id=session["id"])


def test_a_session_of_another_agent_takes_nothing(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave")
    with pytest.raises(ConflictError, match="user-dave"):
        dakera.store_memory("user-eve", "Hers", session_id=session["id"])


@pytest.mark.parametrize("session_id", ["01978f6e-7c1a-7000-8000-000000000001", "no-session"])
@pytest.mark.parametrize("method", ["get_session", "end_session", "touch_session", "session_memories"])
def test_a_session_that_is_not_there_is_not_found(dakera: Dakera, method: str, session_id: str) -> None:
    with pytest.raises(NotFoundError) as raised:
        getattr(dakera, method)(session_id)
    assert raised.value.code is ErrorCode.VECTOR_NOT_FOUND


@pytest.mark.parametrize("agent_id", ["", "user dave", "x" * 201])
def test_a_session_needs_a_name_that_an_agent_can_have(dakera: Dakera, agent_id: str) -> None:
    with pytest.raises(ValidationError, match="agent_id"):
        dakera.start_session(agent_id)


def test_metadata_name_who_works_in_a_session(dakera: Dakera, own: Api) -> None:
    session = dakera.start_session("user-dave", metadata={"agent": "tier1-bot"})
    other = dakera.start_session("user-dave")
    assert get(own, f"sessions/{session['id']}")["agent"] == "tier1-bot"
    assert get(own, f"sessions/{other['id']}")["agent"] == "user-dave"


def test_a_name_of_the_programs_own_keeps_memories_together_without_a_session(dakera: Dakera) -> None:
    dakera.store_memory("user-dave", "The invoice is wrong", session_id="conversation-7")
    dakera.store_memory("user-dave", "The parcel is late", session_id="conversation-8")
    found = dakera.recall("user-dave", "what is wrong or late", session_id="conversation-7")
    assert [one.content for one in found.memories] == ["The invoice is wrong"]
    assert dakera.get_memory("user-dave", found.memories[0].id)["session_id"] == "conversation-7"


def test_turns_of_a_chat_keep_who_said_them(dakera_of: object, dakera_url: str, own: Api) -> None:
    client = dakera_of(own.key)  # type: ignore[operator]
    with ChatMemorySession.create(client, "user-dave", metadata={"channel": "chat"}) as session:
        session.store("user", "My name is Dave and I was charged twice")
        session.store("assistant", "I am sorry to hear that")
        found = session.recall("who was charged", top_k=1)
        session_id = session.session_id
    kept = get(own, "memories", session_id=session_id)["items"]
    assert [one.content for one in found] == ["My name is Dave and I was charged twice"]
    assert [one["role"] for one in kept] == ["agent", "user"]
    assert get(own, f"sessions/{session_id}")["state"] == "ended"
