"""A rota is made and changed on a page: by keyboard, with the form of a browser, on a phone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.inspecting import PHONE, STICKING_OUT, violations_on
from tests.browser.working import Keys
from warmline_schemas.queues import Weekday


def fill_in(page: Page) -> None:
    """Two shifts a day in Berlin; the nights in turn."""
    page.get_by_label("Name, in small letters").fill("nights")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_label("From, shift 1").fill("08:00")
    page.get_by_label("Until, shift 1").fill("20:00")
    page.get_by_label("Person 1 of shift 1").select_option("ines")
    Keys(page).press("button", "Add a shift")
    expect(page.get_by_label("From, shift 2")).to_be_focused()
    page.get_by_label("From, shift 2").fill("20:00")
    page.get_by_label("Until, shift 2").fill("08:00")
    page.get_by_label("Person 1 of shift 2").select_option("marco")
    page.get_by_label("Person 2 of shift 2").select_option("ines")
    page.get_by_label("They are on, shift 2").select_option("weekly")


def test_a_lead_makes_a_rota_by_keyboard_and_sees_who_is_on(desk: Desk, visit: Visit) -> None:
    page = visit(color_scheme="dark")
    for name in ("ines", "marco"):
        desk.hire(name, queues=["billing"])
    sign_in(page, desk.hire("lena", role="lead"))
    page.goto("/console/shifts")
    Keys(page).press("link", "Make a rota")
    fill_in(page)
    Keys(page).press("button", "Preview")
    expect(page.get_by_role("heading", name="Preview: not saved yet")).to_be_visible()
    assert violations_on(page) == []
    Keys(page).press("button", "Save")
    expect(page.locator("#notice")).to_contain_text("Saved.")
    assert [(one.operator, one.every_weeks) for one in desk.client.rotas.get("nights").entries] == [
        ("ines", 1),
        ("marco", 2),
        ("ines", 2),
    ]
    assert violations_on(page) == []
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate(STICKING_OUT) == []


def test_somebody_covers_a_gap_on_a_phone(desk: Desk, visit: Visit) -> None:
    page = visit(color_scheme="light", viewport=PHONE)
    for name in ("ines", "marco"):
        desk.hire(name, queues=["billing"])
    workday = {"operator": "ines", "days": [day.value for day in Weekday], "starts": "08:00", "ends": "20:00"}
    desk.client.rotas.write("days", entries=[workday])
    sign_in(page, desk.hire("lena", role="lead"))
    page.goto("/console/shifts/rotas/days")
    Keys(page).press("summary", "Somebody covers a shift")
    gap = page.get_by_label("Which shift, or gap").locator("option", has_text="nobody").last.get_attribute("value")
    page.get_by_label("Which shift, or gap").select_option(gap)
    page.get_by_label("Who is on instead").select_option("marco")
    assert violations_on(page) == []
    assert page.evaluate(STICKING_OUT) == []
    Keys(page).press("button", "Save")
    expect(page.locator("#notice")).to_contain_text("marco covers this shift")
    expect(page.get_by_text("marco instead of everybody")).to_be_visible()
    (swap,) = desk.client.rotas.get("days").swaps
    assert (swap.operator, swap.instead_of) == ("marco", None)


def test_a_refused_form_leads_to_the_field_that_is_wrong(desk: Desk, visit: Visit) -> None:
    page = visit(color_scheme="light")
    sign_in(page, desk.hire("lena", role="admin"))
    page.goto("/console/shifts/new-rota")
    page.get_by_label("Name, in small letters").fill("nights")
    page.get_by_label("Time zone").fill("Berlin")
    Keys(page).press("button", "Save")
    expect(page.get_by_label("Time zone")).to_be_focused()
    expect(page.get_by_role("main").get_by_text("is no time zone")).to_have_count(2)
    assert violations_on(page) == []
