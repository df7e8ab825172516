"""The packages that are built on Dakera's client, unmodified: their memories and their sessions."""

from collections.abc import Iterator
from typing import Any

import pytest
from autogen_dakera import DakeraMemory as AutogenMemory, DakeraSessionManager as AutogenSessions
from crewai_dakera import DakeraSessionManager as CrewSessions, DakeraStorage
from langchain_dakera import DakeraAgentTools, DakeraMemory, DakeraSessionManager

from tests.conftest import TenantKey

DISPUTE = "Charged $299, the plan is $199"


@pytest.fixture
def where(dakera_url: str, tenant: TenantKey) -> dict[str, str]:
    """What each class is given to find the server."""
    return {"api_url": dakera_url, "api_key": tenant.key, "agent_id": "user-dave"}


def test_langchains_memory_keeps_turns_and_brings_them_back(where: dict[str, str]) -> None:
    memory = DakeraMemory(**where, tags=["chat"], session_id="conversation-7")
    memory.save_context({"input": f"Hello. {DISPUTE}"}, {"output": "I look at your invoice"})
    history = memory.load_memory_variables({"input": "what was charged?"})["history"]
    assert history == f"Human: Hello. {DISPUTE}\nAI: I look at your invoice"
    assert memory.load_memory_variables({"input": ""}) == {"history": ""}


def test_langchains_memory_stores_finds_weighs_and_forgets(where: dict[str, str]) -> None:
    memory = DakeraMemory(**where)
    first = memory.store(DISPUTE, memory_type="semantic", importance=0.9, tags=["billing"], metadata={"a": 1})
    second = memory.store("Dave likes tea")
    found = memory.recall("charged", top_k=1, tags=["billing"], memory_type="semantic", min_importance=0.5)
    assert found == [{"id": first["id"], "content": DISPUTE, "importance": 0.9, "metadata": {"a": 1}}]
    assert [one[0]["id"] for one in memory.batch_recall(["charged $299", "tea"], top_k=1)] == [
        first["id"],
        second["id"],
    ]
    assert memory.search("tea", top_k=1)[0]["id"] == second["id"]
    memory.update_importance(second["id"], 0.1)
    assert memory.search("tea", top_k=1)[0]["importance"] == 0.1
    assert memory.consolidate()["memories_removed"] == 0
    memory.batch_forget([first["id"], second["id"]])
    assert memory.search("tea") == []


def test_langchains_tools_show_what_an_agent_has(where: dict[str, str]) -> None:
    DakeraMemory(**where).store(DISPUTE)
    tools = DakeraAgentTools(**where)
    assert tools.stats()["total_memories"] == 1
    assert [one["content"] for one in tools.memories(limit=5)] == [DISPUTE]
    assert tools.sessions(active_only=True) == []


@pytest.fixture(params=[DakeraSessionManager, AutogenSessions, CrewSessions])
def sessions(request: pytest.FixtureRequest, where: dict[str, str]) -> Iterator[Any]:
    """The sessions of each package."""
    return request.param(**where)  # type: ignore[no-any-return]


def test_sessions_of_each_package_start_hold_memories_and_end(sessions: Any, where: dict[str, str]) -> None:
    listing = getattr(sessions, "list_sessions", None) or sessions.list
    session_id = sessions.start(metadata={"channel": "chat"})
    AutogenMemory(**where).add(DISPUTE, session_id=session_id)
    assert [one["content"] for one in sessions.memories(session_id)] == [DISPUTE]
    assert [one["id"] for one in listing(active_only=True)] == [session_id]
    sessions.end()
    shown = sessions.get(session_id)
    assert (shown["agent_id"], shown["metadata"], shown["memory_count"]) == ("user-dave", {"channel": "chat"}, 1)
    assert shown["ended_at"] >= shown["started_at"]
    assert listing(active_only=True) == []


def test_autogens_memory_adds_queries_and_forgets(where: dict[str, str]) -> None:
    memory = AutogenMemory(**where)
    kept = memory.add(DISPUTE, {"a": 1}, importance=0.9, tags=["billing"], ttl_seconds=3_600)
    found = memory.query("charged", top_k=1, tags=["billing"], min_importance=0.5)
    assert [(one["id"], one["content"], one["metadata"]) for one in found] == [(kept["id"], DISPUTE, {"a": 1})]
    assert memory.hybrid_search("charged")[0]["id"] == memory.batch_query(["charged"])[0][0]["id"] == kept["id"]
    memory.update_importance(kept["id"], 0.5)
    assert memory.stats()["avg_importance"] == 0.5
    memory.forget(kept["id"])
    assert memory.query("charged") == []


def test_crewais_storage_saves_searches_and_forgets(where: dict[str, str]) -> None:
    storage = DakeraStorage(**where)
    kept = storage.save(DISPUTE, {"a": 1}, tags=["billing"])
    assert storage.search("charged", limit=1)[0]["id"] == kept["id"]
    storage.batch_forget([kept["id"]])
    assert storage.search("charged") == []
