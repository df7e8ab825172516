"""Recall over HTTP: both arms, importance, bounded recency."""

from datetime import UTC, datetime, timedelta

from tests.conftest import Api


def keep(api: Api, *memories: dict[str, object]) -> None:
    batch = [{"namespace": "user-dave", **memory} for memory in memories]
    assert api.http.post("/v1/memories/batch", json={"memories": batch}).status_code == 201


def contents(api: Api, query: str, **changes: object) -> list[str]:
    answer = api.http.post("/v1/recall", json={"namespace": "user-dave", "query": query, **changes})
    assert answer.status_code == 200, answer.text
    return [result["memory"]["content"] for result in answer.json()["results"]]


def test_a_meaning_is_found_without_a_common_word(api: Api) -> None:
    keep(api, {"content": "The cat sleeps on the sofa"}, {"content": "He was billed twice for one month"})
    assert contents(api, "overcharged customer")[0] == "He was billed twice for one month"


def test_an_identifier_is_found_inside_a_sentence(api: Api) -> None:
    keep(api, *({"content": f"Note about account ACC-{number}"} for number in range(4500, 4600)))
    assert contents(api, "what do we know about ACC-4521 so far?")[0] == "Note about account ACC-4521"


def test_top_k_is_a_hard_maximum(api: Api) -> None:
    keep(api, *({"content": f"billing note {number}"} for number in range(30)))
    assert len(contents(api, "billing", top_k=7)) == 7


def test_of_two_equal_memories_the_more_important_comes_first(api: Api) -> None:
    keep(api, {"content": "plan is 199", "importance": 0.1}, {"content": "plan is 199!", "importance": 0.9})
    assert contents(api, "plan")[0] == "plan is 199!"


def test_age_never_buries_what_answers_the_question(api: Api) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=2000)).isoformat()
    old = {"content": "Dave is allergic to penicillin", "event_time": long_ago, "importance": 0.5}
    keep(api, old, *({"content": f"Chat about the weather, part {part}", "importance": 0.5} for part in range(50)))
    assert contents(api, "Which medicine is Dave allergic to?")[0] == "Dave is allergic to penicillin"


def test_an_empty_query_ranks_by_importance(api: Api) -> None:
    keep(api, {"content": "small", "importance": 0.1}, {"content": "large", "importance": 0.9})
    assert contents(api, "") == ["large", "small"]


def test_filters_hold(api: Api) -> None:
    keep(
        api,
        {"content": "billing fact", "kind": "fact", "importance": 0.8},
        {"content": "billing chat", "kind": "message", "importance": 0.8},
        {"content": "billing trifle", "kind": "fact", "importance": 0.1},
    )
    assert contents(api, "billing", kinds=["fact"], min_importance=0.5) == ["billing fact"]


def test_a_score_is_the_product_of_its_parts(api: Api) -> None:
    keep(api, {"content": "billing fact"})
    result = api.http.post("/v1/recall", json={"namespace": "user-dave", "query": "billing"}).json()["results"][0]
    parts = result["parts"]
    assert result["score"] == parts["relevance"] * parts["importance_factor"] * parts["recency_factor"]


def test_a_question_of_five_hundred_words_and_one_in_another_language_are_answered(api: Api) -> None:
    keep(api, {"content": "The invoice is overdue"}, {"content": "The cat sleeps"})
    assert len(contents(api, "what about the invoice " * 125)) == 2
    assert len(contents(api, "¿Dónde está la factura? '; DROP TABLE & | ! <->")) == 2


def test_an_unknown_namespace_has_nothing(api: Api) -> None:
    assert contents(api, "anything", namespace="nobody") == []
