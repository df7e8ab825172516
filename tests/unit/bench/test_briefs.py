"""What the brief benchmark computes: scores against answer keys, simple briefs and pages."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.briefs import pages, scoring
from bench.briefs.case_sets import CaseSet
from bench.briefs.recorded import Recorded
from bench.briefs.scoring import AnswerKey, Shown, states


def a_line(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A line of a file of cases."""
    case = {"id": f"case-{number}", "source": "STAR", "domain": "dinner", "target": "human"}
    events = [{"role": "user", "text": "Book a table for four"}]
    key: dict[str, Any] = {"must_know": [], "must_not_leak": [], "superseded": [], "actions": []}
    return {**case, "events": events, **key, **changes}


def a_key(number: int = 1, **changes: Any) -> AnswerKey:
    return AnswerKey.model_validate(a_line(number, **changes))


def a_case(number: int = 1, **changes: Any) -> Recorded:
    return Recorded.model_validate(a_line(number, **changes))


def scored(
    text: str, *, actions_shown: frozenset[tuple[str, str]] = frozenset(), **key: Any
) -> dict[str, float | None]:
    return scoring.score([a_key(**key)], {"case-1": Shown(text, actions_shown)})


@pytest.mark.parametrize(
    ("text", "value", "stated"),
    [
        ("Flight at 4  PM today", "4 pm", True),
        ("room 1234", "123", False),
        ("ACC-4521.", "acc-4521", True),
        ("$299!", "$299", True),
        ("abc", "a.c", False),
    ],
)
def test_a_value_is_stated_by_whole_words(text: str, value: str, stated: bool) -> None:
    assert states(text, value) is stated


def test_only_the_first_words_count_as_known() -> None:
    text = " ".join(["word"] * 100 + ["Leeds"])
    known = scored(text, must_know=[{"name": "city", "value": "Leeds"}])
    assert (known["must_know_60"], known["must_know_120"]) == (0, 1)


def test_two_characters_count_as_a_word_where_a_script_has_no_blanks() -> None:
    assert scoring.first_words("给您推荐 Leeds 酒店", 3) == "给您推荐 Leeds"
    assert scoring.first_words("", 3) == ""


def test_a_secret_leaks_wherever_it_stands() -> None:
    text = " ".join(["word"] * 500 + ["4711"])
    assert scored(text, must_not_leak=[{"name": "pin", "value": "4711"}])["leaks"] == 1


@pytest.mark.parametrize(
    ("text", "stale"),
    [
        ("at 4 pm", 1),
        ("at 5 pm (was 4 pm)", 0),
        ("at noon", 0),
        ("at 4 pm\nat 5 pm", 1),
        ("no longer 4 pm", 0),
        ("4 pm → later", 0),
    ],
)
def test_a_replaced_value_is_stale_in_a_line_that_does_not_say_it_is_past(text: str, stale: float) -> None:
    assert scored(text, superseded=[{"old": "4 pm", "current": "5 pm"}])["stale"] == stale


def test_an_action_must_be_told_with_its_outcome() -> None:
    done = [{"name": "refund", "status": "ok"}, {"name": "close", "status": "failed"}]
    actions_shown = frozenset({("refund", "ok"), ("close", "ok")})
    assert scored("", actions_shown=actions_shown, actions=done)["actions"] == 0.5


def test_a_case_without_a_brief_was_told_nothing() -> None:
    keys = [a_key(number, must_know=[{"name": "city", "value": "Leeds"}]) for number in (1, 2)]
    assert scoring.score(keys, {"case-2": Shown("Leeds")})["must_know_60"] == 0.5


def test_what_no_key_names_has_no_score() -> None:
    assert set(scored("anything").values()) == {None}


def test_simple_briefs_are_pieces_of_what_was_said() -> None:
    events = [{"role": "user", "text": " ".join(map(str, range(200)))}, {"role": "tool", "name": "find", "result": "x"}]
    briefs = scoring.baselines(a_case(events=events))
    assert briefs["first 60 words"].split() == ["user:", *map(str, range(59))]
    assert briefs["last 60 words"].split() == [*map(str, range(140, 200))]
    assert briefs["30 + 30 words"].split() == ["user:", *map(str, range(29)), *map(str, range(170, 200))]
    assert briefs["whole transcript"].split() == ["user:", *map(str, range(200))]


def test_a_set_is_called_what_its_cases_call_their_source(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(a_line(number)) + "\n" for number in range(5)))
    read = CaseSet.read(path, 3)
    assert read.name == "STAR"
    assert [case.id for case in read.cases] == [key.id for key in read.keys] == ["case-0", "case-1", "case-2"]


def test_the_same_cases_are_shown_whatever_their_order() -> None:
    cases = [a_case(number) for number in range(50)]
    shown = pages.chosen(cases, 10)
    assert shown == pages.chosen(cases[::-1], 10)
    assert shown != cases[:10]


def test_a_page_holds_its_briefs_and_their_licence() -> None:
    page = pages.page("STAR", [a_case()], {"case-1": Shown("bot → human: Help\nAsk\n  “Book # a table”")})
    assert "licensed under [MIT]" in page
    assert "    bot → human: Help\n    Ask\n      “Book # a table”\n" in page


def test_long_lines_are_wrapped_between_words() -> None:
    text = "Ask\n  " + "2026-03-02 " * 30
    wrapped = pages.wrapped(text)
    assert max(map(len, wrapped.splitlines())) <= pages.WIDTH
    assert wrapped.split() == text.split()
