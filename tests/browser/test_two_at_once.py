"""Two operators at once: what one does is seen and announced at the other's, and nothing that was typed is lost."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.working import REFUND, WRONG_REFUND, Hands, escalate

PLACES = "() => [...document.querySelectorAll('[data-row]')].map((row) => [row.id, row.getBoundingClientRect().top])"


def _two(desk: Desk, visit: Visit) -> tuple[Page, Page]:
    first, second = visit(), visit()
    sign_in(first, desk.hire("ines", queues=["billing"], display_name="Ines Weber"))
    sign_in(second, desk.hire("marco", queues=["billing"], display_name="Marco Silva"))
    return first, second


def test_a_colleagues_claim_is_shown_and_announced_to_whoever_types_and_their_words_stay(
    desk: Desk, visit: Visit
) -> None:
    first, second = _two(desk, visit)
    handoff = escalate(desk)
    for page in (first, second):
        page.goto(f"/console/handoffs/{handoff.id}")
    Hands(second).type_into("In one sentence", REFUND)
    Hands(first).press("button", "Hold it")
    expect(second.get_by_role("heading", name="Ines Weber has reserved it")).to_be_visible()
    expect(second.locator("#news")).to_have_text("Ines Weber has reserved it")
    kept = second.get_by_label("What you typed is kept here")
    expect(kept).to_have_value(REFUND)
    expect(kept).to_be_focused()


def test_what_was_typed_is_back_in_its_field_once_a_colleague_puts_the_case_back(desk: Desk, visit: Visit) -> None:
    first, second = _two(desk, visit)
    handoff = escalate(desk)
    for page in (first, second):
        page.goto(f"/console/handoffs/{handoff.id}")
    Hands(second).type_into("In one sentence", REFUND)
    Hands(first).press("button", "Hold it")
    expect(second.get_by_label("What you typed is kept here")).to_have_value(REFUND)
    Hands(first).press("button", "Put back")
    expect(second.get_by_role("textbox", name="In one sentence")).to_have_value(REFUND)
    expect(second.get_by_label("What you typed is kept here")).to_have_count(0)


def test_what_was_typed_stays_where_the_form_is_refused(desk: Desk, visit: Visit) -> None:
    handoff = escalate(desk)
    page = visit(java_script_enabled=False)
    sign_in(page, desk.hire("marco", queues=["billing"]))
    page.goto(f"/console/handoffs/{handoff.id}")
    Hands(page).type_into("In one sentence", REFUND)
    desk.hire("ines", queues=["billing"], display_name="Ines Weber")
    desk.client.handoffs.claim(handoff.id, agent="human:ines")
    Hands(page).press("button", "Take over")
    expect(page.get_by_role("alert")).to_contain_text("Ines Weber took this a moment ago")
    expect(page.get_by_label("What you typed is kept here")).to_have_value(REFUND)


def test_a_refused_page_goes_on_to_follow_and_keeps_what_was_typed(desk: Desk, visit: Visit) -> None:
    first, second = _two(desk, visit)
    handoff = escalate(desk)
    for page in (first, second):
        page.goto(f"/console/handoffs/{handoff.id}")
    Hands(second).type_into("In one sentence", WRONG_REFUND)
    Hands(second).press("button", "Take over")
    expect(second.get_by_role("alert")).to_contain_text("does not match the brief")
    Hands(first).press("button", "Hold it")
    expect(second.get_by_role("heading", name="Ines Weber has reserved it")).to_be_visible()
    expect(second.get_by_label("What you typed is kept here")).to_have_value(WRONG_REFUND)


def test_rows_stay_under_the_pointer_and_new_ones_wait(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    for number in (1, 2):
        escalate(desk, namespace=f"user-{number}")
    expect(page.locator("[data-row]")).to_have_count(2)
    row = page.locator("[data-row]").last
    row.hover(position={"x": 20, "y": 20})
    row.hover(position={"x": 40, "y": 24})
    before = page.evaluate(PLACES)
    escalate(desk, namespace="user-3", urgency="critical")
    newer = page.get_by_role("button", name="1 new")
    expect(newer).to_be_visible()
    assert page.evaluate(PLACES) == before
    newer.click()
    expect(page.locator("[data-row]")).to_have_count(3)


def test_a_row_that_is_gone_is_marked_and_cannot_be_taken(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoffs = [escalate(desk, namespace=f"user-{number}") for number in (1, 2)]
    expect(page.locator("[data-row]")).to_have_count(2)
    page.locator("[data-row] a").first.focus()
    desk.client.handoffs.claim(handoffs[1].id, agent="human:marco")
    gone = page.locator(f"#t-{handoffs[1].id}[data-gone]")
    expect(gone).to_be_visible()
    expect(gone.get_by_text("Hold")).to_be_hidden()


def test_whoever_accepts_a_consultation_advises(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk, mode="consult")
    page.goto(f"/console/handoffs/{handoff.id}")
    Hands(page).press("button", "Take over")
    expect(page.locator("#notice")).to_contain_text("You are advising")
    expect(page.get_by_role("heading", name="You advise")).to_be_visible()
