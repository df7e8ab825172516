"""The memory and the sessions of llamaindex-dakera, unmodified.

``make test-llamaindex`` installs it, with LlamaIndex, in a folder of its own; without it there is nothing to run.
"""

import asyncio

import pytest
from dakera import FeatureNotAvailableError

from tests.conftest import TenantKey

llamaindex = pytest.importorskip("llama_index_dakera", reason="make test-llamaindex installs it")
nodes = pytest.importorskip("llama_index.core.schema")
DISPUTE = "Charged $299, the plan is $199"


@pytest.fixture
def where(dakera_url: str, tenant: TenantKey) -> dict[str, str]:
    """What each class is given to find the server."""
    return {"api_url": dakera_url, "api_key": tenant.key, "agent_id": "user-dave"}


def test_llamaindexs_memory_keeps_finds_weighs_and_forgets(where: dict[str, str]) -> None:
    memory = llamaindex.DakeraMemoryStore(**where)
    first = memory.put(DISPUTE, "semantic", 0.9, {"a": 1}, tags=["billing"], ttl_seconds=3_600)
    second = memory.put("Dave likes tea")
    found = memory.get("charged", top_k=1, tags=["billing"], memory_type="semantic", min_importance=0.5)
    assert [(one["id"], one["content"], one["metadata"]) for one in found] == [(first["id"], DISPUTE, {"a": 1})]
    assert [one[0]["id"] for one in memory.batch_get(["charged $299", "tea"], top_k=1)] == [first["id"], second["id"]]
    assert memory.hybrid_search("tea", top_k=1)[0]["id"] == second["id"]
    memory.update_importance(second["id"], 0.5)
    assert memory.stats()["total_memories"] == 2
    assert memory.consolidate()
    memory.delete(first["id"])
    memory.batch_delete([second["id"]])
    assert memory.get("tea") == []


def test_llamaindexs_memory_is_awaited_too(where: dict[str, str]) -> None:
    async def story() -> None:
        memory = llamaindex.DakeraMemoryStore(**where)
        kept = await memory.aput(DISPUTE)
        assert [one["id"] for one in await memory.aget("charged")] == [kept["id"]]
        await memory._async_client.close()

    asyncio.run(story())


def test_llamaindexs_sessions_start_hold_memories_and_end(where: dict[str, str]) -> None:
    with llamaindex.DakeraSessionManager(**where) as sessions:
        session_id = sessions.active_session_id
        llamaindex.DakeraMemoryStore(**where).put(DISPUTE, session_id=session_id)
        assert [one["content"] for one in sessions.memories(session_id)] == [DISPUTE]
        assert [one["id"] for one in sessions.list(active_only=True)] == [session_id]
    assert sessions.list(active_only=True) == []
    assert sessions.get(session_id)["memory_count"] == 1


def test_documents_of_llamaindex_are_told_that_they_are_not_served(dakera_url: str, tenant: TenantKey) -> None:
    store = llamaindex.DakeraIndexStore(api_url=dakera_url, api_key=tenant.key, namespace="shop")
    with pytest.raises(FeatureNotAvailableError):
        store.add([nodes.TextNode(text=DISPUTE)])
