"""Lists: how much of a case they show."""

from playwright.sync_api import expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.inspecting import PHONE, WIDE, violations_on
from tests.browser.working import escalate


def test_a_case_is_one_line_where_that_is_chosen_and_all_of_it_on_a_phone(desk: Desk, visit: Visit) -> None:
    escalate(desk, language="en")
    page = visit(viewport=WIDE)
    sign_in(page, desk.hire("ines", queues=["billing"]))
    row = page.locator(".ticket")
    whole = row.evaluate("(one) => one.offsetHeight")
    page.locator("#who > summary").click()
    page.get_by_role("button", name="one line each").click()
    # The page comes anew, with the menu closed.
    expect(page.locator("button[name=rows][value=line]")).to_have_attribute("aria-pressed", "true")
    page.locator("#who > summary").click()
    expect(page.get_by_role("button", name="one line each", pressed=True)).to_be_visible()
    line = row.evaluate("(one) => one.offsetHeight")
    assert line <= 40
    assert line * 1.5 < whole
    expect(page.locator(".ticket-ask")).to_be_visible()
    assert violations_on(page) == []
    page.set_viewport_size(PHONE)
    expect(row.locator(".way")).to_be_visible()
