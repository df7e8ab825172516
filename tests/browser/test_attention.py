"""People are told of what is new while they look elsewhere: by the tab's title, a sound, a notice of the desktop."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.working import Hands, escalate

LONG_MS = 60_000
OBSERVE = """
window.notices = [];
window.sounds = 0;
window.Notification = class { constructor(title, options) { window.notices.push(options.body); } };
window.Notification.permission = "granted";
window.Notification.requestPermission = async () => "granted";
document.hasFocus = () => false;
const made = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { window.sounds += 1; return made.call(this); };
"""
"""Chromium without a screen shows no notices and has no loudspeaker: what it is asked for is noted instead."""


def _watched(visit: Visit) -> Page:
    page = visit()
    page.add_init_script(OBSERVE)
    return page


def _heard(page: Page) -> None:
    page.wait_for_function("() => localStorage.getItem('warmline news') !== null")


def test_the_title_counts_what_waits_on_every_page(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    expect(page).to_have_title("Queue · Warmline")
    escalate(desk)
    expect(page).to_have_title("(1) Queue · Warmline")
    page.goto("/console/settings")
    expect(page).to_have_title("(1) Settings · Warmline")


def test_new_work_sounds_and_is_a_notice_of_the_desktop_where_that_is_wanted(desk: Desk, visit: Visit) -> None:
    page = _watched(visit)
    sign_in(page, desk.hire("ines", queues=["billing"]))
    page.goto("/console/settings")
    _heard(page)
    notices = page.get_by_role("region", name="Notices").get_by_role("group", name="Desktop notices")
    notices.get_by_role("button", name="on").click()
    expect(notices.get_by_role("button", name="on", pressed=True)).to_be_visible()
    page.goto("/console/mine")
    page.mouse.click(5, 5)
    escalate(desk, namespace="user-dave")
    page.wait_for_function("() => window.notices.length > 0", timeout=LONG_MS)
    assert page.evaluate("[window.notices, window.sounds]") == [["user-dave waits for you"], 1]


def test_nothing_sounds_where_the_sound_is_off(desk: Desk, visit: Visit) -> None:
    page = _watched(visit)
    sign_in(page, desk.hire("ines", queues=["billing"]))
    page.goto("/console/settings")
    sounds = page.get_by_role("region", name="Notices").get_by_role("group", name="A sound")
    sounds.get_by_role("button", name="off").click()
    expect(sounds.get_by_role("button", name="off", pressed=True)).to_be_visible()
    page.goto("/console/")
    _heard(page)
    page.mouse.click(5, 5)
    escalate(desk)
    # The title counts before anything sounds: what was told stands in the storage afterwards.
    page.wait_for_function("() => JSON.parse(localStorage.getItem('warmline news')).ids.length === 1", timeout=LONG_MS)
    expect(page).to_have_title("(1) Queue · Warmline")
    assert page.evaluate("[window.notices, window.sounds]") == [[], 0]


def test_a_customer_who_writes_to_whoever_has_the_case_is_news(desk: Desk, visit: Visit) -> None:
    page = _watched(visit)
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk)
    page.goto(f"/console/handoffs/{handoff.id}")
    Hands(page).press("button", "Take over")
    expect(page.get_by_role("region", name="Reply")).to_be_visible()
    _heard(page)
    page.goto("/console/mine")
    page.mouse.click(5, 5)
    session = desk.client.handoffs.get(handoff.id).target_session_id
    desk.client.memories.remember("Are you still there?", session_id=session, role="user")
    page.wait_for_function("() => window.sounds === 1", timeout=LONG_MS)
