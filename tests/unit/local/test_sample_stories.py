"""The sample's stories, people and history, before anything is played."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from warmline_local.sample import casts, desks, stories
from warmline_local.sample.fates import FATES
from warmline_local.sample.history import past_cases
from warmline_local.sample.people import receiver_of
from warmline_local.sample.plays import Case, lead_time
from warmline_local.sample.stories import Story
from warmline_local.sample.timelines import Timeline

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
TODAY = [Case.model_validate(case) for case in stories.read("today.toml")["cases"]]
PAST = list(past_cases(Random(7), NOON, 6))


def a_story(name: str) -> Story:
    return stories.with_cast(name, casts.draw(Random(name), stories.language_of(name)))


NAMES = sorted({case.story for case in [*TODAY, *PAST]})


@pytest.mark.parametrize("name", NAMES)
def test_every_story_can_be_told_without_gaps(name: str) -> None:
    assert re.search(r"\{[a-z]+\}", a_story(name).model_dump_json()) is None


@pytest.mark.parametrize("name", NAMES)
def test_somebody_can_take_every_story_even_when_some_are_away(name: str) -> None:
    story = a_story(name)
    assert receiver_of(desks.operators(are_there=True), story, story.to, Random(1))


def test_the_desk_of_today_has_every_fate_but_those_of_the_past() -> None:
    past_only = {"contained", "released", "transferred_and_resolved", "returned_and_resolved"}
    assert {case.fate for case in TODAY} | past_only == set(FATES)


def test_the_same_seed_draws_the_same_people_and_the_same_weeks() -> None:
    assert casts.draw(Random(3), "de") == casts.draw(Random(3), "de")
    assert list(past_cases(Random(7), NOON, 6)) == PAST


def test_six_weeks_of_cases_lie_before_today() -> None:
    agos = [timedelta(minutes=case.ago) for case in PAST]
    assert agos == sorted(agos, reverse=True)
    assert timedelta(days=40) < agos[0] <= timedelta(days=42) + timedelta(hours=12)
    assert agos[-1] > timedelta(hours=12)


def test_most_of_the_past_was_resolved_by_people() -> None:
    fates = Counter(case.fate for case in PAST)
    assert fates.most_common(1)[0][0] == "resolved"
    assert fates["contained"] > 5


def test_a_timeline_goes_forward_and_stops_at_its_end() -> None:
    timeline = Timeline(NOON, NOON + timedelta(minutes=1))
    told = [timeline.wait(40), timeline.wait(40), timeline.wait(40)]
    assert told == [NOON + timedelta(seconds=seconds) for seconds in (40, 60, 60)]


def test_the_lead_time_is_what_playing_up_to_the_handoff_takes() -> None:
    assert lead_time(a_story("discount-gone")) == timedelta(seconds=31 + 58 + 40 + 66 + 24)
