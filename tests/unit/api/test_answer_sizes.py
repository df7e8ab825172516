"""What is known of answers before they are made: how large those of their kind were."""

import pytest

from warmline_api.limits.answer_sizes import AT_MOST, LARGE_BYTES, AnswerSizes

LARGE = 4_000_000


def test_nothing_is_known_of_what_was_never_asked() -> None:
    assert AnswerSizes().expected("acme", "GET", "/v1/memories") == 0


def test_a_large_answer_is_expected_again() -> None:
    sizes = AnswerSizes()
    sizes.note("acme", "GET", "/v1/memories", LARGE)
    assert sizes.expected("acme", "GET", "/v1/memories") == LARGE


@pytest.mark.parametrize(
    ("group", "method", "path"),
    [("globex", "GET", "/v1/memories"), ("acme", "POST", "/v1/memories"), ("acme", "GET", "/v1/sessions")],
)
def test_a_large_answer_says_nothing_of_other_tenants_methods_and_things(group: str, method: str, path: str) -> None:
    sizes = AnswerSizes()
    sizes.note("acme", "GET", "/v1/memories", LARGE)
    assert sizes.expected(group, method, path) == 0


def test_an_id_in_the_path_makes_no_other_kind() -> None:
    sizes = AnswerSizes()
    sizes.note("acme", "GET", "/v1/handoffs/1", LARGE)
    assert sizes.expected("acme", "GET", "/v1/handoffs/2") == LARGE


def test_short_answers_are_soon_expected_again() -> None:
    sizes = AnswerSizes()
    sizes.note("acme", "GET", "/v1/memories", LARGE)
    sizes.note("acme", "GET", "/v1/memories", 1_000)
    assert sizes.expected("acme", "GET", "/v1/memories") == (LARGE + 1_000) // 2
    for _ in range(6):
        sizes.note("acme", "GET", "/v1/memories", 1_000)
    assert sizes.expected("acme", "GET", "/v1/memories") == 0


def test_usual_answers_are_not_remembered() -> None:
    sizes = AnswerSizes()
    sizes.note("acme", "GET", "/v1/memories", LARGE_BYTES - 1)
    assert not sizes._expected


def test_no_more_kinds_are_remembered_than_may_be_and_the_last_ones_stay() -> None:
    sizes = AnswerSizes()
    for number in range(AT_MOST + 1):
        sizes.note(f"tenant {number}", "GET", "/v1/memories", LARGE)
    assert len(sizes._expected) == AT_MOST
    assert sizes.expected("tenant 0", "GET", "/v1/memories") == 0
    assert sizes.expected(f"tenant {AT_MOST}", "GET", "/v1/memories") == LARGE
