"""The palette: by keyboard to any page, list and case, and to what can be done, whatever single keys do."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.inspecting import PHONE, take_picture, violations_on
from tests.browser.working import escalate, press_key

WIDE = {"width": 1280, "height": 860}


def _opened(page: Page) -> Page:
    press_key(page, "Control+k")
    expect(page.get_by_role("combobox", name="A page, a list")).to_be_focused()
    return page


def _chosen(page: Page) -> str:
    """The option that the field names, as screen readers hear it."""
    return str(
        page.evaluate(
            "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent"
        )
    )


def test_it_goes_to_a_page_a_list_and_a_case_by_typing(desk: Desk, visit: Visit) -> None:
    handoff = escalate(desk)
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    _opened(page).keyboard.type("my w")
    expect(page.get_by_role("dialog").get_by_role("option", selected=True)).to_contain_text("My work")
    press_key(page, "Enter")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    _opened(page).keyboard.type("billing")
    expect(page.get_by_role("dialog").get_by_role("option", selected=True)).to_contain_text("queue billing")
    press_key(page, "Enter")
    expect(page.get_by_role("link", name="user-dave", exact=True)).to_be_visible()
    _opened(page).keyboard.type("INV-2031")
    expect(page.get_by_role("dialog").get_by_role("option", name="user-dave")).to_be_visible()
    press_key(page, "Enter")
    expect(page).to_have_url(f"{page.url.split('/console')[0]}/console/handoffs/{handoff.id}")


def test_it_does_what_can_be_done_with_the_case_where_single_keys_are_off(desk: Desk, visit: Visit) -> None:
    handoff = escalate(desk)
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    page.context.add_cookies([{"name": "warmline_keys", "value": "off", "url": page.url}])
    page.goto(f"/console/handoffs/{handoff.id}")
    _opened(page).keyboard.type("hold it")
    assert "Hold it while you read" in _chosen(page)
    press_key(page, "Enter")
    expect(page.get_by_role("heading", name="Reserved for you")).to_be_visible()
    # From inside of a field, too: what it opens has focus then.
    page.get_by_role("textbox", name="In one sentence").focus()
    _opened(page).keyboard.type("transfer")
    press_key(page, "Enter")
    expect(page.get_by_role("combobox", name="To whom")).to_be_focused()


def test_the_keys_that_were_chosen_stand_beside_what_they_do_and_escape_gives_focus_back(
    desk: Desk, visit: Visit
) -> None:
    handoff = escalate(desk)
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    page.context.add_cookies([{"name": "warmline_keys", "value": "on.c-h", "url": page.url}])
    page.goto(f"/console/handoffs/{handoff.id}")
    search = page.get_by_role("link", name="Search")
    search.focus()
    _opened(page)
    expect(page.get_by_role("dialog").get_by_role("option", name="Hold it while you read").locator("kbd")).to_have_text(
        "h"
    )
    for key, place in (("ArrowUp", -1), ("ArrowDown", 0), ("PageDown", 8), ("PageUp", 0)):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog").get_by_role("option").nth(place)).to_have_attribute("aria-selected", "true")
    page.keyboard.type("nothing has this name")
    expect(page.get_by_text("Nothing is called that.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(search).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it_also_on_a_phone(desk: Desk, visit: Visit, pictures: Path, theme: str) -> None:
    escalate(desk)
    page = visit(color_scheme=theme, viewport=WIDE)
    sign_in(page, desk.hire("ines", queues=["billing"], display_name="Ines Weber"))
    page.get_by_role("link", name="user-dave", exact=True).click()
    expect(page.get_by_role("heading", name="user-dave")).to_be_visible()
    page.get_by_role("button", name="Go to …").click()
    expect(page.get_by_role("dialog").get_by_role("option", name="Hold it while you read")).to_be_visible()
    assert violations_on(page) == []
    take_picture(page, pictures / f"palette-{theme}.webp")
    page.keyboard.type("dave")
    expect(page.get_by_role("group", name="Cases")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert violations_on(page) == []
    assert page.evaluate("document.getElementById('palette').getBoundingClientRect().right") <= PHONE["width"]
