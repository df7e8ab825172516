"""Another language than English, in a browser: asked for, chosen, and said by the script as by the server."""

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Desk, Visit
from tests.browser.working import escalate

FIVE_MINUTES_AGO = "time => { time.dateTime = new Date(Date.now() - 330_000).toISOString(); }"


def test_whoever_asks_for_arabic_signs_in_and_works_from_right_to_left(desk: Desk, visit: Visit) -> None:
    page = visit(locale="ar")
    name = desk.hire("ines", queues=["billing"])
    escalate(desk)
    page.goto("/console/")
    page.get_by_label("اسم الدخول").fill(name)
    page.get_by_label("كلمة المرور").fill(PASSWORD)
    page.get_by_role("button", name="تسجيل الدخول").click()
    expect(page.get_by_role("heading", name="قائمة الانتظار")).to_be_visible()
    menu, list_of_tickets = page.get_by_role("navigation", name="الصفحات"), page.locator("#list")
    assert (menu.bounding_box() or {})["x"] > (list_of_tickets.bounding_box() or {})["x"]
    waiting = page.locator("#list time[data-age]").first
    waiting.evaluate(FIVE_MINUTES_AGO)
    expect(waiting).to_have_text("5 د")


def test_who_chooses_german_in_their_profile_reads_german(desk: Desk, visit: Visit) -> None:
    page = visit()
    name = desk.hire("ines", queues=["billing"])
    page.goto("/console/settings")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("group", name="In which language").get_by_role("button", name="Deutsch").click()
    expect(page.locator("#notice")).to_contain_text("Gespeichert.")
    expect(
        page.get_by_role("group", name="In welcher Sprache").get_by_role("button", name="Deutsch")
    ).to_have_attribute("aria-pressed", "true")
