"""Terms: what a text is read as, for ever."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from warmline_memory.language import terms


def test_words_are_folded_and_stemmed_and_stop_words_left_out() -> None:
    assert terms.read("The Customers were ASKING about a Refund") == ["custom", "ask", "refund"]


def test_accents_do_not_matter() -> None:
    assert terms.read("Café Müller, São Paulo") == terms.read("cafe muller sao paulo")


@pytest.mark.parametrize("text", ["Caroline's", "Caroline’s", "caroline"])
def test_a_possessive_is_the_word_itself(text: str) -> None:
    assert terms.read(text) == ["carolin"]


@pytest.mark.parametrize("text", ["don't", "I'm", "they’ve", "what's", "Isn't it?"])
def test_contracted_stop_words_are_stop_words(text: str) -> None:
    assert terms.read(text) == []


@pytest.mark.parametrize(
    ("identifier", "whole"),
    [
        ("ACC-4521", "acc4521"),
        ("ERR_CONN_42", "errconn42"),
        ("3348917502", "3348917502"),
        ("jo.doe+x@mail.example.org", "jo.doex@mail.example.org"),
        ("v2.13.0", "2.13.0"),
        ("10.0.0.7", "10.0.0.7"),
        ("src/app/main.py", "srcappmain.py"),
        ("order#123", "order123"),
        ("$1,299.00", "1299.00"),
    ],
)
def test_an_identifier_is_kept_whole(identifier: str, whole: str) -> None:
    read = terms.read(f"See {identifier}, please.")
    assert whole in read
    assert terms.is_identifier(whole)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ACC-4521", "acc4521"),
        ("ACC-4521", "ACC 4521"),
        ("acc 4521", "ACC4521"),
        ("ERR_CONN_42", "err-conn-42"),
        ("v2.13.0", "2.13.0"),
        ("555 123 4567", "5551234567"),
        ("555-123-4567", "5551234567"),
        ("+1 (555) 123-4567", "555 123 4567"),
        ("1,299", "1299"),
        ("4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("main.py", "src/app/main.py"),
    ],
)
def test_ways_to_write_an_identifier_meet(one: str, other: str) -> None:
    rare = {term for term in terms.read(one) if any(map(str.isdigit, term)) or "." in term or term == "py"}
    assert rare & set(terms.read(other))


def test_groups_of_digits_are_one_number_only_where_they_are_many() -> None:
    assert "2024150" in terms.read("2024 150")
    assert terms.read("10 12") == ["10", "12"]


def test_a_date_is_kept_whole_once() -> None:
    assert terms.read("2023-05-08") == ["2023", "05", "08", "20230508"]


@pytest.mark.parametrize("word", ["2023", "42", "5th", "mother-in-law", "and/or", "हिन्दी"])
def test_years_small_numbers_and_words_are_no_identifiers(word: str) -> None:
    assert not any(terms.is_identifier(term) for term in terms.read(word))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("東京タワー2024", ["東京", "京タ", "タワ", "ワー", "2024"]),
        ("안녕하세요", ["안녕", "녕하", "하세", "세요"]),
        ("犬", ["犬"]),
        ("गोविंद हिन्दी", ["गोविंद", "हिन्दी"]),
        ("Привет, Москва", ["привет", "москва"]),
        ("שָׁלוֹם", ["שלום"]),
    ],
)
def test_any_script_is_read(text: str, read: list[str]) -> None:
    assert terms.read(text) == read


@given(st.text(max_size=200))
def test_reading_never_fails_and_gives_no_empty_term(text: str) -> None:
    assert all(terms.read(text)) or terms.read(text) == []


@pytest.mark.parametrize("part", ["a", "a-", "1 ", "12 ", "a'", "東", "é-", "- ", ".@", "\u0301"])
def test_a_long_text_of_any_kind_is_read_to_its_end(part: str) -> None:
    """Should the work grow with the square of the length, no test has time for it."""
    assert "refund" in terms.read(part * (500_000 // len(part)) + " refund")


def test_hashes_are_the_same_for_ever() -> None:
    """Every stored memory has them. Should this fail, raise ``VERSION`` and read every memory anew."""
    text = "Caroline's card ACC-4521 was refused, Müller said: 東京"
    assert terms.read(text) == ["carolin", "card", "acc", "4521", "refus", "muller", "said", "東京", "acc4521"]
    assert terms.hashes(terms.read(text), b"tenant/namespace").tolist() == [
        -4505961935448435896,
        -8570252378612848087,
        -1627364526865397373,
        4062463044254422750,
        -828647329451534092,
        8940892221349593574,
        -3344614915911295875,
        5980390464724285970,
        -2346757136396978956,
    ]
    assert terms.VERSION == 1


def test_a_term_has_another_hash_in_another_namespace() -> None:
    assert terms.hashes(["card"], b"one")[0] != terms.hashes(["card"], b"other")[0]


def test_no_terms_have_no_hashes() -> None:
    assert terms.hashes([], b"salt").shape == (0,)


def test_a_query_leads_with_its_identifiers_and_tells_which_they_are() -> None:
    query = terms.query("Why was the remarkable account ACC-4521 closed?", b"salt")
    assert query.terms[0] == "acc4521"
    assert query.identifiers.tolist() == [True, False, False, False, False, False]


def test_a_long_query_is_searched_by_a_bounded_number_of_terms() -> None:
    query = terms.query(" ".join(f"word{number:04}" for number in range(500)) + " ERR-CONN-4242", b"salt")
    assert len(query.terms) == len(query.hashes) == len(query.identifiers) == terms.QUERY_TERMS


def test_a_query_has_each_term_once() -> None:
    query = terms.query("bank banks BANK", b"salt")
    assert np.array_equal(query.hashes, terms.hashes(["bank"], b"salt"))


def test_a_question_without_content_has_no_terms() -> None:
    assert terms.query("What was it that she did, and why?", b"salt").terms == ()
