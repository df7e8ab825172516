"""An open console shows what was committed."""

from playwright.sync_api import Route, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.working import escalate


def test_every_new_handoff_comes_up_in_an_open_queue_page_without_a_reload(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    page.evaluate("window.isStillOpen = true")
    for number in range(3):
        handoff = escalate(desk, namespace=f"user-{number}x")
        expect(page.get_by_role("link", name=handoff.namespace, exact=True)).to_be_visible()
    assert page.evaluate("window.isStillOpen")


def test_what_happens_before_a_page_listens_is_shown_all_the_same(desk: Desk, visit: Visit) -> None:
    handoff = escalate(desk, namespace="user-dave")
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    listening: list[Route] = []
    page.route("**/console/events?*", lambda route: listening.append(route))  # noqa: PLW0108
    with page.expect_request("**/console/events?*"):
        page.goto("/console/mine")
    expect(page.get_by_role("heading", name="You have no work open")).to_be_visible()
    desk.client.handoffs.claim(handoff.id, agent="human:ines")
    listening[0].continue_()
    expect(page.get_by_role("link", name=handoff.namespace, exact=True)).to_be_visible()
