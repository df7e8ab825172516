"""Saved replies in a browser: by `/` or the button, filtered by typing, put where the cursor stands; and without
JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.working import escalate

REFUND = "Dear {customer}, your refund is on its way. {operator}"


@pytest.fixture
def replies(desk: Desk) -> None:
    desk.client.saved_replies.write("refund-started", text=REFUND)
    desk.client.saved_replies.write("goodbye", text="Goodbye.")


def taken_over(desk: Desk, page: Page) -> None:
    sign_in(page, desk.hire("ines", queues=["billing"], display_name="Ines"))
    handoff = escalate(desk)
    desk.client.handoffs.accept(handoff.id, agent="human:ines")
    page.goto(f"/console/handoffs/{handoff.id}")


@pytest.mark.usefixtures("replies")
def test_slash_opens_them_typing_filters_and_what_is_unknown_is_marked_to_be_written_over(
    desk: Desk, visit: Visit
) -> None:
    page = visit()
    taken_over(desk, page)
    field = page.get_by_label("To the customer")
    field.press("/")
    dialog = page.get_by_role("dialog", name="Saved replies")
    expect(dialog.get_by_role("link")).to_have_count(2)
    page.keyboard.type("refund")
    expect(dialog.get_by_role("link")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(field).to_be_focused()
    page.keyboard.type("Dave")
    expect(field).to_have_value("Dear Dave, your refund is on its way. Ines")


@pytest.mark.usefixtures("replies")
def test_one_goes_to_where_the_cursor_stands_and_escape_leaves_all_as_it_was(desk: Desk, visit: Visit) -> None:
    page = visit()
    taken_over(desk, page)
    field = page.get_by_label("To the customer")
    field.fill("All is done. ")
    page.get_by_role("link", name="Saved replies").click()
    expect(page.get_by_role("dialog", name="Saved replies")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Saved replies")).to_have_count(0)
    expect(field).to_have_value("All is done. ")
    page.get_by_role("link", name="Saved replies").click()
    page.get_by_role("dialog").get_by_role("link", name="goodbye").click()
    expect(field).to_have_value("All is done. Goodbye.")


@pytest.mark.usefixtures("replies")
def test_they_work_without_javascript(desk: Desk, visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    taken_over(desk, page)
    page.get_by_role("link", name="Saved replies").click()
    page.get_by_role("link", name="goodbye").click()
    expect(page.get_by_label("To the customer")).to_have_value("Goodbye.")
