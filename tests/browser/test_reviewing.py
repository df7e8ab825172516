"""A draft is read, edited and handed on; what a colleague saved meanwhile is not lost."""

from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, Visit, sign_in
from tests.browser.inspecting import PHONE, STICKING_OUT, WIDE, take_picture, violations_on
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
    expect(page.get_by_role("heading", name="How it will read")).to_be_visible()
    expect(page.locator(".change--new")).to_contain_text(MENDED)
    assert desk.client.handoffs.get(handoff.id).state is HandoffState.DRAFTED
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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_what_shows_the_changes_also_on_a_phone(
    desk: Desk, visit: Visit, pictures: Path, theme: str
) -> None:
    page = visit(color_scheme=theme)
    sign_in(page, desk.hire("ines", queues=["billing"]))
    handoff = escalate(desk, review=True)
    page.goto(f"/console/drafts/{handoff.id}")
    hands = Hands(page)
    hands.type_into("tier1-bot", MENDED)
    page.get_by_label("remove").first.check()
    page.get_by_label("Section", exact=True).select_option("if_then")
    page.get_by_label("Its first line").fill("If he calls again, connect him to Ines")
    hands.press("button", "Preview")
    expect(page.locator(".change--new")).to_have_count(2)
    expect(page.locator(".change--gone")).to_have_count(2)
    page.set_viewport_size(WIDE)
    take_picture(page, pictures / f"draft-changes-{theme}.webp")
    assert violations_on(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(STICKING_OUT) == []


def _save_elsewhere(desk: Desk, handoff_id: UUID) -> None:
    revision = desk.client.handoffs.draft(handoff_id).revision
    desk.client.handoffs.edit(handoff_id, revision=revision, headline="A colleague was faster")
