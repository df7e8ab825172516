"""The palette: what it lists for whom."""

from typing import Any

import pytest

from tests.builders.console import Browser, signed_in
from tests.builders.handoffs import waiting
from tests.builders.queues import a_queue
from tests.builders.requests import post
from tests.conftest import Api


def listed(browser: Browser, group: str) -> dict[str, str]:
    """Titles and addresses of a group of the palette, before anything is searched."""
    return named(browser.get("/palette").json()["groups"], group)


def found(browser: Browser, words: str, group: str) -> dict[str, str]:
    return named(browser.http.get("/console/palette/found", params={"q": words}).json(), group)


def named(groups: list[dict[str, Any]], group: str) -> dict[str, str]:
    return {place["title"]: place["url"] for one in groups if one["title"] == group for place in one["places"]}


def test_it_lists_the_pages_that_somebody_may_read(api: Api, ann: Browser) -> None:
    admin = signed_in(api, "eve", role="admin")
    assert listed(ann, "Pages")["My work"] == "/console/mine"
    assert "API keys" not in listed(ann, "Pages")
    assert listed(admin, "Pages")["API keys"] == "/console/settings/keys"
    for address in listed(admin, "Pages").values():
        assert admin.get(address.removeprefix("/console")).status_code == 200


def test_it_lists_own_lists_those_in_which_something_is_seen_and_saved_views(api: Api, ann: Browser) -> None:
    admin = signed_in(api, "eve", role="admin")
    ann.done("/views", name="Mine at night", to="queue:billing", urgency="high")
    assert list(listed(ann, "Lists")) == ["For you", "All", "queue billing"]
    assert listed(ann, "Saved views") == {"Mine at night": "/console/?to=queue%3Abilling&urgency=high"}
    # Ann does not work the queue for fraud; an administrator sees every queue, also where nothing waits.
    assert "queue fraud" in listed(admin, "Lists")


@pytest.mark.usefixtures("worker")
def test_it_finds_customers_and_cases_that_somebody_may_see(api: Api, ann: Browser) -> None:
    post(api, "customers", {"namespace": "user-dave", "display_name": "Dave Miller"}, 201)
    a_queue(api, "fraud")
    handoff = waiting(api)
    address = f"/console/handoffs/{handoff['id']}"
    assert found(ann, "dave mil", "Cases") == {"Dave Miller": address}
    assert found(ann, "MILLER", "Customers") == {"Dave Miller": "/console/search?q=Dave+Miller"}
    assert found(ann, "overcharge", "Cases") == {"Dave Miller": address}
    assert found(ann, "overcharge", "Customers") == {}
    zoe = signed_in(api, "zoe", queues=["fraud"])
    assert found(zoe, "dave", "Cases") == found(zoe, "dave", "Customers") == {}


def test_one_letter_finds_nothing(ann: Browser) -> None:
    assert ann.http.get("/console/palette/found", params={"q": " d "}).json() == []


def test_what_can_be_done_is_marked_also_where_single_keys_are_off(api: Api, ann: Browser, worker: object) -> None:
    handoff = waiting(api)
    ann.http.cookies.set("warmline_keys", "off", path="/console")
    page = ann.page(f"/handoffs/{handoff['id']}")
    assert page.count("data-does") >= 4
    assert "data-key=" not in page
