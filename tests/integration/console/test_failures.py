"""Failed handoffs in the console: why, what the refused brief says, and another try."""

from collections.abc import Callable

import pytest

from tests.builders.console import Browser, Markup, signed_in, text_of
from tests.builders.handoffs import written
from tests.builders.memories import remember
from tests.builders.requests import Json, get, post
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def ann(api: Api) -> Browser:
    """A lead: what fails here goes from one agent to another, and so to no queue of anybody."""
    return signed_in(api, role="lead")


def failed(api: Api, content: str = "hm") -> Json:
    ask = {"session_id": a_session(api, content), "to": "billing-bot", "reason": "help", "refuse_vague": True}
    return written(api, post(api, "handoffs", ask, 202), "failed")


def test_a_failed_handoff_shows_its_problem_and_the_brief_that_was_refused(api: Api, ann: Browser) -> None:
    handoff = failed(api)
    page = ann.page("/failed")
    assert "is missing: remember" in text_of(page)
    assert "The brief that was refused" in text_of(page)
    assert f'href="/console/handoffs/{handoff["id"]}"' in page


def test_where_none_failed_the_page_says_what_would_stand_there(ann: Browser) -> None:
    assert "No handoff has failed" in text_of(ann.page("/failed"))


def test_the_ticked_ones_are_tried_again_and_no_others(api: Api, ann: Browser) -> None:
    mended, left = failed(api), failed(api)
    remember(
        api,
        mended["source_session_id"],
        "I was charged $299, please refund it",
        slot={"name": "account_id", "value": "ACC-4521"},
    )
    page = ann.done("/failed", **{f"retry-{mended['id']}": "on"})
    assert "1 is being retried" in text_of(page)
    assert written(api, mended, "ready")["attempts"] == 1
    assert get(api, f"handoffs/{left['id']}")["state"] == "failed"


def test_what_cannot_be_tried_again_is_told_and_stops_no_other(api: Api, ann: Browser) -> None:
    one, other = failed(api), failed(api)
    post(api, f"handoffs/{one['id']}/cancel")
    page = ann.refused("/failed", **{f"retry-{one['id']}": "on", f"retry-{other['id']}": "on"})
    assert "1 of 2 are being retried" in text_of(page)
    assert "is cancelled" in text_of(page)


def test_hostile_words_in_a_refused_brief_are_text(api: Api, ann: Browser) -> None:
    failed(api, "<script>alert(1)</script><img src=x onerror=alert(1)>")
    found = Markup(ann.page("/failed")).found
    assert [tag for tag, _ in found].count("script") == 1
    assert not any(name.startswith("on") for _, names in found for name in names)


def test_another_tenants_failure_is_neither_shown_nor_tried_again(
    api: Api, ann: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    stranger = client_of(new_tenant())
    handoff = failed(stranger)
    assert handoff["id"] not in ann.page("/failed")
    assert "There is no such handoff" in text_of(ann.refused("/failed", **{f"retry-{handoff['id']}": "on"}))


def test_a_person_takes_over_what_could_not_be_briefed(api: Api, ann: Browser) -> None:
    handoff = failed(api)
    page = ann.done(f"/handoffs/{handoff['id']}/take")
    assert "It comes to you now" in text_of(page)
    ready = written(api, handoff)
    assert (ready["to"], ready["redirected_from"]) == ("human:ann", "billing-bot")
    assert "You are now answering this customer." in text_of(ann.done(f"/handoffs/{handoff['id']}/accept"))


def test_taking_over_is_offered_in_the_list_and_on_the_page(api: Api, ann: Browser) -> None:
    handoff = failed(api)
    address = f"/console/handoffs/{handoff['id']}/take"
    assert f'formaction="{address}"' in ann.page("/failed")
    assert f'action="{address}"' in ann.page(f"/handoffs/{handoff['id']}")


def test_what_has_not_failed_is_not_taken_over_like_that(api: Api, ann: Browser) -> None:
    handoff = failed(api)
    post(api, f"handoffs/{handoff['id']}/cancel")
    assert "nothing was changed" in text_of(ann.refused(f"/handoffs/{handoff['id']}/take"))


def test_a_retry_tells_what_came_of_it(api: Api, ann: Browser) -> None:
    mended, left = failed(api), failed(api)
    said = {"slot": {"name": "account_id", "value": "ACC-4521"}}
    remember(api, mended["source_session_id"], "I was charged $299, please refund it", **said)
    ann.done("/failed", **{f"retry-{one['id']}": "on" for one in (mended, left)})
    written(api, mended), written(api, left, "failed")
    page = ann.page(f"/failed?retried={mended['id']}&retried={left['id']}")
    shown = text_of("<main" + page.partition('id="retried"')[2].partition("</section>")[0])
    assert "it went through Waiting for billing-bot" in shown
    assert "failed again" in shown
