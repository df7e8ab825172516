"""A shift ends: who goes signs, who comes reads back item by item, and the rest stays red with who goes."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.working import Hands, escalate
from warmline_schemas.shifts import ItemState


def hold(desk: Desk, namespace: str) -> None:
    """Ines takes a handoff over, and works on it."""
    handoff = escalate(desk, namespace=namespace)
    claim = desk.client.handoffs.claim(handoff.id, agent="human:ines")
    desk.client.accept(handoff.id, agent="human:ines", token=claim.token)


def sign_sheet(page: Page) -> str:
    """Whoever is signed in writes their sheet and signs it over to Marco: its address."""
    page.get_by_role("link", name="Shifts").click()
    hands = Hands(page)
    hands.press("button", "Start handover")
    page.get_by_label("Who takes over").select_option("human:marco")
    hands.press("button", "Sign")
    expect(page.get_by_text("2 not confirmed")).to_be_visible()
    return page.url


def test_what_is_not_read_back_stays_red_with_whoever_goes(desk: Desk, visit: Visit) -> None:
    going, coming = visit(), visit()
    sign_in(going, desk.hire("ines", queues=["billing"]))
    sign_in(coming, desk.hire("marco", queues=["billing"]))
    hold(desk, "user-dave")
    hold(desk, "user-mia")
    sheet = sign_sheet(going)
    coming.goto(sheet)
    coming.get_by_label(re.compile("In your own words")).first.fill(
        "Refund $100 to ACC-4521 for INV-2031, then call back"
    )
    Hands(coming).press("button", "Take over")
    expect(coming.get_by_text("It is yours now")).to_be_visible()
    going.reload()
    expect(going.get_by_text("1 not confirmed")).to_be_visible()
    stands = desk.client.shifts.get(sheet.rpartition("/")[2])
    assert sorted((item.state, item.red) for item in stands.items) == [
        (ItemState.ACKNOWLEDGED, False),
        (ItemState.WAITING, True),
    ]


def test_printing_prints_the_sheet_and_nothing_to_press_or_fill_in(desk: Desk, visit: Visit) -> None:
    going, coming = visit(), visit()
    sign_in(going, desk.hire("ines", queues=["billing"], zone="Europe/Berlin"))
    sign_in(coming, desk.hire("marco", queues=["billing"], zone="Europe/Berlin"))
    hold(desk, "user-dave")
    hold(desk, "user-mia")
    coming.goto(sign_sheet(going))
    coming.locator("summary", has_text="Decline it").first.click()
    for page in (going, coming):
        page.emulate_media(media="print")
        expect(page.get_by_text("2 not confirmed")).to_be_visible()
        expect(page.locator(".shift-item")).to_have_count(2)
        expect(page.get_by_text(re.compile("Printed .* CES?T by"))).to_be_visible()
        for tag in ("button", "input", "textarea", "select", "summary", "nav", "label", "dialog"):
            expect(page.locator(f"{tag}:visible")).to_have_count(0)
