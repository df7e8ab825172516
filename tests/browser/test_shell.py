"""What every page has around it: the menu, names, keys, and where focus goes."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.working import WRONG_REFUND, Hands, escalate, press_key

COVERED = """
() => [...document.querySelectorAll("#who button")].filter((button) => {
  const box = button.getBoundingClientRect();
  return [.1, .5, .9].some((share) => !button.contains(
    document.elementFromPoint(box.left + share * box.width, box.top + box.height / 2)));
}).map((button) => button.textContent.trim())
"""
LONG_NAME = "Wilhelmina Konstantinopolitanskaya-Featherstonehaugh von und zu Oberammergau-Unterwössen"


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_every_button_of_the_user_menu_can_be_pressed_over_a_list_and_a_long_name_stays_inside(
    desk: Desk, visit: Visit
) -> None:
    escalate(desk)
    page = visit(viewport={"width": 1280, "height": 420})
    sign_in(page, desk.hire("ines", queues=["billing"], display_name=LONG_NAME))
    expect(page.get_by_role("link", name="user-dave", exact=True)).to_be_visible()
    page.locator("#who > summary").click()
    assert page.evaluate(COVERED) == []
    assert page.evaluate("document.querySelector('.who-name').getBoundingClientRect().right") < 216


def test_focus_goes_to_what_was_said_then_to_the_field_that_is_wrong_and_names_hold_no_keys(
    desk: Desk, visit: Visit
) -> None:
    handoff = escalate(desk)
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    assert _focused(page) == "main"
    page.goto(f"/console/handoffs/{handoff.id}")
    claim = page.get_by_role("button", name="Hold it while you read", exact=True)
    expect(claim).to_have_attribute("aria-keyshortcuts", "c")
    claim.click()
    expect(page.locator("#notice")).to_be_focused()
    hands = Hands(page)
    hands.type_into("In one sentence", WRONG_REFUND)
    hands.press("button", "Take over")
    expect(page.get_by_role("textbox", name="In one sentence")).to_be_focused()
    expect(page.locator("#news")).to_contain_text("does not match the brief")


def test_keys_do_nothing_once_they_are_off(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines"))
    press_key(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.goto("/console/settings")
    keys = page.get_by_role("region", name="Single keys")
    keys.get_by_role("button", name="off").click()
    expect(keys.get_by_role("button", name="off", pressed=True)).to_be_visible()
    press_key(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_another_key_does_what_the_one_in_whose_place_it_was_chosen_did(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines"))
    page.goto("/console/settings")
    keys = page.get_by_role("region", name="Single keys")
    keys.get_by_text("Other keys").click()
    keys.get_by_label("this list").fill("h")
    keys.get_by_role("button", name="Save").click()
    expect(keys.get_by_text("Other keys")).to_be_visible()
    press_key(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    press_key(page, "h")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_printed_page_has_no_forms_and_says_when_it_was_printed(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines"))
    page.goto("/console/settings")
    page.emulate_media(media="print")
    expect(page.get_by_label("Present password")).to_be_hidden()
    expect(page.get_by_text("Printed")).to_be_visible()


def test_main_actions_on_a_phone_are_large_enough_for_a_finger(desk: Desk, visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    sign_in(page, desk.hire("ines"))
    page.goto("/console/settings")
    heights = page.evaluate("[...document.querySelectorAll('main .button, .nav a')].map((one) => one.offsetHeight)")
    assert min(heights) >= 44


def test_on_a_phone_the_page_shown_is_in_sight_in_the_menu_and_a_table_is_no_wider_than_the_screen(
    desk: Desk, visit: Visit
) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    sign_in(page, desk.hire("ines", role="admin", queues=["billing"]))
    page.goto("/console/settings/operators")
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Settings")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("navigation", name="Settings").locator("[aria-current]")).to_be_in_viewport(ratio=1)
    assert (
        page.evaluate(
            "(() => { const all = document.querySelector('.scroll'); return all.scrollWidth - all.clientWidth; })()"
        )
        == 0
    )
