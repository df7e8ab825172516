"""Recall, search and what an agent should know when it starts, through Dakera's published client."""

from datetime import UTC, datetime, timedelta

import pytest
from dakera import ErrorCode, ValidationError

from tests.builders.requests import patch
from tests.conftest import Api
from tests.integration.dakera.clients import Dakera

DISPUTE = "User reports billing discrepancy: charged $299 but plan is $199/mo"


@pytest.fixture(autouse=True)
def known(dakera: Dakera) -> None:
    """What the tests look for."""
    dakera.store_memory("user-dave", DISPUTE, importance=0.9, tags=["billing", "open"])
    dakera.store_memory("user-dave", "The parcel arrived on Monday", importance=0.3, tags=["parcel"])
    dakera.store_memory("user-dave", "Dave likes tea", memory_type="semantic", importance=0.4)
    dakera.store_memory("user-eve", "Eve was charged $5", importance=0.9)


def test_a_recall_finds_what_matters_first_with_scores_that_fall(dakera: Dakera) -> None:
    found = dakera.recall("user-dave", "billing dispute", top_k=3)
    first = found.memories[0]
    scores = [one.score for one in found.memories]
    assert first.content == DISPUTE
    assert (first.importance, first.memory_type, first.metadata) == (0.9, "episodic", {})
    assert scores == sorted(scores, reverse=True)
    assert (first.rank_score, first.is_neighborhood, found.warnings) == (first.score, False, [])
    assert -1 <= first.vector_score <= 1
    assert "Eve was charged $5" not in [one.content for one in found.memories]


def test_a_recall_never_answers_more_than_it_was_asked_for(dakera: Dakera) -> None:
    assert len(dakera.recall("user-dave", "anything at all", top_k=2).memories) == 2
    assert dakera.recall("user-dave", "tea", top_k=1_000).warnings == ["top_k lowered to 200"]


def test_a_search_answers_flat_memories_with_their_scores(dakera: Dakera) -> None:
    found = dakera.search_memories("user-dave", "billing dispute", top_k=1)
    assert [(one["content"], one["tags"]) for one in found] == [(DISPUTE, ["billing", "open"])]
    assert found[0]["score"] == found[0]["rank_score"]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"memory_type": "semantic"}, {"Dave likes tea"}),
        ({"min_importance": 0.35}, {DISPUTE, "Dave likes tea"}),
        ({"tags": ["parcel"]}, {"The parcel arrived on Monday"}),
        ({"tags": ["parcel", "open"]}, {"The parcel arrived on Monday", DISPUTE}),
        ({"tags": ["none"]}, set()),
        ({"session_id": "no-session"}, set()),
    ],
)
def test_a_filter_leaves_out_what_does_not_have_it(
    dakera: Dakera, filter: dict[str, object], expected: set[str]
) -> None:
    recalled = dakera.recall("user-dave", "Dave", top_k=10, **filter)
    searched = dakera.search_memories("user-dave", "Dave", **filter)
    assert {one.content for one in recalled.memories} == {one["content"] for one in searched} == expected


def test_a_recall_asks_for_a_time(dakera: Dakera) -> None:
    dakera.store_memory("user-dave", "Long ago", event_time=datetime(2020, 1, 1, tzinfo=UTC))
    then = {"since": "2019-12-31T00:00:00Z", "until": "2020-01-02T00:00:00Z"}
    assert [one.content for one in dakera.recall("user-dave", "when", **then).memories] == ["Long ago"]


def test_a_recall_takes_what_tunes_dakeras_ranking_and_says_that_it_does_nothing(dakera: Dakera) -> None:
    found = dakera.recall(
        "user-dave",
        "billing dispute",
        include_associated=True,
        neighborhood_mode="separate",
        routing="hybrid",
        rerank=False,
        fusion="rrf",
    )
    assert (found.associated_memories, found.context_memories) == ([], [])
    assert found.warnings == [f"field '{name}' ignored" for name in ("fusion", "rerank", "routing")]


def test_an_agent_that_has_stored_nothing_recalls_nothing(dakera: Dakera) -> None:
    assert dakera.recall("user-nobody", "anything").memories == []
    assert dakera.search_memories("user-nobody", "anything") == []
    assert dakera.wake_up("user-nobody").memories == []


@pytest.mark.parametrize("method", ["recall", "search_memories"])
@pytest.mark.parametrize(
    ("field", "given"),
    [("top_k", {"top_k": 0}), ("min_importance", {"min_importance": 2}), ("agent_id", {"agent_id": "a b"})],
)
def test_a_wrong_question_is_refused_with_the_name_of_its_field(
    dakera: Dakera, method: str, field: str, given: dict[str, object]
) -> None:
    with pytest.raises(ValidationError, match=field) as raised:
        getattr(dakera, method)(**{"agent_id": "user-dave", "query": "x", **given})
    assert raised.value.code is ErrorCode.INVALID_REQUEST


def test_a_period_that_ends_before_it_begins_is_refused(dakera: Dakera) -> None:
    with pytest.raises(ValidationError, match="until"):
        dakera.recall("user-dave", "x", since="2026-01-02T00:00:00Z", until="2026-01-01T00:00:00Z")


def test_an_agent_wakes_up_with_what_matters_and_is_not_long_ago(dakera: Dakera) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=60)
    dakera.store_memory("user-dave", "What was important once", importance=1.0, event_time=long_ago)
    awake = dakera.wake_up("user-dave", top_n=3)
    assert [one.content for one in awake.memories] == [DISPUTE, "Dave likes tea", "The parcel arrived on Monday"]
    assert (awake.agent_id, awake.total_available) == ("user-dave", 4)
    assert dakera.wake_up("user-dave", min_importance=0.5).total_available == 2


def test_what_is_hidden_in_recalls_is_hidden_here_too(dakera: Dakera, own: Api) -> None:
    dakera.store_memory("user-dave", "The password is hunter2hunter2, the order is W1")
    patch(own, "preferences", {"hide_secrets_in_recall": True})
    found = dakera.recall("user-dave", "order W1", top_k=1).memories[0].content
    awake = [one.content for one in dakera.wake_up("user-dave").memories]
    assert "W1" in found
    assert not any("hunter2hunter2" in one for one in [found, *awake])
