"""Expectations: when a brief passes its key, and when it does not."""

from typing import Any

import pytest

from bench.briefs.expectations import Expected, figures, grouped, judge, plain, stands

BRIEF = "bot → human: Help\nAsk\n  “Refund order 4411”\nPromised\n  a call by 5 pm"


def a_key(**changes: Any) -> Expected:
    return Expected.model_validate({"id": "one", "must": [], **changes})


@pytest.mark.parametrize(
    ("wanted", "text", "there"),
    [
        ("$40", "it costs $400", False),
        ("$40", "it costs $40.50", False),
        ("$40", "it costs $40.", True),
        ("4-1", "gate 14-1", False),
        ("it’s  done", 'She said "IT\'S done"', True),
        ("25–30", "25-30 people", True),
        ("烤鸭", "我想吃烤鸭吗", True),
        ("40元", "140元", False),
        ("ana", "ana and joana", True),
        ("ana", "joana", False),
    ],
)
def test_a_text_stands_as_whole_words_only(wanted: str, text: str, there: bool) -> None:
    assert stands(wanted, plain(text)) is there


def test_one_of_the_alternatives_of_each_must_is_enough() -> None:
    assert judge(a_key(must=[["refund", "money back"], ["4411"]]), BRIEF).passed
    assert judge(a_key(must=[["refund"], ["4412", "4413"]]), BRIEF).missed == [["4412", "4413"]]


def test_what_is_unwanted_may_stand_nowhere() -> None:
    assert judge(a_key(must_not=["5 pm", "6 pm"]), BRIEF).shown == ["5 pm"]


def test_a_pattern_is_searched_line_by_line_in_any_case() -> None:
    assert judge(a_key(must_not=["re:^ask$", "re:ask.+4411"]), BRIEF).shown == ["re:^ask$"]


def test_a_text_under_another_heading_is_not_misplaced() -> None:
    assert judge(a_key(must_not_in=[["promis", "4411"]]), BRIEF).passed
    assert judge(a_key(must_not_in=[["promis", "5 pm"]]), BRIEF).misplaced == [("promis", "5 pm")]


def test_the_headline_is_under_no_heading() -> None:
    assert judge(a_key(must_not_in=[[".", "human"]]), BRIEF).passed


def test_a_brief_may_have_as_many_words_as_its_case_allows() -> None:
    words = len(BRIEF.split())
    assert judge(a_key(most_words=words), BRIEF).passed
    assert judge(a_key(most_words=words - 1), BRIEF).too_long


def test_a_case_without_a_brief_fails_although_nothing_is_expected_of_it() -> None:
    assert not judge(a_key(), " ").passed


def test_shares_are_of_all_musts_and_of_all_bars() -> None:
    first = judge(a_key(must=[["refund"], ["4412"], ["4413"]], must_not=["5 pm"]), BRIEF)
    second = judge(a_key(must=[["4411"]], must_not_in=[["ask", "5 pm"]]), BRIEF)
    shares = figures([first, second])
    assert (shares["passed"], shares["musts_met"], shares["must_nots_kept"]) == (1, 0.5, 0.5)


def test_figures_can_be_had_by_language() -> None:
    verdicts = [judge(a_key(language=language), BRIEF) for language in ("nl", "de", "nl")]
    assert {name: len(group) for name, group in grouped(verdicts, "language").items()} == {"de": 1, "nl": 2}
