"""Signing in through an OpenID provider: a real one, on loopback, that is right, and one that lies."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from tests.builders.console import PASSWORD, Browser, a_browser, sign_in, signed_in, tenant_name, text_of
from tests.builders.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, a_key, an_openid_provider
from tests.builders.requests import get, patch, post
from tests.conftest import Api, TenantKey
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with an_openid_provider() as provider:
        yield provider


@pytest.fixture
def boss(api: Api) -> Browser:
    return signed_in(api, "boss", role="admin")


def set_up(boss: Browser, provider: OpenIdProvider, **fields: str) -> None:
    typed = {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **fields}
    assert "Saved" in boss.done("/settings/provider", **typed)


def link(api: Api, boss: Browser, name: str = "ann", subject: str = "subject-1") -> None:
    operator_id = get(api, f"operators/{name}")["id"]
    boss.done(f"/settings/operators/{operator_id}/identity", subject=subject)


def sent_away(api: Api, browser: Browser, **more: str) -> str:
    """Where a browser is sent to sign in."""
    asked = {"tenant": tenant_name(api), **more}
    answer = browser.http.get("/console/sign-in/provider/begin", params=asked)
    assert answer.status_code == 303, text_of(answer.text)
    return answer.headers["location"]


def come_back(api: Api, browser: Browser, **more: str) -> httpx.Response:
    """Go to the provider, sign in there, and come back."""
    at_the_provider = httpx.get(sent_away(api, browser, **more))
    return browser.http.get(at_the_provider.headers["location"])


def is_in(browser: Browser) -> bool:
    return browser.get("/mine").url.path == "/console/mine"


@pytest.fixture
def ann(api: Api, boss: Browser, provider: OpenIdProvider) -> None:
    """An operator who is linked to the provider's subject."""
    post(api, "operators", {"name": "ann"}, 201)
    set_up(boss, provider)
    link(api, boss)


@pytest.mark.usefixtures("ann")
def test_whoever_is_linked_signs_in_and_gets_the_page_that_was_asked_for(api: Api) -> None:
    browser = a_browser(api.url)

    answer = come_back(api, browser, next="/console/drafts")

    assert (answer.status_code, answer.headers.get("location")) == (303, "/console/drafts"), text_of(answer.text)
    assert is_in(browser)
    assert get(api, "audit", verb="sign-in")["items"][0]["details"] == {"by": "provider"}


@pytest.mark.usefixtures("ann")
def test_a_page_says_where_one_is_sent_and_leads_there_by_a_link(api: Api) -> None:
    page = a_browser(api.url).page(f"/sign-in/provider?tenant={tenant_name(api)}")

    assert "sign in at 127.0.0.1" in text_of(page)
    assert 'href="/console/sign-in/provider/begin?tenant=' in page


LIES: list[tuple[dict[str, Any], str]] = [
    ({"signing": a_key()}, "its token does not hold"),
    ({"claims": {"nonce": "another"}}, "its token does not hold (nonce)"),
    ({"claims": {"nonce": None}}, "its token does not hold"),
    ({"claims": {"aud": "somebody-else"}}, "its token does not hold (aud)"),
    ({"claims": {"aud": [CLIENT_ID, "other"]}}, "made for somebody else"),
    ({"claims": {"azp": "other"}}, "made for somebody else"),
    ({"claims": {"exp": 1_700_000_000}}, "its token does not hold"),
    ({"claims": {"iss": "https://login.example"}}, "its token does not hold (iss)"),
    ({"claims": {"sub": 7}}, "its token"),
    ({"unsigned": True}, "its token does not hold"),
    ({"calls_itself": "https://login.example"}, "it calls itself by another name"),
]


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(("lie", "said"), LIES, ids=[next(iter(lie)) for lie, _ in LIES])
def test_a_token_that_does_not_hold_lets_nobody_in(
    api: Api, provider: OpenIdProvider, lie: dict[str, Any], said: str
) -> None:
    browser = a_browser(api.url)
    where = sent_away(api, browser)
    for name, value in lie.items():
        setattr(provider, name, value)

    answer = browser.http.get(httpx.get(where).headers["location"])

    assert answer.status_code == 401
    assert said in text_of(answer.text)
    assert not is_in(browser)
    assert get(api, "audit", verb="sign-in-failed")["items"][0]["details"]["why"] == "ProviderFailed"


@pytest.mark.usefixtures("ann")
def test_a_key_of_another_with_the_same_name_signs_nothing(api: Api, provider: OpenIdProvider) -> None:
    provider.signing = a_key(provider.published.kid)

    assert come_back(api, a_browser(api.url)).status_code == 401


@pytest.mark.usefixtures("ann")
def test_keys_may_change_at_any_time(api: Api, provider: OpenIdProvider) -> None:
    assert come_back(api, a_browser(api.url)).status_code == 303
    provider.published = a_key()

    assert come_back(api, a_browser(api.url)).status_code == 303


@pytest.mark.usefixtures("ann")
def test_a_state_is_good_once_and_in_its_own_browser_alone(api: Api, provider: OpenIdProvider) -> None:
    browser, thief = a_browser(api.url), a_browser(api.url)
    where = sent_away(api, browser)
    cookies = dict(browser.http.cookies)
    first, again = (httpx.get(where).headers["location"] for _ in range(2))

    assert thief.http.get(first).status_code == 403
    assert browser.http.get(first.replace("state=", "state=x")).status_code == 403
    browser.http.cookies.update(cookies)
    assert browser.http.get(first).status_code == 303

    # The provider's second code is good, and so is the cookie that was kept: the state is used up.
    asked = len(provider.asked)
    replaying = a_browser(api.url)
    replaying.http.cookies.update(cookies)
    answer = replaying.http.get(again)
    assert (answer.status_code, "was completed already" in text_of(answer.text)) == (403, True)
    assert len(provider.asked) == asked
    assert not is_in(replaying)


@pytest.mark.usefixtures("ann")
def test_a_code_of_another_sign_in_is_worth_nothing(api: Api) -> None:
    mine, other = a_browser(api.url), a_browser(api.url)
    back = httpx.get(sent_away(api, mine)).headers["location"]
    stolen = httpx.get(sent_away(api, other)).headers["location"]
    code = httpx.URL(stolen).params["code"]

    answer = mine.http.get(str(httpx.URL(back).copy_set_param("code", code)))

    assert answer.status_code == 401
    assert "it answered 400" in text_of(answer.text)


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize("more", [{"code": ""}, {"iss": "https://login.example"}])
def test_an_answer_without_a_code_or_of_another_issuer_lets_nobody_in(api: Api, more: dict[str, str]) -> None:
    browser = a_browser(api.url)
    back = httpx.URL(httpx.get(sent_away(api, browser)).headers["location"])

    assert browser.http.get(str(back.copy_merge_params(more))).status_code == 401


def test_whoever_is_no_operator_stays_out_unless_the_tenant_adds_them(
    api: Api, boss: Browser, provider: OpenIdProvider
) -> None:
    set_up(boss, provider)
    provider.claims = {"preferred_username": "Zoe.Wexford@example.com", "name": "Zoe Wexford"}
    answer = come_back(api, a_browser(api.url))
    assert (answer.status_code, "no operator here" in text_of(answer.text)) == (403, True)

    set_up(boss, provider, adds_operators="on")
    browser = a_browser(api.url)
    assert come_back(api, browser).status_code == 303
    zoe = get(api, "operators/zoe.wexford")
    assert (zoe["display_name"], zoe["role"], zoe["may_sign_in"]) == ("Zoe Wexford", "operator", False)
    assert is_in(browser)
    assert come_back(api, a_browser(api.url)).status_code == 303


def test_a_claim_says_the_role_and_who_has_none_stays_out(api: Api, boss: Browser, provider: OpenIdProvider) -> None:
    roles = "wl-admins = admin\nwl-leads = lead"
    set_up(boss, provider, adds_operators="on", role_claim="groups", roles=roles)
    provider.claims = {"preferred_username": "kim", "groups": ["staff"]}
    assert come_back(api, a_browser(api.url)).status_code == 403

    provider.claims["groups"] = ["staff", "wl-leads"]
    assert come_back(api, a_browser(api.url)).status_code == 303
    assert get(api, "operators/kim")["role"] == "lead"


@pytest.mark.parametrize("given", [7, True, {"wl-leads": True}, [["wl-leads"]]])
def test_a_claim_that_is_no_list_of_roles_gives_none(
    api: Api, boss: Browser, provider: OpenIdProvider, given: object
) -> None:
    set_up(boss, provider, adds_operators="on", role_claim="groups", roles="wl-leads = lead")
    provider.claims = {"preferred_username": "kim", "groups": given}

    assert come_back(api, a_browser(api.url)).status_code == 403


def test_a_blank_name_at_the_provider_is_none(api: Api, boss: Browser, provider: OpenIdProvider) -> None:
    set_up(boss, provider, adds_operators="on")
    provider.claims = {"preferred_username": "kim", "name": "  "}

    assert come_back(api, a_browser(api.url)).status_code == 303
    assert get(api, "operators/kim")["display_name"] == "kim"


def test_a_name_at_the_provider_makes_nobody_an_operator_who_is_one(
    api: Api, boss: Browser, provider: OpenIdProvider
) -> None:
    set_up(boss, provider, adds_operators="on")
    provider.claims = {"preferred_username": "boss", "email": "boss@example.com"}
    browser = a_browser(api.url)

    assert come_back(api, browser).status_code == 403
    assert not is_in(browser)


@pytest.mark.usefixtures("ann")
def test_whoever_is_disabled_or_deleted_does_not_come_back_through_the_provider(
    api: Api, boss: Browser, provider: OpenIdProvider
) -> None:
    patch(api, "operators/ann", {"disabled": True})
    assert come_back(api, a_browser(api.url)).status_code == 403

    set_up(boss, provider, adds_operators="on")
    provider.claims = {"preferred_username": "ann"}
    assert come_back(api, a_browser(api.url)).status_code == 403
    api.http.delete("/v1/operators/ann")
    assert come_back(api, a_browser(api.url)).status_code == 403


@pytest.mark.usefixtures("ann")
def test_whoever_was_deleted_becomes_nobody_new_until_an_administrator_links_them(
    api: Api, boss: Browser, provider: OpenIdProvider
) -> None:
    set_up(boss, provider, adds_operators="on")
    provider.claims = {"preferred_username": "ann.marlow"}
    api.http.delete("/v1/operators/ann")
    assert come_back(api, a_browser(api.url)).status_code == 403

    post(api, "operators", {"name": "ann-2"}, 201)
    link(api, boss, "ann-2")
    assert come_back(api, a_browser(api.url)).status_code == 303


def test_a_subject_is_one_operators_alone(api: Api, boss: Browser, ann: None) -> None:
    post(api, "operators", {"name": "bob"}, 201)
    operator_id = get(api, "operators/bob")["id"]

    refused = boss.refused(f"/settings/operators/{operator_id}/identity", 422, subject="subject-1")

    assert "Another operator has this subject" in text_of(refused)


@pytest.mark.usefixtures("ann")
def test_passwords_can_be_switched_off_and_on_again_with_a_key(api: Api, boss: Browser) -> None:
    patch(api, "preferences", {"password_sign_in": False})
    assert sign_in(a_browser(api.url), api, "boss").status_code == 401
    assert come_back(api, a_browser(api.url)).status_code == 303

    patch(api, "preferences", {"password_sign_in": True})
    assert sign_in(a_browser(api.url), api, "boss", PASSWORD).status_code == 303


def test_the_last_way_to_sign_in_is_not_taken_away(api: Api, boss: Browser, provider: OpenIdProvider) -> None:
    answer = api.http.patch("/v1/preferences", json={"password_sign_in": False})
    assert (answer.status_code, "Set a provider up first" in answer.text) == (422, True)

    set_up(boss, provider)
    patch(api, "preferences", {"password_sign_in": False})
    refused = text_of(boss.refused("/settings/provider/remove", 422))
    assert "Nobody could sign in to the console any more" in refused
    assert come_back(api, a_browser(api.url)).status_code == 403


def test_the_clients_secret_is_sealed_and_goes_to_no_other_issuer(
    api: Api, boss: Browser, provider: OpenIdProvider, tenant: TenantKey, database: Database
) -> None:
    set_up(boss, provider)
    row = tables.IdentityProvider
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        assert db.scalars(select(row.client_secret)).one().startswith("sealed:")
    assert CLIENT_SECRET not in boss.page("/settings/provider")

    set_up(boss, provider, client_secret="")
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        assert db.scalars(select(row.client_secret)).one() is not None
    set_up(boss, provider, client_secret="", issuer="https://login.example")
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        assert db.scalars(select(row.client_secret)).one() is None


@pytest.mark.parametrize("issuer", ["https://10.0.0.1", "https://169.254.169.254/latest", "https://[::1]"])
def test_a_provider_inside_the_platforms_own_network_is_refused(boss: Browser, issuer: str) -> None:
    refused = boss.refused("/settings/provider", 422, issuer=issuer, client_id=CLIENT_ID)

    assert "It is no public address" in text_of(refused)


def test_an_issuer_that_is_no_address_is_refused_with_a_sentence(boss: Browser) -> None:
    refused = boss.refused("/settings/provider", 422, issuer="https://xn--a/", client_id=CLIENT_ID)

    assert "Issuer: It is no address" in text_of(refused)


@pytest.mark.usefixtures("ann")
def test_a_provider_that_names_no_address_or_answers_no_json_is_said_in_a_sentence(
    api: Api, provider: OpenIdProvider
) -> None:
    asked = {"tenant": tenant_name(api)}
    for discovery, said in (({"jwks_uri": "https://xn--a/"}, "its jwks_uri cannot be used"), ("[" * 99_000, "no JSON")):
        provider.discovered = discovery
        answer = a_browser(api.url).http.get("/console/sign-in/provider/begin", params=asked)
        assert (answer.status_code, said in text_of(answer.text)) == (401, True)


def test_a_tenant_without_a_provider_is_answered_as_one_that_is_not(api: Api) -> None:
    browser = a_browser(api.url)
    pages = [
        browser.http.get("/console/sign-in/provider/begin", params={"tenant": name})
        for name in (tenant_name(api), "nobody")
    ]

    assert [page.status_code for page in pages] == [404, 404]
    assert "There is no provider for this tenant" in text_of(pages[0].text)


def test_a_provider_that_is_away_is_said_in_a_sentence(api: Api, boss: Browser, provider: OpenIdProvider) -> None:
    set_up(boss, provider, issuer="http://127.0.0.1:9")

    answer = a_browser(api.url).http.get("/console/sign-in/provider/begin", params={"tenant": tenant_name(api)})

    assert (answer.status_code, "it cannot be reached" in text_of(answer.text)) == (401, True)
