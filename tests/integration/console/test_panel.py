"""The side panel: who may show it, who may see and do what in it, and what it shows."""

from collections.abc import Callable

import httpx
import pytest

from tests.builders.console import Browser, csrf_of, signed_in, text_of
from tests.builders.handoffs import accept, act, claim, read, requested, waiting
from tests.builders.memories import remember
from tests.builders.panel import DESK, Panel, a_panel, a_panel_of, code_for
from tests.builders.requests import get, patch
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def panel(api: Api, ann: Browser) -> Panel:
    """The panel of an operator who works billing."""
    return a_panel_of(api, ann)


def policy(answer: httpx.Response) -> str:
    """The pages that may show an answer."""
    return str(answer.headers["content-security-policy"]).partition("frame-ancestors ")[2]


def a_conversation(api: Api, number: str = "57", bridge: str = "chatwoot-1") -> str:
    """A session of a help desk's conversation."""
    return a_session(api, metadata={"bridge": bridge, "conversation": number})


def test_the_pages_that_the_tenant_names_may_show_it_and_no_other(api: Api, ann: Browser) -> None:
    patch(api, "preferences", {"panel_origins": [DESK, "http://127.0.0.1:3000"]})
    answer = a_panel(api).get()
    assert policy(answer) == f"{DESK} http://127.0.0.1:3000"
    assert "x-frame-options" not in answer.headers


def test_nobody_may_show_it_before_the_tenant_names_a_page(api: Api, ann: Browser) -> None:
    answer = a_panel(api).get()
    assert (policy(answer), answer.headers["x-frame-options"]) == ("'none'", "DENY")


def test_a_tenant_that_is_not_there_looks_like_one_without_a_desk(api: Api) -> None:
    answer = a_panel(api, "nobody-has-this-name").get()
    assert (answer.status_code, policy(answer)) == (200, "'none'")


def test_the_console_is_shown_in_no_page_that_may_show_the_panel(api: Api, panel: Panel, ann: Browser) -> None:
    for path in ("/", "/panel-code", "/sign-in"):
        assert policy(ann.get(path)) == "'none'"


@pytest.mark.parametrize("origin", ["*", "https://desk.example/", "https://desk.example; script-src *", "javascript:1"])
def test_what_is_no_origin_is_refused_as_a_page_that_shows_it(api: Api, origin: str) -> None:
    refused = api.http.patch("/v1/preferences", json={"panel_origins": [origin]})
    assert (refused.status_code, "panel_origins" in refused.text) == (422, True)


def test_a_page_is_known_again_however_its_name_is_written(api: Api) -> None:
    # Browsers say where a page is from in small letters, and the panel hears from no other.
    patch(api, "preferences", {"panel_origins": [DESK.upper().replace("HTTPS", "https")]})
    assert get(api, "preferences")["panel_origins"] == [DESK]


def test_its_cookie_is_for_frames_of_this_page_alone_and_for_no_script(api: Api, ann: Browser) -> None:
    cookie = a_panel(api).sign_in(code_for(ann)).headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/console/panel/"):
        assert part in cookie


def test_a_code_works_once(api: Api, ann: Browser) -> None:
    code = code_for(ann)
    assert a_panel(api).sign_in(code).status_code == 303
    second = a_panel(api).sign_in(code)
    assert (second.status_code, "no such code any more" in second.text) == (401, True)


def test_a_code_is_taken_as_people_type_it(api: Api, ann: Browser) -> None:
    assert a_panel(api).sign_in(code_for(ann).lower().replace("-", " ")).status_code == 303


def test_whoever_guesses_codes_has_to_wait(api: Api, ann: Browser) -> None:
    panel = a_panel(api)
    assert [panel.sign_in(f"GUESS-{number}").status_code for number in range(8)][-1] == 429
    patch(api, "preferences", {"panel_origins": [DESK]})
    assert policy(panel.sign_in("GUESS-8")) == DESK


def test_a_code_of_one_tenant_opens_no_panel_of_another(
    api: Api, ann: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    foreign = client_of(new_tenant())
    assert a_panel(foreign).sign_in(code_for(ann)).status_code == 401


def test_a_login_of_one_tenant_shows_nothing_in_the_panel_of_another(
    api: Api, panel: Panel, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    # Its pages would else show the cases of this tenant, and have its operators press what they do not see.
    case, foreign = waiting(api), a_panel(client_of(new_tenant()))
    foreign.cookie = panel.cookie
    assert "Get a code" in foreign.get(f"/chains/{case['chain_id']}").text
    csrf = csrf_of(panel.get().text)
    answer = foreign.post(f"/handoffs/{case['id']}/accept", csrf=csrf)
    assert (answer.status_code, read(api, case)["state"]) == (200, "ready")


def test_a_login_of_the_console_is_none_of_the_panel_and_the_other_way_round(
    api: Api, panel: Panel, ann: Browser
) -> None:
    assert "Get a code" in ann.get(f"/panel/{panel.tenant}").text
    answer = panel.http.get("/console/", headers={"Cookie": f"warmline_panel={panel.cookie}"})
    assert answer.headers["location"].startswith("/console/sign-in")


def test_signing_out_of_it_ends_that_login_alone(api: Api, panel: Panel, ann: Browser) -> None:
    assert panel.submit("/sign-out").status_code == 303
    assert "Get a code" in panel.get().text
    assert ann.get("/mine").url.path == "/console/mine"


def test_a_login_of_it_stands_among_the_sign_ins_and_in_the_audit(api: Api, panel: Panel, ann: Browser) -> None:
    assert ann.page("/settings/sign-ins").count("/settings/sign-ins/") >= 1
    signed = [one for one in get(api, "audit", verb="sign-in")["items"] if one["details"].get("by") == "panel"]
    assert len(signed) == 1


def test_who_was_disabled_since_they_took_a_code_does_not_come_in(api: Api, ann: Browser) -> None:
    code = code_for(ann)
    patch(api, "operators/ann", {"disabled": True})
    assert a_panel(api).sign_in(code).status_code == 401


def test_after_signing_in_it_shows_what_was_asked_for_and_nothing_outside(api: Api, ann: Browser) -> None:
    panel = a_panel(api)
    for asked, shown in (
        (f"{panel.address}?desk=chatwoot-1&conversation=57", f"{panel.address}?desk=chatwoot-1&conversation=57"),
        ("https://evil.example/", panel.address),
        ("/console/settings", panel.address),
    ):
        assert panel.sign_in(code_for(ann), next=asked).headers["location"] == shown


def test_it_shows_the_case_of_the_desks_conversation(api: Api, panel: Panel) -> None:
    session = a_conversation(api)
    remember(api, session, "My invoice INV-2031 is $100 too high", role="user")
    waiting(api, session)
    shown = text_of(panel.get("?desk=chatwoot-1&conversation=57").text)
    assert "INV-2031" in shown
    assert "Take over" in shown


@pytest.mark.parametrize("query", ["desk=chatwoot-1&conversation=58", "desk=zammad-1&conversation=57"])
def test_a_conversation_that_is_no_case_says_so(api: Api, panel: Panel, query: str) -> None:
    waiting(api, a_conversation(api))
    assert "There is no case" in panel.get(f"?{query}").text


def test_a_case_of_others_is_as_if_it_were_not_there(api: Api, panel: Panel) -> None:
    case = waiting(api, a_conversation(api), to="queue:fraud")
    assert "There is no case" in panel.get("?desk=chatwoot-1&conversation=57").text
    answer = panel.get(f"/chains/{case['chain_id']}")
    assert (answer.status_code, policy(answer)) == (404, DESK)


def test_a_proof_is_shown_when_it_is_asked_for(api: Api, panel: Panel) -> None:
    session = a_session(api)
    memory = remember(api, session, "My invoice INV-2031 is $100 too high, my PIN is 4711", role="user")
    case = waiting(api, session)
    page = f"/chains/{case['chain_id']}?desk=&conversation="
    assert 'id="proof"' not in panel.get(page).text
    shown = panel.get(f"{page}&proof={memory['id']}").text
    assert 'id="proof"' in shown
    assert "4711" not in shown


def test_what_proves_nothing_of_the_case_is_not_shown(api: Api, panel: Panel) -> None:
    case, other = waiting(api), a_session(api, namespace="user-eve")
    memory = remember(api, other, "Eve's own words", role="user")
    assert "Eve's own words" not in panel.get(f"/chains/{case['chain_id']}?proof={memory['id']}").text


def test_a_case_is_taken_over_with_a_read_back(api: Api, panel: Panel) -> None:
    case = waiting(api, a_conversation(api))
    answer = panel.submit(f"/handoffs/{case['id']}/accept?desk=chatwoot-1&conversation=57", read_back="A refund")
    assert answer.headers["location"].endswith("?desk=chatwoot-1&conversation=57")
    taken = read(api, case)
    assert (taken["state"], taken["holder"], taken["read_back"]["text"]) == ("accepted", "human:ann", "A refund")
    shown = text_of(panel.get(f"/chains/{case['chain_id']}").text)
    assert "It is yours" in shown
    assert "Take over" not in shown


def test_a_read_back_that_contradicts_the_brief_is_shown_and_can_be_confirmed(api: Api, panel: Panel) -> None:
    session = a_session(api)
    remember(api, session, "Please refund the $100", role="user")
    case = waiting(api, session)
    refused = panel.submit(f"/handoffs/{case['id']}/accept", read_back="Refund $150")
    assert (refused.status_code, policy(refused)) == (409, DESK)
    assert "Take over anyway" in refused.text
    panel.submit(f"/handoffs/{case['id']}/accept", read_back="Refund $150", confirm_read_back="true")
    assert read(api, case)["state"] == "accepted"


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_form_without_the_token_of_its_page_does_nothing(api: Api, panel: Panel, token: str) -> None:
    case = waiting(api)
    answer = panel.post(f"/handoffs/{case['id']}/accept", csrf=token)
    assert (answer.status_code, read(api, case)["state"]) == (403, "ready")


def test_a_form_that_another_site_posts_does_nothing(api: Api, panel: Panel) -> None:
    case, csrf = waiting(api), csrf_of(panel.get().text)
    headers = {"Cookie": f"warmline_panel={panel.cookie}", "Origin": DESK}
    address = f"{panel.address}/handoffs/{case['id']}/accept"
    assert panel.http.post(address, data={"csrf": csrf}, headers=headers).status_code == 403
    assert read(api, case)["state"] == "ready"


def test_who_is_not_signed_in_neither_sees_nor_does_anything(api: Api, panel: Panel) -> None:
    case, stranger = waiting(api), a_panel(api)
    assert "Get a code" in stranger.get(f"/chains/{case['chain_id']}").text
    assert "Get a code" in stranger.post(f"/handoffs/{case['id']}/accept").text
    assert stranger.get(f"/events?chain_id={case['chain_id']}").status_code == 204
    assert read(api, case)["state"] == "ready"


def test_an_auditor_reads_and_takes_nothing(api: Api) -> None:
    panel, case = a_panel_of(api, signed_in(api, "olga", role="auditor")), waiting(api)
    assert "Take over" not in text_of(panel.get(f"/chains/{case['chain_id']}").text)
    assert panel.submit(f"/handoffs/{case['id']}/accept").status_code == 403
    assert read(api, case)["state"] == "ready"


def test_it_shows_how_the_case_came_here_and_who_has_it(api: Api, panel: Panel) -> None:
    first = accept(api, waiting(api), "human:bob")
    act(
        api, first["handoff"], "transfer", token=first["claim"]["token"], to="queue:billing", reason="It is the invoice"
    )
    shown = text_of(panel.get(f"/chains/{first['handoff']['chain_id']}").text)
    assert "Disputed overcharge" in shown
    assert "It is the invoice" in shown


def test_what_a_colleague_has_reserved_is_not_to_be_taken(api: Api, panel: Panel) -> None:
    case = waiting(api)
    claim(api, case, "human:bob")
    shown = text_of(panel.get(f"/chains/{case['chain_id']}").text)
    assert "has reserved it" in shown
    assert "Take over" not in shown


def test_a_case_of_which_nothing_was_handed_over_says_who_has_it(api: Api) -> None:
    panel = a_panel_of(api, signed_in(api, "olga", role="auditor"))
    assert "tier1-bot has this conversation" in text_of(panel.get(f"/chains/{a_session(api)}").text)


def test_a_brief_that_is_being_written_is_told_as_that(api: Api, panel: Panel) -> None:
    case = requested(api, mode="cold")
    assert panel.get(f"/chains/{case['chain_id']}").status_code == 200
