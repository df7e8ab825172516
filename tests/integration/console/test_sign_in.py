"""Signing in to the console: who may, for how long, and what every page tells browsers."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update

from tests.builders.console import (
    PASSWORD,
    Browser,
    a_browser,
    an_operator_with_a_password,
    csrf_of,
    sign_in,
    signed_in,
    tenant_name,
    text_of,
)
from tests.builders.operators import revised
from tests.builders.requests import post
from tests.builders.security_lines import security_lines
from tests.conftest import Api, TenantKey, serve
from warmline_api.console.shell import COOKIE, assets
from warmline_memory import tenancy
from warmline_memory.settings import Settings
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

SOON = timedelta(minutes=2)
PAGES = ["/", "/mine", "/drafts", "/failed", "/settings", "/conversations/01978f6e-7c1a-7000-8000-000000000001"]


@pytest.fixture
def stranger(api: Api) -> Browser:
    return a_browser(api.url)


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_sign_in_and_no_page_says_anything(stranger: Browser, path: str) -> None:
    answer = stranger.get(path)

    assert answer.url.path == "/console/sign-in"
    assert answer.url.params["next"] == f"/console{path}"


def test_an_operator_signs_in_and_gets_the_page_that_was_asked_for(api: Api, stranger: Browser) -> None:
    an_operator_with_a_password(api)

    answer = sign_in(stranger, api, next="/console/mine")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/mine")
    assert "You have no work open" in text_of(stranger.page("/mine"))


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(api: Api, stranger: Browser) -> None:
    an_operator_with_a_password(api)

    cookie = sign_in(stranger, api).headers["set-cookie"].lower()

    assert cookie.startswith(f"{COOKIE}=")
    assert {"httponly", "samesite=lax", "path=/console"} <= {part.strip() for part in cookie.split(";")}


def test_a_browser_in_which_somebody_signed_in_knows_the_company(api: Api) -> None:
    browser = signed_in(api)
    browser.done("/sign-out")
    page = browser.page("/sign-in")
    assert f"Your name at {tenant_name(api)}" in text_of(page)

    answer = browser.http.post("/console/sign-in", data={"name": "ann", "password": PASSWORD})

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")


def test_a_name_alone_is_nobodys_where_no_company_is_known_and_a_wrong_password_makes_none_known(
    api: Api, stranger: Browser
) -> None:
    an_operator_with_a_password(api)
    assert sign_in(stranger, api, password="wrong password").status_code == 401

    assert stranger.http.post("/console/sign-in", data={"name": "ann", "password": PASSWORD}).status_code == 401


def test_only_a_hash_of_the_cookie_is_stored(api: Api, tenant: TenantKey, database: Database) -> None:
    token = signed_in(api).http.cookies[COOKIE]

    with database.transaction(tenant_id=tenant.tenant_id) as db:
        assert db.scalars(select(tables.SignIn.token_hash)).all() == [tenancy.key_hash(token)]


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(api: Api, stranger: Browser, name: str) -> None:
    an_operator_with_a_password(api)

    answer = sign_in(stranger, api, name, "wrong password")

    assert answer.status_code == 401
    assert "Wrong name or password" in answer.text
    assert COOKIE not in stranger.http.cookies


def test_an_operator_of_another_tenant_does_not_sign_in_with_the_same_name(
    api: Api, stranger: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    an_operator_with_a_password(api)

    assert sign_in(stranger, client_of(new_tenant())).status_code == 401


def test_whoever_is_disabled_neither_signs_in_nor_stays(api: Api, stranger: Browser) -> None:
    browser = signed_in(api)
    revised(api, "ann", disabled=True)

    assert browser.get("/mine").url.path == "/console/sign-in"
    assert sign_in(stranger, api).status_code == 401


def test_a_new_password_ends_every_stay(api: Api) -> None:
    browser = signed_in(api)
    revised(api, "ann", password="another password")

    assert browser.get("/mine").url.path == "/console/sign-in"


def test_signing_out_ends_the_stay_for_the_old_cookie_too(api: Api) -> None:
    browser = signed_in(api)
    old = dict(browser.http.cookies)
    assert "You are signed out" in browser.done("/sign-out")

    browser.http.cookies.update(old)

    assert browser.get("/mine").url.path == "/console/sign-in"


def test_a_stay_that_is_not_used_ends(api: Api, tenant: TenantKey, database: Database) -> None:
    browser = signed_in(api)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(tables.SignIn).values(expires_at=func.now()))

    assert browser.get("/mine").url.path == "/console/sign-in"


def test_a_stay_that_is_used_lasts(api: Api, tenant: TenantKey, database: Database) -> None:
    browser = signed_in(api)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(tables.SignIn).values(expires_at=func.now() + SOON, seen_at=func.now() - SOON))
    browser.page("/mine")

    with database.transaction(tenant_id=tenant.tenant_id) as db:
        left = db.scalars(select(tables.SignIn.expires_at - func.now())).one()
    assert left.total_seconds() > 11 * 3600


@pytest.mark.parametrize(
    "after", ["https://evil.test/", "//evil.test/", "/\\evil.test", "/v1/whoami", "javascript:x", "//["]
)
def test_nobody_is_sent_out_of_the_console(api: Api, stranger: Browser, after: str) -> None:
    an_operator_with_a_password(api)

    assert sign_in(stranger, api, next=after).headers["location"] == "/console/"


def test_a_form_of_another_site_is_refused(api: Api, stranger: Browser) -> None:
    an_operator_with_a_password(api)
    stranger.http.headers["origin"] = "https://evil.test"

    assert sign_in(stranger, api).status_code == 403


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_form_without_the_token_of_its_stay_does_nothing(api: Api, token: str) -> None:
    browser = signed_in(api)

    assert "Your session changed" in browser.refused("/presence", 403, csrf=token, presence="away")
    assert "away" not in api.http.get("/v1/operators/ann").text


def test_a_token_of_somebody_elses_stay_does_not_count(api: Api) -> None:
    browser, other = signed_in(api), signed_in(api, "bob")

    assert browser.submit("/presence", csrf=csrf_of(other.page("/mine")), presence="away").status_code == 403


@pytest.mark.parametrize("path", ["/sign-in", "/", "/no/such/page", "/static/warmline.css"])
def test_every_answer_tells_browsers_to_trust_nothing_else(stranger: Browser, path: str) -> None:
    headers = stranger.get(path).headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


def test_only_pages_that_are_named_may_show_the_console_in_a_frame(settings: Settings) -> None:
    named = {"console_frame_origins": "https://desk.example, http://127.0.0.1:8430"}
    with serve(settings.model_copy(update=named)) as url:
        headers = httpx.get(f"{url}/console/sign-in").headers
    assert "frame-ancestors https://desk.example http://127.0.0.1:8430" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


def test_pages_are_not_stored_and_assets_are_kept_for_a_year(api: Api) -> None:
    browser = signed_in(api)

    assert browser.get("/").headers["cache-control"] == "no-store"
    assert "immutable" in browser.http.get(assets.url_of("warmline.css")).headers["cache-control"]
    assert browser.http.get(f"{assets.URL}/warmline.css?v=old").headers["cache-control"] == "no-cache"


def test_pages_hold_no_script_and_no_style_of_their_own(api: Api) -> None:
    page = signed_in(api).page("/")

    assert page.count("<script") == page.count("<script src=") == 1
    assert not any(inside in page for inside in ("<style", " style=", " onclick=", "javascript:"))


def test_a_theme_is_remembered_without_javascript(stranger: Browser) -> None:
    stranger.http.post("/console/theme", data={"theme": "dark", "next": "/console/sign-in"})

    assert 'data-theme="dark"' in stranger.page("/sign-in")


def test_an_unknown_page_is_a_page_and_not_a_problem(api: Api) -> None:
    answer = signed_in(api).get("/no/such/page")

    assert answer.status_code == 404
    assert "There is no such page" in text_of(answer.text)


def test_an_unknown_page_keeps_the_menu_for_whoever_is_signed_in(api: Api) -> None:
    assert 'href="/console/mine"' in signed_in(api).get("/no/such/page").text


def test_the_stream_of_events_is_for_whoever_is_signed_in(api: Api, stranger: Browser) -> None:
    with signed_in(api).http.stream("GET", "/console/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert next(answer.iter_lines()).startswith("retry:")
    assert stranger.get("/events").url.path == "/console/sign-in"


def test_a_key_of_the_api_is_no_cookie_of_the_console(api: Api, stranger: Browser) -> None:
    post(api, "operators", {"name": "ann", "password": PASSWORD}, 201)
    stranger.http.cookies.set(COOKIE, api.key)

    assert stranger.get("/mine").url.path == "/console/sign-in"


def test_what_the_console_refuses_reaches_the_security_log(api: Api) -> None:
    ann = signed_in(api)
    with security_lines() as lines:
        sign_in(a_browser(api.url), api, password="a wrong password")
        ann.submit("/settings/keys", name="tier1-bot")
    refused = [line for line in lines if line["what"].startswith("POST")]
    assert [(line["what"], line["why"], line["address"]) for line in refused] == [
        ("POST /console/sign-in", "unauthenticated", "127.0.0.1"),
        ("POST /console/settings/keys", "forbidden", "127.0.0.1"),
    ]
