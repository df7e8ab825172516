"""What a brief takes from its request and its session: how pressing it is, and where the customer's day begins."""

import pytest

from tests.builders.handoffs import ANN, accept, act, requested, waiting, written
from tests.builders.memories import remember
from tests.builders.requests import get
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


@pytest.mark.parametrize(("urgency", "shown"), [("critical", True), ("normal", False)])
def test_a_brief_says_that_its_handoff_is_pressing(api: Api, urgency: str, shown: bool) -> None:
    text = waiting(api, a_session(api), urgency=urgency)["brief"]["text"]
    assert (f"urgency: {urgency}" in text) is shown


def test_words_of_the_session_make_a_handoff_urgent_where_the_request_says_nothing(api: Api) -> None:
    session = a_session(api, "Where can I check in?", "my flight leaves in 20 minutes")
    asked = requested(api, session)
    assert (asked["urgency"], asked["urgency_given"]) == ("normal", False)
    handoff = written(api, asked)
    assert (handoff["urgency"], handoff["urgency_given"]) == ("high", False)
    (memory,) = handoff["brief"]["pressing"]["memory_ids"]
    assert get(api, f"memories/{memory}")["content"] == "my flight leaves in 20 minutes"


@pytest.mark.parametrize("urgency", ["low", "normal"])
def test_what_the_request_says_of_the_urgency_stays(api: Api, urgency: str) -> None:
    handoff = waiting(api, a_session(api, "my flight leaves in 20 minutes"), urgency=urgency)
    assert (handoff["urgency"], handoff["urgency_given"], handoff["brief"]["pressing"]) == (urgency, True, None)


def test_impatience_does_not_make_a_handoff_urgent(api: Api) -> None:
    handoff = waiting(api, a_session(api, "I need this asap, thanks lol"))
    assert (handoff["urgency"], handoff["urgency_given"]) == ("normal", False)


def test_what_words_made_urgent_stays_urgent_when_it_is_passed_on(api: Api) -> None:
    first = waiting(api, a_session(api, "my flight leaves in 20 minutes"), to=ANN)
    warm = accept(api, first)
    passed = act(api, warm["handoff"], "transfer", token=warm["claim"]["token"], to="queue:flights", reason="For you")
    assert passed["urgency"] == "high"


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Auckland", "2026-03-04"), ("America/Lima", "2026-03-03")])
def test_tomorrow_is_read_in_the_time_zone_of_the_session(api: Api, zone: str, day: str) -> None:
    session = a_session(api, "My parcel DP-5501 is late", metadata={"time_zone": zone})
    remember(api, session, "Please bring the parcel DP-5501 tomorrow", event_time="2026-03-02T20:00:00Z")
    quotes = [line for section in waiting(api, session)["brief"]["sections"] for line in section["lines"]]
    assert [line["dates"] for line in quotes if "tomorrow" in line["text"]] == [[day]]
