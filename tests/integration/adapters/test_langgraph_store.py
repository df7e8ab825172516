"""LangGraph's store on the platform: what it puts, finds, lists and deletes, by itself and inside of a graph."""

import asyncio
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.store.base import BaseStore, GetOp, PutOp

from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline, InvalidRequest
from warmline.adapters.langgraph_store import WarmlineStore

TEA, COFFEE = {"text": "Dave drinks green tea in the morning", "cups": 3}, {"text": "Coffee after lunch", "cups": 1}
PREFERENCES = ("dave", "preferences")


def test_an_item_is_put_over_read_and_deleted(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        store = WarmlineStore(client, namespace="user-dave")
        assert await store.aget(PREFERENCES, "drink") is None
        await store.aput(PREFERENCES, "drink", COFFEE)
        await store.aput(PREFERENCES, "drink", TEA)
        item = await store.aget(PREFERENCES, "drink")
        assert item is not None
        assert (item.namespace, item.key, item.value) == (PREFERENCES, "drink", TEA)
        assert item.updated_at > item.created_at
        assert len([one async for one in client.memories.list(namespace="user-dave")]) == 1
        assert await store.aget(PREFERENCES[:1], "drink") is None, "a folder above is another place"
        await store.adelete(PREFERENCES, "drink")
        await store.adelete(PREFERENCES, "drink")
        assert await store.aget(PREFERENCES, "drink") is None
        await store.aput(PREFERENCES, "drink", COFFEE)
        assert (await store.asearch(PREFERENCES))[0].value == COFFEE

    play(story)


def test_puts_of_one_item_at_once_keep_one(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        store = WarmlineStore(client, namespace="user-dave")
        await asyncio.gather(*(store.aput(PREFERENCES, "drink", {"text": f"cup {n}"}) for n in range(8)))
        assert len(await store.asearch(())) == 1

    play(story)


def test_a_search_finds_by_meaning_by_fields_and_below_a_path(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        store = WarmlineStore(client, namespace="user-dave")
        await store.aput(PREFERENCES, "morning", TEA)
        await store.aput(PREFERENCES, "lunch", COFFEE)
        await store.aput(("dave", "orders"), "W1", {"text": "Order W1, a teapot", "cups": 2})
        await store.aput(PREFERENCES, "unseen", {"text": "green tea in the morning"}, index=False)
        by_meaning = await store.asearch(PREFERENCES, query="What does he drink at breakfast? Green tea?")
        assert [item.key for item in by_meaning] == ["morning", "lunch"]
        assert by_meaning[0].score is not None
        assert [item.key for item in await store.asearch(("dave",), limit=2, offset=1)] == ["W1", "lunch"]
        assert [item.key for item in await store.asearch(("dave",), filter={"cups": {"$gte": 2, "$lt": 3}})] == ["W1"]
        assert [item.key for item in await store.asearch((), query="tea", filter={"cups": 3})] == ["morning"]
        assert [item.key for item in await store.asearch((), filter={"cups": {"$gt": "many"}})] == []
        assert await store.asearch(("da",)) == []

    play(story)


def test_paths_are_listed_by_their_ends_and_depth(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        store = WarmlineStore(client, namespace="shop")
        for path in (("dave", "orders", "open"), ("dave", "preferences"), ("eve", "preferences")):
            await store.aput(path, "one", TEA)
        assert await store.alist_namespaces(prefix=("dave",), max_depth=2) == [("dave", "orders"), PREFERENCES]
        assert await store.alist_namespaces(suffix=("preferences",)) == [PREFERENCES, ("eve", "preferences")]
        assert await store.alist_namespaces(prefix=("*", "orders")) == [("dave", "orders", "open")]
        assert await store.alist_namespaces(limit=1, offset=1) == [PREFERENCES]

    play(story)


def test_each_customer_of_a_graph_has_a_namespace_that_is_forgotten_with_them(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        store = WarmlineStore(client, namespace=lambda path: f"user-{path[0]}")
        await store.aput(PREFERENCES, "drink", TEA)
        await store.aput(("eve", "preferences"), "drink", COFFEE)
        recalled = (await client.memories.recall("green tea", namespace="user-dave")).results
        assert [hit.memory.content for hit in recalled] == ["text: Dave drinks green tea in the morning\ncups: 3"]
        await client.namespaces.forget("user-dave")
        assert await store.aget(PREFERENCES, "drink") is None
        assert await store.aget(("eve", "preferences"), "drink") is not None

    play(story)


def test_an_item_expires_unless_it_is_put_to_stay(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        store = WarmlineStore(client, namespace="user-dave")
        await store.aput(PREFERENCES, "drink", TEA, ttl=60)
        expires = [memory.expires_at async for memory in client.memories.list(namespace="user-dave")]
        assert expires != [None]
        await store.aput(PREFERENCES, "drink", TEA)
        assert [memory.expires_at async for memory in client.memories.list(namespace="user-dave")] == [None]

    play(story)


def test_an_item_that_is_too_large_is_refused_with_its_reason(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        store = WarmlineStore(client, namespace="user-dave")
        with pytest.raises(InvalidRequest, match="metadata"):
            await store.aput(PREFERENCES, "novel", {"text": "tea " * 20_000})

    play(story)


def test_a_graph_finds_in_its_store_what_another_thread_put_there(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        def keep(state: MessagesState, *, store: BaseStore) -> dict[str, Any]:
            store.put(PREFERENCES, "drink", {"text": str(state["messages"][-1].content)})
            return {}

        async def answer(state: MessagesState, *, store: BaseStore) -> dict[str, Any]:
            found = await store.asearch(PREFERENCES, query="drink")
            return {"messages": [AIMessage(found[0].value["text"])]}

        graph = StateGraph(MessagesState)
        graph.add_node("keep", keep)
        graph.add_node("answer", answer)
        graph.add_edge(START, "keep")
        graph.add_edge("keep", "answer")
        store = WarmlineStore(client, namespace="user-dave", fields=["text"])
        said = await graph.compile(store=store).ainvoke({"messages": [("user", "Only oolong")]})
        assert said["messages"][-1].content == "Only oolong"
        recalled = (await client.memories.recall("oolong", namespace="user-dave")).results
        assert recalled[0].memory.content == "Only oolong"
        with pytest.raises(RuntimeError, match="await"):
            store.batch([GetOp(PREFERENCES, "drink"), PutOp(PREFERENCES, "drink", None)])

    play(story)
