"""What a brief takes from its request and its session: how pressing it is, and where the customer's day begins."""

import pytest

from tests.builders.handoffs import waiting
from tests.builders.memories import remember
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


@pytest.mark.parametrize(("urgency", "shown"), [("critical", True), ("normal", False)])
def test_a_brief_says_that_its_handoff_is_pressing(api: Api, urgency: str, shown: bool) -> None:
    text = waiting(api, a_session(api), urgency=urgency)["brief"]["text"]
    assert (f"urgency: {urgency}" in text) is shown


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Auckland", "2026-03-04"), ("America/Lima", "2026-03-03")])
def test_tomorrow_is_read_in_the_time_zone_of_the_session(api: Api, zone: str, day: str) -> None:
    session = a_session(api, "My parcel DP-5501 is late", metadata={"time_zone": zone})
    remember(api, session, "Please bring the parcel DP-5501 tomorrow", event_time="2026-03-02T20:00:00Z")
    quotes = [line for section in waiting(api, session)["brief"]["sections"] for line in section["lines"]]
    assert [line["dates"] for line in quotes if "tomorrow" in line["text"]] == [[day]]
