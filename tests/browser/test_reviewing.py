"""A draft is read, edited and handed on; what a colleague saved meanwhile is not lost."""

from uuid import UUID

from playwright.sync_api import expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.working import Hands, escalate
from warmline_schemas.handoffs import HandoffState

MENDED = "Refund $100 by Friday, and call Dave back"


def test_a_draft_is_edited_and_handed_on_as_it_was_read(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk, review=True)
    page.get_by_role("link", name="Drafts").click()
    hands = Hands(page)
    hands.press("link", "tier1-bot")
    hands.type_into("tier1-bot", MENDED)
    hands.press("button", "Approve")
    expect(page.get_by_text("waiting", exact=True).first).to_be_visible()
    brief = desk.client.handoffs.get(handoff.id)
    assert brief.state is HandoffState.READY
    assert brief.brief is not None
    assert brief.brief.headline.text == MENDED


def test_whoever_saves_second_is_shown_what_was_saved_first(desk: Desk, visit: Visit) -> None:
    page = visit()
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk, review=True)
    page.goto(f"/console/drafts/{handoff.id}")
    _save_elsewhere(desk, handoff.id)
    hands = Hands(page)
    hands.type_into("tier1-bot", MENDED)
    hands.press("button", "Approve")
    expect(page.get_by_role("alert").filter(has_text="saved revision 2")).to_be_visible()
    assert desk.client.handoffs.get(handoff.id).state is HandoffState.DRAFTED


def _save_elsewhere(desk: Desk, handoff_id: UUID) -> None:
    revision = desk.client.handoffs.draft(handoff_id).revision
    desk.client.handoffs.edit(handoff_id, revision=revision, headline="A colleague was faster")
