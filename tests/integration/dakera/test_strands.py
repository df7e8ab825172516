"""The store and the tool of strands-dakera, unmodified: they keep, find, change and forget."""

import asyncio
import json
from typing import Any

import pytest
from strands_dakera import DakeraMemoryStore, dakera_memory

from tests.conftest import TenantKey

AGENT = "user-dave"
DISPUTE = "Charged $299, the plan is $199"


@pytest.fixture(autouse=True)
def environment(dakera_url: str, tenant: TenantKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the package reads to find the server."""
    monkeypatch.setenv("DAKERA_BASE_URL", dakera_url)
    monkeypatch.setenv("DAKERA_API_KEY", tenant.key)
    monkeypatch.setenv("BYPASS_TOOL_CONSENT", "true")


def tool(action: str, **given: Any) -> tuple[str, str]:
    """What the tool answers, as an agent calls it: the status and the text."""
    answer = dakera_memory({"toolUseId": "t1", "input": {"action": action, "agent_id": AGENT, **given}})
    return answer["status"], answer["content"][0]["text"]


def test_strands_store_keeps_what_it_finds_again() -> None:
    async def story() -> None:
        store = DakeraMemoryStore(agent_id=AGENT, importance=0.9)
        assert (await store.add(DISPUTE, {"source": "chat"}))["content"] == DISPUTE
        (found,) = await store.search("what was charged?", {"max_search_results": 1})
        assert found.content == DISPUTE
        assert (found.metadata["importance"], found.metadata["source"]) == (0.9, "chat")

    asyncio.run(story())


def test_strands_tool_keeps_finds_changes_and_forgets() -> None:
    kept = json.loads(tool("store", content="Likes tea", importance=0.4, metadata={"a": 1})[1])["id"]
    assert json.loads(tool("retrieve", query="tea", top_k=1)[1])[0]["id"] == kept
    assert json.loads(tool("update", memory_id=kept, content="Likes coffee")[1])["content"] == "Likes coffee"
    assert json.loads(tool("get", memory_id=kept)[1])["content"] == "Likes coffee"
    assert tool("delete", memory_id=kept)[0] == "success"
    status, text = tool("get", memory_id=kept)
    assert status == "error"
    assert "There is no memory" in text
