"""A bot escalates, a person resolves it: with a mouse, by the keyboard, without JavaScript, on a phone."""

from playwright.sync_api import expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.inspecting import PHONE, STICKING_OUT
from tests.browser.working import NOTE, REFUND, Hands, Keys, Shift, escalate, press_key
from warmline_schemas.handoffs import ClosedAs, HandoffState


def came_of(desk: Desk, handoff_id: object) -> tuple[ClosedAs | None, str | None]:
    """What became of a handoff, and what is recalled of it first."""
    found = desk.client.memories.recall("What came of the refund of INV-2031?", namespace="user-dave", top_k=3)
    noted = next((result.memory.content for result in found.results if result.memory.kind == "resolution"), None)
    return desk.client.handoffs.get(handoff_id).closed_as, noted


def test_an_escalation_appears_by_itself_and_is_resolved(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    handoff = escalate(desk)
    Shift(desk, Hands(page)).resolve(handoff)
    assert came_of(desk, handoff.id) == (ClosedAs.RESOLVED, NOTE)


def test_the_whole_escalation_works_without_a_mouse(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk)
    Shift(desk, Keys(page)).resolve(handoff)
    assert came_of(desk, handoff.id) == (ClosedAs.RESOLVED, NOTE)


def test_the_whole_escalation_works_without_javascript(desk: Desk, visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk)
    Shift(desk, Hands(page), is_live=False).resolve(handoff)
    assert came_of(desk, handoff.id) == (ClosedAs.RESOLVED, NOTE)


def test_the_whole_escalation_works_on_a_phone(desk: Desk, visit: Visit) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk)
    Shift(desk, Hands(page)).resolve(handoff)
    assert came_of(desk, handoff.id) == (ClosedAs.RESOLVED, NOTE)
    assert page.evaluate(STICKING_OUT) == []


def test_one_key_claims_one_opens_the_read_back_and_one_resolves(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk)
    page.goto(f"/console/handoffs/{handoff.id}")
    press_key(page, "c")
    expect(page.get_by_role("heading", name="Reserved for you")).to_be_visible()
    press_key(page, "i")
    expect(page.get_by_label("What is missing?")).to_be_focused()


def test_seven_keys_beside_typing_lead_from_the_queue_to_the_resolution(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk)
    expect(page.get_by_role("link", name=handoff.namespace, exact=True)).to_be_visible()
    press_key(page, "j")
    press_key(page, "Enter")
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    press_key(page, "a")
    reply = page.get_by_label("To the customer")
    expect(reply).to_be_focused()
    page.keyboard.type("I have refunded the $100 just now, Dave.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("I have refunded the $100 just now, Dave.").locator("visible=true").first).to_be_visible()
    expect(page.locator("#notice")).to_be_visible()
    expect(reply).to_be_focused()
    page.keyboard.press("Escape")
    press_key(page, "x")
    expect(page.get_by_label("How was it solved")).to_be_focused()
    page.keyboard.type(NOTE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notice")).to_contain_text("Resolved")
    assert came_of(desk, handoff.id) == (ClosedAs.RESOLVED, NOTE)


def test_a_second_operator_sees_that_it_is_taken(desk: Desk, visit: Visit) -> None:
    first, second = visit(), visit()
    sign_in(first, desk.hire("ines", queues=["billing"]))
    sign_in(second, desk.hire("marco", queues=["billing"]))
    handoff = escalate(desk)
    for page in (first, second):
        page.goto(f"/console/handoffs/{handoff.id}")
    Hands(first).press("button", "Hold it")
    expect(second.get_by_role("heading", name="ines has reserved it")).to_be_visible()
    assert desk.client.handoffs.get(handoff.id).state is HandoffState.CLAIMED


def test_what_was_typed_outlives_a_reload_until_it_is_sent(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    page.goto(f"/console/handoffs/{escalate(desk).id}")
    page.get_by_label("In one sentence").fill(REFUND)
    page.reload()
    expect(page.get_by_label("In one sentence")).to_have_value(REFUND)
    page.get_by_role("button", name="Take over", exact=True).click()
    reply = page.get_by_label("To the customer")
    expect(reply).to_be_focused()
    reply.fill("It is on its way.")
    page.reload()
    expect(reply).to_have_value("It is on its way.")
    page.get_by_role("button", name="Reply to the customer").click()
    expect(page.locator("#conversation").get_by_text("It is on its way.")).to_be_visible()
    page.reload()
    expect(reply).to_have_value("")
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('warmline draft'))") == []
