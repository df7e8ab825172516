"""An open console shows what was committed."""

from playwright.sync_api import expect

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
