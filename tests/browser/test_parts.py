"""What no page of the sample shows: tags and views, a colleague in the same case, undoing, a customer's rating.

Each is looked at in both themes, and its picture is taken.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.inspecting import PHONE, WIDE, take_picture, violations_on
from tests.browser.working import escalate
from warmline_schemas.handoffs import Handoff

CUSTOMERS = {"user-dave": "Dave Miller", "user-mira": "Mira Joshi", "user-olu": "Olu Adeyemi"}


@pytest.fixture
def cases(desk: Desk) -> list[Handoff]:
    """A case each of three customers, in the queue for billing; customers are asked how it was."""
    desk.client.revise_preferences(ask_rating=True)
    desk.client.queues.write("billing", title="Billing")
    desk.client.queues.write("fraud", title="Fraud and security")
    for namespace, name in CUSTOMERS.items():
        desk.client.customers.make(ids=[{"channel": "chat", "id": namespace}], namespace=namespace, display_name=name)
    return [escalate(desk, namespace=namespace) for namespace in CUSTOMERS]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _ines(desk: Desk, visit: Visit, theme: str) -> Page:
    page = visit(viewport=WIDE, color_scheme=theme)
    sign_in(page, desk.hire("ines", queues=["billing"], display_name="Ines Weber"))
    return page


def _look_at(page: Page, picture: Path) -> None:
    assert violations_on(page) == []
    take_picture(page, picture)
    page.set_viewport_size(PHONE)
    assert violations_on(page) == []
    page.set_viewport_size(WIDE)


def test_tags_and_views(desk: Desk, visit: Visit, cases: list[Handoff], pictures: Path, theme: str) -> None:
    page = _ines(desk, visit, theme)
    for handoff, tags in ((cases[0], ("vip", "waits for bank")), (cases[1], ("vip",))):
        for tag in tags:
            page.goto(f"/console/handoffs/{handoff.id}?show=actions")
            page.get_by_label("New tag").fill(tag)
            page.get_by_label("New tag").press("Enter")
            expect(page.locator("#notice")).to_contain_text(f"Tagged “{tag}”.")
    page.goto("/console/?tag=vip")
    page.get_by_text("Save this view").click()
    page.get_by_label("What is it called?").fill("Important people")
    page.get_by_label("For my team too").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("navigation", name="Saved views")).to_contain_text("Important people")
    expect(page.get_by_role("link", name="Dave Miller", exact=True)).to_be_visible()
    _look_at(page, pictures / f"views-{theme}.webp")


def test_a_colleague_in_the_same_case(
    desk: Desk, visit: Visit, cases: list[Handoff], pictures: Path, theme: str
) -> None:
    page, other = _ines(desk, visit, theme), visit()
    sign_in(other, desk.hire("marco", queues=["billing"], display_name="Marco Silva"))
    desk.client.handoffs.accept(cases[0].id, agent="human:ines")
    page.goto(f"/console/handoffs/{cases[0].id}")
    other.goto(f"/console/handoffs/{cases[0].id}")
    expect(page.locator("#company")).to_have_text("Also here: Marco Silva")
    _look_at(page, pictures / f"company-{theme}.webp")


def _hand_on(desk: Desk, page: Page, case: Handoff) -> Handoff:
    """Take a case over and hand it on, so that its page offers to undo that."""
    handoff = desk.client.handoffs.accept(case.id, agent="human:ines").handoff
    page.goto(f"/console/handoffs/{handoff.id}")
    page.locator("#act-transfer > summary").click()
    page.get_by_role("combobox", name="To whom").locator("visible=true").fill("Fraud and security")
    page.locator("#transfer-reason").fill("The card was used abroad")
    page.get_by_role("button", name="Send it on").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    return handoff


def test_undoing_and_what_the_customer_says_of_it(
    desk: Desk, visit: Visit, cases: list[Handoff], pictures: Path, theme: str
) -> None:
    page = _ines(desk, visit, theme)
    # What is looked at is not what is undone: looking may take longer than undoing is possible.
    _hand_on(desk, page, cases[1])
    _look_at(page, pictures / f"undo-{theme}.webp")
    handoff = _hand_on(desk, page, cases[0])
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="It is yours")).to_be_visible()
    page.get_by_role("textbox", name="To the customer").fill("I have refunded the $100 just now, Dave.")
    page.get_by_role("button", name="Reply to the customer").click()
    expect(page.locator("#notice")).to_contain_text("Saved. The customer's channel delivers it.")
    page.locator("#act-resolve > summary").click()
    page.get_by_label("How was it solved").fill("Refunded $100.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("Resolved. The next colleague sees your note.")
    desk.client.chains.send(handoff.chain_id, "5", external_id="chat-5")
    assert desk.client.handoffs.get(handoff.id).rating == 5
    page.goto(f"/console/handoffs/{handoff.id}")
    expect(page.get_by_text("The customer gave 5 of 5")).to_be_visible()
    _look_at(page, pictures / f"rating-{theme}.webp")
