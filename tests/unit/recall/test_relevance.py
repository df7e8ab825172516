"""Relevance: what answers a query, by its words, its meaning, and what was said around it."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy.typing import NDArray

from warmline_memory.language import terms
from warmline_memory.language.terms import Query
from warmline_memory.recall import ranking
from warmline_memory.recall.ranking import Memories, Relevances, Surroundings, TermTable, Weights
from warmline_memory.recall.ranking.matches import count

SALT = b"tenant/namespace"
NAN = float("nan")


def a_query(text: str = "Which bank refused the card?") -> Query:
    return terms.query(text, SALT)


def some_memories(
    *texts: str,
    cosines: Sequence[float] | None = None,
    sessions: Sequence[int] | None = None,
    ordinals: Sequence[int] | None = None,
    sample: Sequence[bool] | None = None,
) -> Memories:
    """Memories outside any session, about which the cosines say nothing, unless told otherwise."""
    hashes = [terms.hashes(terms.read(text), SALT) for text in texts]
    return Memories(
        cosines=np.array(cosines if cosines is not None else [0.1] * len(texts), dtype=np.float32),
        around=Surroundings(
            np.array(sessions if sessions is not None else [0] * len(texts), dtype=np.int64),
            np.array(ordinals if ordinals is not None else range(len(texts)), dtype=np.int32),
        ),
        table=TermTable(
            np.concatenate([*hashes, np.empty(0, dtype=np.int64)]),
            np.cumsum([0, *(len(of_one) for of_one in hashes)]),
        ),
        sample=np.array(sample if sample is not None else [True] * len(texts), dtype=np.bool_),
    )


def ranked(memories: Memories, query: Query) -> list[int]:
    return [int(row) for row in np.argsort(-ranking.weigh(memories, query).relevance, kind="stable")]


def contributions(found: Relevances) -> dict[str, NDArray[np.float32]]:
    """What each sign adds for each memory."""
    return {name: values[found.around.back] for name, values in found.ordered.items()}


def test_what_holds_the_words_comes_first() -> None:
    memories = some_memories("They talked about the weather", "Her bank refused it", "A train was late")
    assert ranked(memories, a_query())[0] == 1


def test_what_means_the_same_comes_first_without_a_common_word() -> None:
    memories = some_memories("a b c d", "Payment was declined", "e f g h", cosines=[0.0, 0.7, 0.1])
    assert ranked(memories, a_query())[0] == 1


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    memories = some_memories("card one", "card two", "card three", "bank four", "card five")
    assert ranked(memories, a_query("bank or card"))[0] == 3


def test_a_memory_without_comparable_cosine_is_found_by_its_words() -> None:
    memories = some_memories("nothing here", "the bank refused the card", "nor there", cosines=[0.3, NAN, 0.2])
    assert ranked(memories, a_query())[0] == 1


def test_an_answer_is_found_by_the_question_before_it() -> None:
    asked = ("Which bank refused your card?", "It was Northwind, last Tuesday")
    elsewhere = ("Who is coming to lunch?", "It was Northwind, last Tuesday")
    memories = some_memories(*elsewhere, *asked, sessions=[7, 7, 8, 8], ordinals=[0, 1, 0, 1])
    assert ranked(memories, a_query())[:2] == [2, 3]


def test_what_leads_to_an_answer_is_found_by_the_answer_after_it() -> None:
    memories = some_memories("Where was it?", "In Lisbon", "Hello", sessions=[7, 7, 8])
    nearby = contributions(ranking.weigh(memories, a_query("Lisbon")))["words_nearby"]
    assert nearby[1] > nearby[0] > nearby[2] == 0.0


def test_what_is_said_in_another_session_is_no_neighbour() -> None:
    said = ("Which bank refused your card?", "It was Northwind, last Tuesday")
    apart = ranking.weigh(some_memories(*said, sessions=[7, 8], ordinals=[0, 1]), a_query())
    assert contributions(apart)["words_nearby"][1] == 0.0


def test_memories_without_a_session_have_no_neighbours() -> None:
    said = ("Which bank refused your card?", "It was Northwind, last Tuesday")
    found = ranking.weigh(some_memories(*said), a_query())
    assert contributions(found)["words_nearby"][1] == contributions(found)["words_of_sitting"][1] == 0.0


def test_what_was_removed_in_between_leaves_neighbours_as_far_apart_as_they_were() -> None:
    said = ("Which bank refused your card?", "It was Northwind, last Tuesday")
    near, far, too_far = (
        contributions(ranking.weigh(some_memories(*said, sessions=[7, 7], ordinals=[0, gap]), a_query()))[
            "words_nearby"
        ]
        for gap in (1, 3, 9)
    )
    assert near[1] > far[1] > too_far[1] == 0.0


def test_the_order_in_which_memories_are_scanned_does_not_matter() -> None:
    said = ("Which bank refused your card?", "It was Northwind", "Lunch was great", "A bank of clouds", "Late trains")
    forward = some_memories(
        *said, cosines=[0.1, 0.2, 0.3, 0.4, 0.5], sessions=[7, 7, 8, 8, 0], ordinals=[0, 1, 0, 1, 0]
    )
    backward = some_memories(
        *said[::-1], cosines=[0.5, 0.4, 0.3, 0.2, 0.1], sessions=[0, 8, 8, 7, 7], ordinals=[0, 1, 0, 1, 0]
    )
    assert ranking.weigh(backward, a_query()).relevance[::-1] == pytest.approx(
        ranking.weigh(forward, a_query()).relevance, rel=1e-5
    )


def test_cosines_that_hardly_differ_say_little() -> None:
    memories = some_memories("card one", "rain two", "rain six", cosines=[0.100, 0.102, 0.100])
    assert np.ptp(contributions(ranking.weigh(memories, a_query()))["meaning"]) < 0.1


def test_a_word_that_no_memory_holds_does_not_make_the_others_count_less() -> None:
    memories = some_memories("The bank refused the card", "A train was late")
    alone, beside = (ranking.weigh(memories, a_query(text)).shares[0] for text in ("bank", "bank unheard"))
    assert alone == pytest.approx(beside)


def test_a_word_in_a_short_memory_counts_more_than_in_a_long_one() -> None:
    memories = some_memories("bank refused card", "bank one two three four five six seven eight nine ten")
    short, long = ranking.weigh(memories, a_query("bank")).shares
    assert short > long


def test_a_hash_that_only_begins_like_a_wanted_one_is_not_counted() -> None:
    table = TermTable(np.array([1 + (1 << 40), 1], dtype=np.int64), np.array([0, 1, 2]))
    assert count(table, np.array([1], dtype=np.int64), np.arange(2)).tolist() == [[0, 1], [1, 1]]


def test_thanks_answers_less_than_a_sentence() -> None:
    memories = some_memories("Thanks!", "Northwind has refused every payment since Tuesday", cosines=[0.3, 0.3])
    assert ranked(memories, a_query("anything unknown"))[0] == 1


def test_averages_come_from_the_sample_alone() -> None:
    memories = some_memories("bank one", "bank two", "bank three", sample=[True, False, False])
    assert ranking.weigh(memories, a_query("bank")).rarity == pytest.approx(np.log1p(0.5 / 1.5))


def test_how_many_memories_hold_each_term_is_told() -> None:
    query = a_query("bank card unheard")
    found = ranking.weigh(some_memories("bank card", "bank bank", "train"), query)
    assert dict(zip(query.terms, found.holders.tolist(), strict=True)) == {"unheard": 0, "bank": 2, "card": 1}


def test_the_contributions_explain_the_relevance() -> None:
    memories = some_memories("Her bank refused it", "A train was late", "Cards", cosines=[0.2, 0.4, 0.3])
    found = ranking.weigh(memories, a_query())
    units = np.sum(list(contributions(found).values()), axis=0)
    assert found.relevance == pytest.approx(np.exp((units - units.max()) / 4), rel=1e-4)


@pytest.mark.parametrize(
    ("off", "signs"),
    [
        (Weights(words=0), {"words", "words_nearby", "words_of_sitting", "identifiers"}),
        (Weights(meaning=0), {"meaning", "meaning_nearby"}),
        (Weights(context=0), {"words_nearby", "words_of_sitting", "meaning_nearby"}),
        (Weights(substance=0), {"substance"}),
    ],
)
def test_a_weight_of_nothing_switches_a_part_off(off: Weights, signs: set[str]) -> None:
    memories = some_memories("card 3348917502", "bank", cosines=[0.2, 0.5], sessions=[7, 7])
    found = contributions(ranking.weigh(memories, a_query("bank card 3348917502"), off))
    assert {name for name, values in found.items() if not values.any()} == signs


def test_a_stated_importance_decides_between_memories_of_nearly_equal_relevance() -> None:
    memories = some_memories("Her bank refused it", "His bank refused it", "A train", cosines=[0.3, 0.35, 0.0])
    relevance = ranking.weigh(memories, a_query()).relevance
    factors = ranking.importance_factors(np.array([1.0, 0.1, 0.5]), np.array([False] * 3))
    assert relevance[1] > relevance[0]
    assert (relevance * factors).argmax() == 0


def test_importance_alone_does_not_beat_a_clear_answer() -> None:
    memories = some_memories("The bank refused the card", "A train was late", "Lunch", cosines=[0.6, 0.1, 0.1])
    factors = ranking.importance_factors(np.array([0.1, 1.0, 1.0]), np.array([False] * 3))
    assert (ranking.weigh(memories, a_query()).relevance * factors).argmax() == 0


@given(
    st.lists(
        st.tuples(st.sampled_from(["bank", "bank card", "the", "rain"]), st.floats(-1, 1) | st.just(NAN)), max_size=4
    ),
    st.sampled_from(["", "the", "bank", "unheard of", "bank ACC-4521"]),
)
def test_relevance_is_above_nothing_and_at_most_one_for_the_best(said: list[tuple[str, float]], text: str) -> None:
    memories = some_memories(*(words for words, _ in said), cosines=[cosine for _, cosine in said])
    relevance = ranking.weigh(memories, a_query(text)).relevance
    assert relevance.max(initial=0.0) == (1.0 if said else 0.0)
    assert (relevance > 0).all()


def test_every_identifier_is_found_among_twenty_thousand_memories() -> None:
    assert _misses(_twenty_thousand(in_sample=20_000)) == []


def test_an_identifier_outside_the_sample_is_found_too() -> None:
    assert _misses(_twenty_thousand(in_sample=5_000)) == []


def _twenty_thousand(in_sample: int) -> Memories:
    """500 memories name one identifier each; all others hold the words of the question, and mean more like it."""
    chance = np.random.default_rng(4521)
    words = ["customer", "invoice", "refund", "payment", "delivery", "status", "ticket", "order", "agent", "waiting"]
    said = [" ".join(chance.choice(words, 8)) for _ in range(19_500)]
    named = [f"{chance.choice(words)} {_identifier(number)} noted" for number in range(500)]
    return some_memories(
        *said,
        *named,
        cosines=np.concatenate((chance.normal(0.5, 0.1, 19_500), chance.normal(0.1, 0.1, 500))).tolist(),
        sessions=(np.arange(20_000) // 20 + 1).tolist(),
        ordinals=(np.arange(20_000) % 20).tolist(),
        sample=[True] * in_sample + [False] * (20_000 - in_sample),
    )


def _identifier(number: int) -> str:
    shapes = ("ACC-{}", "ERR_CONN_{}", "334891{}", "jo.{}@mail.example.org", "order#{}", "10.0.{}.7", "v2.{}.0")
    return shapes[number % len(shapes)].format(1000 + number)


def _misses(memories: Memories) -> list[str]:
    """Every seventh or so of the identifiers that are not within the first 3 for a question that names them."""
    asked = "What is the status of the customer's refund payment for {}, is the order still waiting?"
    return [
        _identifier(number)
        for number in range(0, 500, 11)
        if 19_500 + number not in ranked(memories, a_query(asked.format(_identifier(number))))[:3]
    ]


def test_a_query_finds_nothing_among_no_memories() -> None:
    found: Relevances = ranking.weigh(some_memories(), a_query())
    assert len(found.relevance) == 0
