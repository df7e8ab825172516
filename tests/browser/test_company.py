"""Who else has a case open: seen and read out when they come, calmly, and gone when they leave."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.inspecting import OBSERVE, violations_on
from tests.browser.working import escalate


def _company(page: Page) -> str:
    return str(page.locator("#company").text_content())


def _types_until_seen(writer: Page, reader: Page) -> None:
    """Somebody types on and on: that they do is told for some seconds, which a busy machine may be late for."""
    writer.get_by_text("Leave a note").click()
    box, seen = writer.get_by_role("textbox", name="Note for colleagues"), reader.locator("#company")
    while "is typing" not in str(seen.text_content()):
        box.press_sequentially("Mind the date. ", delay=50)
    expect(seen).to_have_text("Also here: Marco Silva · Marco Silva is typing")


def test_a_colleague_who_comes_types_and_leaves_is_seen_and_nothing_moves(desk: Desk, visit: Visit) -> None:
    first, second = visit(), visit()
    sign_in(first, desk.hire("ines", queues=["billing"], display_name="Ines Weber"))
    sign_in(second, desk.hire("marco", queues=["billing"], display_name="Marco Silva"))
    handoff = escalate(desk)
    desk.client.handoffs.accept(handoff.id, agent="human:ines")
    first.context.add_init_script(OBSERVE)
    first.goto(f"/console/handoffs/{handoff.id}")
    expect(first.get_by_role("heading", name="It is yours")).to_be_visible()
    assert _company(first) == ""
    second.goto(f"/console/handoffs/{handoff.id}")
    expect(first.locator("#company")).to_have_text("Also here: Marco Silva")
    expect(first.locator("#news")).to_have_text("Also here: Marco Silva")
    expect(second.locator("#company")).to_have_text("Also here: Ines Weber")
    assert violations_on(first) == []
    _types_until_seen(second, first)
    second.get_by_role("button", name="Keep as a note").click()
    expect(second.locator("#notice")).to_contain_text("Kept as a note for colleagues.")
    expect(first.locator("#company")).to_have_text("Also here: Marco Silva")
    second.goto("/console/mine")
    expect(first.locator("#company")).to_have_text("")
    assert first.evaluate("window.warmlineShift") == 0
