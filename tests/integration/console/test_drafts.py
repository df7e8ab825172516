"""Review of drafts in the console: with plain forms, and without losing what anybody typed."""

from collections.abc import Callable

import pytest

from tests.builders.console import Browser, Markup, signed_in, text_of
from tests.builders.drafts import an_edit, drafted, lines_of
from tests.builders.form_fields import fields_of
from tests.builders.hostile_texts import HOSTILE
from tests.builders.memories import remember
from tests.builders.requests import Json, get, post
from tests.builders.sessions import OVERCHARGE, a_session
from tests.builders.whole_words import says
from tests.conftest import Api, TenantKey

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def ann(api: Api) -> Browser:
    """A lead: the drafts of these tests go from one agent to another, and so to no queue of anybody."""
    return signed_in(api, role="lead")


def of(handoff: Json) -> str:
    return f"/drafts/{handoff['id']}"


def form_of(browser: Browser, handoff: Json) -> dict[str, str]:
    fields = fields_of(browser.page(of(handoff)), f"/console{of(handoff)}")
    return {name: value for name, value in fields.items() if name != "csrf"}


def place_of(form: dict[str, str], text: str) -> str:
    """The beginning of the names of a line's fields."""
    name = next(name for name, value in form.items() if name.endswith("-text") and text in value)
    return name.removesuffix("-text")


def previewed(browser: Browser, handoff: Json, verb: str, form: dict[str, str]) -> str:
    """The page that a form of a draft is answered with, where nothing is saved."""
    answer = browser.submit(of(handoff), verb=verb, **form)
    assert answer.status_code == 200, answer.text
    return answer.text


def carried(page: str, handoff: Json) -> dict[str, str]:
    """What goes along with a preview, as it came."""
    return {name: value for name, value in fields_of(page, f"/console{of(handoff)}").items() if name != "csrf"}


def written_by_hand(api: Api, handoff: Json) -> list[str]:
    """The lines of what is wanted that a reviewer wrote or changed."""
    wanted = lines_of(get(api, f"handoffs/{handoff['id']}/draft")["brief"], "ask")
    return [line["text"] for line in wanted if line["edited"]]


def with_goal(api: Api) -> Json:
    return drafted(api, a_session(api), goal="Refund $100 by Friday")


def test_drafts_that_wait_are_listed(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    page = ann.page("/drafts")
    assert f'href="/console{of(handoff)}"' in page
    assert "Disputed overcharge" in page


def test_where_none_waits_the_page_says_how_one_comes_about(ann: Browser) -> None:
    assert "No draft waits for approval" in text_of(ann.page("/drafts"))


def test_a_draft_shows_its_quality_and_what_was_kept_since(api: Api, ann: Browser) -> None:
    session = a_session(api)
    handoff = drafted(api, session)
    remember(api, session, "Is anybody there?")
    shown = text_of(ann.page(of(handoff)))
    assert "Quality" in shown
    assert "Is anybody there?" in shown.partition("New messages since")[2]


def test_a_line_is_changed_one_is_added_and_one_removed(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    form = form_of(ann, handoff)
    goal, blank = place_of(form, "Refund $100"), next(n for n in form if n.endswith("-text") and not form[n])
    section = form[goal + "-section"]
    blank = next(n[:-5] for n in form if n.endswith("-text") and not form[n] and form[n[:-5] + "-section"] == section)
    form |= {f"{goal}-text": "Refund $90 today", f"{blank}-text": "Call Dave back"}
    ann.done(of(handoff), verb="save", **form)
    assert written_by_hand(api, handoff) == ["Refund $90 today", "Call Dave back"]
    form = form_of(ann, handoff)
    ann.done(of(handoff), verb="save", **form, **{place_of(form, "Refund $90") + "-remove": "on"})
    assert written_by_hand(api, handoff) == ["Call Dave back"]


def test_a_quote_is_shown_with_who_said_it_and_is_the_reviewers_once_it_is_changed(api: Api, ann: Browser) -> None:
    handoff = drafted(api, a_session(api, "Please refund my order ORD-7781 today."))
    form = form_of(ann, handoff)
    quote = place_of(form, "Please refund")
    assert "customer" in text_of(ann.page(of(handoff))).partition("ORD-7781")[0]
    assert f"{quote}-label" not in form
    ann.done(of(handoff), verb="save", **(form | {f"{quote}-text": "Refund ORD-7781"}))
    (line,) = lines_of(get(api, f"handoffs/{handoff['id']}/draft")["brief"], "ask")
    assert (line["text"], line["origin"], line["speaker"]) == ("Refund ORD-7781", "reviewer", None)


def test_a_section_that_was_not_there_is_added(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    form = form_of(ann, handoff)
    number = int(form["count"]) - 1
    form |= {f"line-{number}-section": "if_then", f"line-{number}-text": "If he calls again, apologise"}
    ann.done(of(handoff), verb="save", **form)
    brief = get(api, f"handoffs/{handoff['id']}/draft")["brief"]
    assert [line["text"] for line in lines_of(brief, "if_then")] == ["If he calls again, apologise"]


def test_saving_what_nobody_changed_makes_no_revision(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    assert "Nothing was changed" in ann.done(of(handoff), verb="save", **form_of(ann, handoff))
    assert get(api, f"handoffs/{handoff['id']}/draft")["revision"] == 1


def test_confirming_hands_on_what_the_form_says(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    form = form_of(ann, handoff)
    form[place_of(form, "Refund $100") + "-text"] = "Refund $90 today"
    ann.done(of(handoff), verb="confirm", **form)
    ready = get(api, f"handoffs/{handoff['id']}")
    assert ready["state"] == "ready"
    assert "Refund $90 today" in ready["brief"]["text"]


def test_what_was_changed_is_seen_as_it_will_read_before_it_is_approved(api: Api, ann: Browser) -> None:
    session = a_session(api, OVERCHARGE, "My PIN is 4711.")
    handoff = drafted(api, session, goal="Refund $100 by Friday")
    form = form_of(ann, handoff)
    form[place_of(form, "Refund $100") + "-text"] = "Refund $90 today, PIN 4711"
    page = previewed(ann, handoff, "approve", form)
    shown = text_of(page)
    changed, _, reads = shown.partition("Brief")
    assert "Before: − Refund $100 by Friday" in changed
    assert "Refund $90 today" in changed
    assert "Refund $100 by Friday" not in reads
    assert not says(shown, "4711")
    assert get(api, f"handoffs/{handoff['id']}/draft")["revision"] == 1
    ann.done(of(handoff), verb="confirm", **carried(page, handoff))
    ready = get(api, f"handoffs/{handoff['id']}")
    assert (ready["state"], "Refund $90 today" in ready["brief"]["text"]) == ("ready", True)


def test_a_preview_tells_what_is_added_and_removed_and_leads_back_to_the_fields(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    form = form_of(ann, handoff)
    number = int(form["count"]) - 1
    form |= {f"line-{number}-section": "if_then", f"line-{number}-text": "If he calls again, apologise"}
    form[place_of(form, "Refund $100") + "-remove"] = "on"
    page = previewed(ann, handoff, "preview", form)
    assert "Removed: − Refund $100 by Friday" in text_of(page)
    assert "Added: + If he calls again, apologise" in text_of(page)
    again = previewed(ann, handoff, "edit", carried(page, handoff))
    assert "If he calls again, apologise</textarea>" in again
    assert "checked" in again.partition("Refund $100 by Friday</textarea>")[2].partition("</li>")[0]


def test_a_draft_that_nobody_changed_is_approved_at_once_and_can_be_previewed(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    form = form_of(ann, handoff)
    assert "What you changed Nothing was changed." in text_of(previewed(ann, handoff, "preview", form))
    ann.done(of(handoff), verb="approve", **form)
    assert get(api, f"handoffs/{handoff['id']}")["state"] == "ready"


def test_a_preview_of_a_draft_that_somebody_changed_shows_both_versions(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    form = form_of(ann, handoff)
    post(api, f"handoffs/{handoff['id']}/edit", an_edit(1, "Theirs: refund $80", section="ask"))
    form[place_of(form, "Refund $100") + "-text"] = "Mine: refund $90"
    page = ann.refused(of(handoff), verb="approve", **form)
    assert "Theirs: refund $80" in text_of(page).partition("Saved meanwhile")[2]
    assert "Mine: refund $90</textarea>" in page


def test_renewing_takes_in_what_was_kept_since_and_keeps_what_was_typed(api: Api, ann: Browser) -> None:
    session = a_session(api)
    handoff = drafted(api, session, goal="Refund $100 by Friday")
    remember(api, session, "My order is ORD-7781")
    form = form_of(ann, handoff)
    form[place_of(form, "Refund $100") + "-text"] = "Refund $90 today"
    ann.done(of(handoff), verb="renew", **form)
    brief = get(api, f"handoffs/{handoff['id']}", wait=20)["brief"]
    assert "Refund $90 today" in brief["text"]
    assert "ORD-7781" in brief["text"]


def test_cancelling_leaves_the_session_alone(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    ann.done(of(handoff), verb="cancel", **{**form_of(ann, handoff), "reason": "Solved by phone"})
    assert get(api, f"handoffs/{handoff['id']}")["problem"] == "Solved by phone"
    assert get(api, f"sessions/{handoff['source_session_id']}")["state"] == "open"


def test_a_conflict_shows_both_versions_and_loses_neither(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    form = form_of(ann, handoff)
    post(api, f"handoffs/{handoff['id']}/edit", an_edit(1, "Theirs: refund $80", section="ask"))
    form[place_of(form, "Refund $100") + "-text"] = "Mine: refund $90"
    page = ann.refused(of(handoff), verb="save", **form)
    assert "Theirs: refund $80" in text_of(page).partition("Saved meanwhile")[2]
    again = {name: value for name, value in fields_of(page, f"/console{of(handoff)}").items() if name != "csrf"}
    assert "Mine: refund $90" in again.values()
    ann.done(of(handoff), verb="save", **again)
    assert "Mine: refund $90" in written_by_hand(api, handoff)
    assert "Theirs: refund $80" not in written_by_hand(api, handoff)


def test_a_draft_that_somebody_confirmed_meanwhile_gives_back_what_was_typed(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    form = form_of(ann, handoff)
    post(api, f"handoffs/{handoff['id']}/confirm", {"revision": 1})
    form[place_of(form, "Refund $100") + "-text"] = "What I had typed"
    page = ann.refused(of(handoff), verb="save", **form)
    assert "What I had typed" in page.partition('id="typed"')[2]
    assert f'href="/console/handoffs/{handoff["id"]}"' in page


def test_a_draft_too_vague_to_confirm_is_saved_and_says_what_is_missing(api: Api, ann: Browser) -> None:
    handoff = drafted(api, a_session(api, "hm"), reason="help", refuse_vague=True)
    form = form_of(ann, handoff) | {"headline": "A better headline"}
    page = ann.refused(of(handoff), verb="confirm", **form)
    assert "needs more detail" in text_of(page)
    assert get(api, f"handoffs/{handoff['id']}/draft")["brief"]["headline"]["text"] == "A better headline"


def test_hostile_lines_are_text_in_every_field(api: Api, ann: Browser) -> None:
    handoff = drafted(api, a_session(api, *HOSTILE[:45]))
    found = Markup(ann.page(of(handoff))).found
    assert [tag for tag, _ in found].count("script") == 1
    assert not any(name.startswith("on") for _, names in found for name in names)
    assert "Nothing was changed" in ann.done(of(handoff), verb="save", **form_of(ann, handoff))


def test_a_form_without_its_token_changes_nothing(api: Api, ann: Browser) -> None:
    handoff = with_goal(api)
    assert ann.http.post(f"/console{of(handoff)}", data=form_of(ann, handoff) | {"verb": "confirm"}).status_code == 403
    assert get(api, f"handoffs/{handoff['id']}")["state"] == "drafted"


def test_another_tenants_draft_is_not_there(
    api: Api, ann: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    stranger = client_of(new_tenant())
    handoff = with_goal(stranger)
    form = form_of(ann, with_goal(api))
    assert ann.get(of(handoff)).status_code == 404
    ann.refused(of(handoff), 404, verb="confirm", **form)
    assert get(stranger, f"handoffs/{handoff['id']}")["state"] == "drafted"
