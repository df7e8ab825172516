"""Agents, the server and whose key it is, through Dakera's published client."""

import pytest
from dakera import ErrorCode, FeatureNotAvailableError, NotFoundError, ServerCapabilities, ValidationError

from tests.integration.dakera.clients import Dakera


def test_agents_are_listed_with_what_they_hold(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave")["id"]
    dakera.store_memory("user-dave", "A memory", session_id=session)
    dakera.end_session(dakera.start_session("user-dave")["id"])
    dakera.store_memory("user-eve", "Hers")
    assert dakera.list_agents() == [
        {"agent_id": "user-dave", "memory_count": 1, "session_count": 2, "active_sessions": 1},
        {"agent_id": "user-eve", "memory_count": 1, "session_count": 0, "active_sessions": 0},
    ]


def test_an_agent_is_created_by_its_first_memory(dakera: Dakera) -> None:
    before = dakera.create_agent("user-dave")
    dakera.store_memory("user-dave", "A memory")
    after = dakera.create_agent("user-dave")
    assert (before.agent_id, before.namespace, before.dimension) == ("user-dave", "user-dave", 384)
    assert (before.created, after.created) == (True, False)


def test_an_agent_needs_a_name_that_a_namespace_can_have(dakera: Dakera) -> None:
    with pytest.raises(ValidationError, match="agent_id"):
        dakera.create_agent("-x")


def test_what_an_agent_keeps_is_listed_newest_first_in_pages(dakera: Dakera) -> None:
    for number in range(5):
        dakera.store_memory("acme/user-dave", f"Number {number}", memory_type="working" if number == 2 else "episodic")
    everything = dakera.agent_memories("acme/user-dave")
    page = dakera.agent_memories("acme/user-dave", limit=2, offset=1, content_preview_chars=3, include_derived=True)
    assert [one["content"][-1] for one in everything] == ["4", "3", "2", "1", "0"]
    assert [(one["content"], one["content_len"]) for one in page] == [("Num", 8), ("Num", 8)]
    assert [one["id"] for one in page] == [one["id"] for one in everything[1:3]]
    assert [one["content"] for one in dakera.agent_memories("acme/user-dave", memory_type="working")] == ["Number 2"]


@pytest.mark.parametrize(("name", "given"), [("limit", 0), ("limit", 1_001), ("offset", -1)])
def test_a_wrong_page_is_refused(dakera: Dakera, name: str, given: int) -> None:
    with pytest.raises(ValidationError, match=name):
        dakera.agent_memories("user-dave", **{name: given})


def test_an_agents_figures_say_how_much_it_keeps(dakera: Dakera) -> None:
    dakera.store_memory("user-dave", "One", importance=0.2)
    dakera.store_memory("user-dave", "Two", importance=0.6, memory_type="semantic")
    dakera.start_session("user-dave")
    figures = dakera.agent_stats("user-dave")
    assert (figures["total_memories"], figures["memories_by_type"]) == (2, {"episodic": 1, "semantic": 1})
    assert (figures["total_sessions"], figures["active_sessions"]) == (1, 1)
    assert figures["avg_importance"] == pytest.approx(0.4)
    assert figures["oldest_memory_at"] <= figures["newest_memory_at"]


def test_an_agent_without_anything_has_figures_of_nothing(dakera: Dakera) -> None:
    figures = dakera.agent_stats("user-nobody")
    assert (figures["total_memories"], figures["memories_by_type"], figures["avg_importance"]) == (0, {}, None)


def test_the_server_says_that_it_is_well(dakera: Dakera) -> None:
    assert dakera.health()["status"] == dakera.health_live()["status"] == "healthy"
    assert dakera.health_ready()["status"] == "ready"
    assert dakera.is_ready()
    assert dakera.wait_until_ready(timeout=5)["status"] == "ready"


def test_the_server_says_what_it_can_do(dakera: Dakera) -> None:
    can: ServerCapabilities = dakera.capabilities()
    assert can.model_names == [can.active_model.name.value] if can.active_model else False
    assert (can.supports_session_touch, can.supports_records, can.sessions.idle_timeout_secs) == (True, False, 0)


def test_the_server_says_whose_key_it_is(dakera: Dakera) -> None:
    who = dakera.whoami()
    assert (who.name, who.scope, who.namespaces, who.unrestricted) == ("tests", "admin", None, True)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [("list_namespaces", ()), ("export_memories", ("jsonl", "user-dave")), ("knowledge_graph", ("user-dave", "x"))],
)
def test_what_dakera_has_and_warmline_has_not_says_so(dakera: Dakera, method: str, arguments: tuple[str, ...]) -> None:
    with pytest.raises(FeatureNotAvailableError, match="moving-from-dakera") as raised:
        getattr(dakera, method)(*arguments)
    assert raised.value.code is ErrorCode.NOT_IMPLEMENTED


def test_a_path_that_nobody_has_is_not_found(dakera: Dakera) -> None:
    with pytest.raises(NotFoundError) as raised:
        dakera._request("GET", "/v1/nowhere")
    assert raised.value.code is ErrorCode.ROUTE_NOT_FOUND
