"""Recall over HTTP: words, meaning and context, importance, bounded recency, filters, budgets, explanations."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import Api


def keep(api: Api, *memories: dict[str, object]) -> None:
    batch = [{"namespace": "user-dave", **memory} for memory in memories]
    assert api.http.post("/v1/memories/batch", json={"memories": batch}).status_code == 201


def recalled(api: Api, query: str, **changes: object) -> dict[str, Any]:
    answer = api.http.post("/v1/recall", json={"namespace": "user-dave", "query": query, **changes})
    assert answer.status_code == 200, answer.text
    recollection: dict[str, Any] = answer.json()
    return recollection


def contents(api: Api, query: str, **changes: object) -> list[str]:
    return [result["memory"]["content"] for result in recalled(api, query, **changes)["results"]]


def say(api: Api, *turns: str) -> str:
    """A session in which these turns were said."""
    started = api.http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()
    keep(api, *({"session_id": started["id"], "content": turn, "role": "user"} for turn in turns))
    return str(started["id"])


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
    result = recalled(api, "billing")["results"][0]
    factors = {name: value for name, value in result["parts"].items() if name.endswith("_factor")}
    product = result["parts"]["relevance"]
    for factor in factors.values():
        product *= factor
    assert len(factors) == 4
    assert result["score"] == pytest.approx(product, rel=1e-6)


def test_a_question_of_five_hundred_words_and_one_in_another_language_are_answered(api: Api) -> None:
    keep(api, {"content": "The invoice is overdue"}, {"content": "The cat sleeps"})
    assert len(contents(api, "what about the invoice " * 125)) == 2
    assert len(contents(api, "¿Dónde está la factura? '; DROP TABLE & | ! <->")) == 2


def test_an_unknown_namespace_has_nothing(api: Api) -> None:
    assert contents(api, "anything", namespace="nobody") == []


def test_the_turn_that_answers_is_found_by_the_turn_before_it(api: Api) -> None:
    say(api, "Which colour shall the kitchen get?", "Sage green, I think.")
    say(api, "How was the weekend?", "Quiet, thank you.", "Did the parcel arrive?", "Yes, on Monday.")
    assert contents(api, "What colour for the kitchen?")[:2] == [
        "Which colour shall the kitchen get?",
        "Sage green, I think.",
    ]


def test_a_word_hit_without_likeness_and_a_likeness_without_word_are_both_found(api: Api) -> None:
    keep(api, {"content": "xq-77b zzz"}, {"content": "He was billed twice"}, {"content": "The cat sleeps"})
    assert set(contents(api, "overcharged xq-77b", top_k=2)) == {"xq-77b zzz", "He was billed twice"}


@pytest.mark.parametrize("identifier", ["ACC-4521", "ERR_CONN_42", "3348917502", "jo.doe+x@mail.example.org"])
def test_an_identifier_wins_among_thousands(api: Api, identifier: str) -> None:
    keep(api, *({"content": f"The ticket of customer {number} was closed on a Monday"} for number in range(998)))
    keep(api, {"content": f"Seen {identifier} once"})
    assert (
        contents(api, f"please tell me about the ticket {identifier} of the customer")[0] == f"Seen {identifier} once"
    )


def test_a_token_budget_packs_the_best_that_fits(api: Api) -> None:
    keep(api, {"content": "billing " * 200}, {"content": "billing note"}, {"content": "billing again"})
    answer = recalled(api, "billing", token_budget=20)
    assert sorted(result["memory"]["content"] for result in answer["results"]) == ["billing again", "billing note"]
    assert answer["tokens"] <= 20


def test_filters_on_agent_time_metadata_and_slot_hold(api: Api) -> None:
    keep(
        api,
        {"content": "by anna", "agent": "anna"},
        {"content": "long ago", "event_time": "2020-01-01T00:00:00Z"},
        {"content": "tagged", "metadata": {"tag": "x", "more": [1, 2]}},
        {"content": "its plan", "slot": {"name": "plan", "value": "pro"}},
    )
    assert contents(api, "", agent="anna") == ["by anna"]
    assert contents(api, "", until="2021-01-01T00:00:00Z") == ["long ago"]
    assert contents(api, "", metadata={"tag": "x"}) == ["tagged"]
    assert contents(api, "", slot="plan") == ["its plan"]
    assert "long ago" not in contents(api, "", since="2021-01-01T00:00:00Z")


def test_one_session_and_one_chain_can_be_searched_alone(api: Api) -> None:
    here, _ = say(api, "the parcel is blue"), say(api, "the parcel is red")
    assert contents(api, "parcel", session_id=here) == ["the parcel is blue"]
    assert contents(api, "parcel", chain_id=here) == ["the parcel is blue"]


def test_a_superseded_value_falls_behind_the_current_one_and_says_so(api: Api) -> None:
    keep(
        api,
        {"content": "Dave's plan is pro", "slot": {"name": "plan", "value": "pro"}},
        {"content": "It is team now", "slot": {"name": "plan", "value": "team"}},
    )
    first, second = recalled(api, "Which plan is Dave's, pro?")["results"]
    assert first["memory"]["content"] == "It is team now"
    assert second["memory"]["superseded_by"] == first["memory"]["id"]
    assert contents(api, "Dave's plan", include_superseded=False) == ["It is team now"]


def test_what_is_pinned_does_not_age(api: Api) -> None:
    old = {"event_time": "2001-01-01T00:00:00Z"}
    keep(api, {"content": "pinned note", "pinned": True, **old}, {"content": "other note", **old})
    factors = {
        result["memory"]["content"]: result["parts"]["recency_factor"] for result in recalled(api, "note")["results"]
    }
    assert factors["pinned note"] == 1.0
    assert 0.9 <= factors["other note"] < 0.91


def test_a_request_can_weigh_otherwise(api: Api) -> None:
    keep(api, {"content": "billing bill", "importance": 0.0}, {"content": "invoice sum", "importance": 1.0})
    assert contents(api, "billing bill")[0] == "billing bill"
    by_importance = {"words": 0, "meaning": 0, "context": 0, "importance": 1.0}
    assert contents(api, "billing bill", weights=by_importance)[0] == "invoice sum"


def test_the_tenants_weights_hold_where_a_request_has_none(api: Api) -> None:
    keep(api, {"content": "billing bill", "importance": 0.0}, {"content": "invoice sum", "importance": 1.0})
    weights = {"words": 0, "meaning": 0, "context": 0, "importance": 1.0}
    assert api.http.patch("/v1/preferences", json={"weights": weights}).status_code == 200
    assert contents(api, "billing bill")[0] == "invoice sum"
    assert contents(api, "billing bill", weights={"words": 3})[0] == "billing bill"


def test_recalls_are_counted_only_where_asked_for_and_raise_the_rank_a_little(api: Api) -> None:
    keep(api, {"content": "billing one"}, {"content": "billing two"})
    assert recalled(api, "billing")["results"][0]["memory"]["times_recalled"] == 0
    last = contents(api, "billing")[-1]
    for _ in range(3):
        recalled(api, last, top_k=1, reinforce=True)
    parts = {result["memory"]["content"]: result["parts"] for result in recalled(api, "billing")["results"]}
    assert 1.0 < parts.pop(last)["recall_factor"] <= 1.1
    assert {part["recall_factor"] for part in parts.values()} == {1.0}


def test_an_explanation_names_terms_weights_and_what_was_left_out(api: Api) -> None:
    keep(api, *({"content": f"billing note {number}", "kind": "fact"} for number in range(5)), {"content": "chat"})
    answer = recalled(api, "the billing of ACC-4521", kinds=["fact"], top_k=2, explain=True)
    explanation = answer["explanation"]
    held = {term["term"]: term["memories"] for term in explanation["terms"]}
    assert (held["bill"], held["acc4521"]) == (5, 0)
    assert (explanation["scanned"], explanation["exact"]) == (6, True)
    assert explanation["left_out"] == {
        "filters": 1,
        "consolidated": 0,
        "superseded": 0,
        "top_k": 3,
        "token_budget": 0,
    }
    assert explanation["weights"]["words"] == 1.0
    assert answer["results"][0]["parts"]["signs"]["words"] > 0


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_namespace_with_hardly_any_memories_answers_sensibly(api: Api, count: int) -> None:
    notes = ["He was billed twice", "The cat sleeps", "It rains in Lisbon"][:count]
    keep(api, *({"content": note} for note in notes))
    assert contents(api, "overcharged customer, billed")[0] == "He was billed twice"
    assert len(contents(api, "zzz")) == count


def test_a_time_span_that_ends_before_it_begins_is_refused(api: Api) -> None:
    span = {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    answer = api.http.post("/v1/recall", json={"namespace": "user-dave", **span})
    assert answer.status_code == 422
    assert "until" in answer.text


def test_words_that_set_a_value_right_come_before_it_and_the_scores_still_fall(api: Api) -> None:
    said = ["My phone number is 555-0101", "No, it's 555-0199", "I have a blue door"]
    say(api, *said)
    results = recalled(api, "phone number")["results"]
    told = [one["memory"]["content"] for one in results]
    assert told.index(said[1]) + 1 == told.index(said[0])
    scores = [one["score"] for one in results]
    assert scores == sorted(scores, reverse=True)


def test_the_same_words_in_another_session_set_nothing_right(api: Api) -> None:
    say(api, "My phone number is 555-0101")
    say(api, "No, it's 555-0199")
    assert contents(api, "phone number")[0] == "My phone number is 555-0101"


def test_a_memory_of_just_the_least_importance_is_found_and_listed(api: Api) -> None:
    keep(api, {"content": "Just enough", "importance": 0.7}, {"content": "Too little", "importance": 0.69})
    listed = api.http.get("/v1/memories", params={"namespace": "user-dave", "min_importance": 0.7}).json()["items"]
    assert contents(api, "enough", min_importance=0.7) == ["Just enough"]
    assert [one["content"] for one in listed] == ["Just enough"]
