"""Many memories at once, through Dakera's published client."""

import time

import pytest
from dakera import (
    BatchForgetRequest,
    BatchMemoryFilter,
    BatchRecallRequest,
    BatchStoreMemoryItem,
    BatchStoreMemoryRequest,
    ValidationError,
)

from tests.integration.dakera.clients import Dakera


def stored(dakera: Dakera, *items: BatchStoreMemoryItem, agent: str = "user-dave") -> list[str]:
    answer = dakera.store_memories_batch(BatchStoreMemoryRequest(agent, list(items)))
    assert answer.stored_count == len(items)
    return [one.id for one in answer.stored]


def an_item(number: int, **changes: object) -> BatchStoreMemoryItem:
    return BatchStoreMemoryItem(**{"content": f"Event number {number}", "importance": number / 10, **changes})


def test_a_batch_is_stored_in_its_order(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave")["id"]
    answer = dakera.store_memories_batch(
        BatchStoreMemoryRequest("user-dave", [an_item(n, session_id=session, tags=[f"tag-{n}"]) for n in range(10)])
    )
    assert [one.content for one in answer.stored] == [f"Event number {n}" for n in range(10)]
    assert [one.tags for one in answer.stored] == [[f"tag-{n}"] for n in range(10)]
    assert {one.agent_id for one in answer.stored} == {"user-dave"}
    assert all(abs(one.created_at - time.time()) < 600 for one in answer.stored)
    assert answer.warnings == []
    assert dakera.get_session(session)["memory_count"] == 10


def test_a_batch_that_is_sent_again_with_ids_of_its_own_is_stored_once(dakera: Dakera) -> None:
    batch = [an_item(n, id=f"crm-{n}") for n in range(3)]
    assert stored(dakera, *batch) == stored(dakera, *batch)
    assert dakera.agent_stats("user-dave")["total_memories"] == 3


def test_a_batch_with_a_wrong_memory_stores_none(dakera: Dakera) -> None:
    with pytest.raises(ValidationError, match=r"memories\.1\.importance"):
        stored(dakera, an_item(1), an_item(2, importance=7.0))
    assert dakera.agent_memories("user-dave") == []


def test_a_batch_has_one_to_a_thousand_memories(dakera: Dakera) -> None:
    for number in (0, 1_001):
        with pytest.raises(ValidationError, match="memories"):
            dakera.store_memories_batch(BatchStoreMemoryRequest("user-dave", [an_item(1)] * number))


def test_a_filter_lists_memories_without_a_query(dakera: Dakera) -> None:
    stored(dakera, *(an_item(n, tags=["even" if n % 2 == 0 else "odd", "all"]) for n in range(1, 7)))
    few = dakera.batch_recall(
        BatchRecallRequest("user-dave", BatchMemoryFilter(tags=["even", "all"], min_importance=0.3), limit=1)
    )
    low = dakera.batch_recall(BatchRecallRequest("user-dave", BatchMemoryFilter(max_importance=0.2)))
    assert [one.content for one in few.memories] == ["Event number 6"]
    assert (few.total, few.filtered, few.truncated) == (6, 2, True)
    assert [one.content for one in low.memories] == ["Event number 2", "Event number 1"]
    assert (low.total, low.filtered, low.truncated) == (6, 2, False)


def test_a_filter_takes_the_time_of_storing(dakera: Dakera) -> None:
    stored(dakera, an_item(1))
    now = int(time.time())
    around = BatchMemoryFilter(created_after=now - 600, created_before=now + 600)
    later = BatchMemoryFilter(created_after=now + 600)
    assert len(dakera.batch_recall(BatchRecallRequest("user-dave", around)).memories) == 1
    assert dakera.batch_recall(BatchRecallRequest("user-dave", later)).memories == []


def test_a_filter_takes_a_type_and_a_session(dakera: Dakera) -> None:
    session = dakera.start_session("user-dave")["id"]
    stored(dakera, an_item(1, memory_type="semantic"), an_item(2, session_id=session), an_item(3, session_id="own"))
    for wanted, number in (({"memory_type": "semantic"}, 1), ({"session_id": session}, 2), ({"session_id": "own"}, 3)):
        found = dakera.batch_recall(BatchRecallRequest("user-dave", BatchMemoryFilter(**wanted)))
        assert [one.content for one in found.memories] == [f"Event number {number}"]


def test_a_filter_forgets_what_it_selects_and_nothing_else(dakera: Dakera) -> None:
    stored(dakera, *(an_item(n) for n in range(1, 6)))
    stored(dakera, an_item(1), agent="user-eve")
    forgotten = dakera.batch_forget(BatchForgetRequest("user-dave", BatchMemoryFilter(max_importance=0.3)))
    assert forgotten.deleted_count == 3
    assert [one["content"] for one in dakera.agent_memories("user-dave")] == ["Event number 5", "Event number 4"]
    assert len(dakera.agent_memories("user-eve")) == 1


def test_nothing_is_forgotten_without_a_filter(dakera: Dakera) -> None:
    stored(dakera, an_item(1))
    with pytest.raises(ValidationError, match="at least one condition"):
        dakera.batch_forget(BatchForgetRequest("user-dave"))
    assert len(dakera.agent_memories("user-dave")) == 1


def test_one_memory_stands_for_its_near_duplicates(dakera: Dakera) -> None:
    twins = ["The customer was charged $299.", "the customer was charged $299"]
    ids = stored(dakera, *(an_item(5, content=content) for content in [*twins, "Dave likes tea"]))
    made = dakera.consolidate("user-dave", threshold=0.8, memory_ids=ids[:2])
    assert made["memories_removed"] == 1
    assert {made["consolidated_memory"]["id"], *made["source_memory_ids"]} == set(ids[:2])
    assert dakera.consolidate("user-dave")["memories_removed"] == 0
    found = dakera.recall("user-dave", "charged $299", top_k=10).memories
    assert sum("charged" in one.content for one in found) == 1


def test_consolidating_nothing_removes_nothing(dakera: Dakera) -> None:
    assert dakera.consolidate("user-nobody") == {
        "consolidated_memory": None,
        "source_memory_ids": [],
        "memories_removed": 0,
        "warnings": [],
    }
