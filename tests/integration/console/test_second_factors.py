"""Second factors: taking one, signing in with its codes, each once, and what happens when it is lost or needed."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select, update

from tests.builders.console import Browser, a_browser, an_operator_with_a_password, csrf_of, sign_in, signed_in, text_of
from tests.builders.one_time_codes import code_of
from tests.builders.requests import get, patch
from tests.conftest import Api, TenantKey
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

HERE = "/settings/second-factor"


def secret_on(page: str) -> str:
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found, page
    return found[1]


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z2-7-]{19})</code>", page)


def enrolled(browser: Browser) -> tuple[str, list[str]]:
    """Take a second factor: its secret and the recovery codes."""
    secret = secret_on(browser.page(HERE))
    answer = browser.submit(HERE, code=code_of(secret, -1))
    assert answer.status_code == 200, text_of(answer.text)
    return secret, codes_on(answer.text)


def halfway(api: Api, name: str = "ann") -> Browser:
    """A browser in which the password was given and a code is asked for."""
    browser = a_browser(api.url)
    answer = sign_in(browser, api, name, next="/console/drafts")
    assert urlsplit(answer.headers["location"]).path == "/console/sign-in/code"
    return browser


def give(browser: Browser, code: str) -> httpx.Response:
    page = browser.page("/sign-in/code?next=/console/drafts")
    typed = {"csrf": csrf_of(page), "code": code, "next": "/console/drafts"}
    return browser.http.post("/console/sign-in/code", data=typed)


def is_in(browser: Browser) -> bool:
    return browser.get("/mine").url.path == "/console/mine"


def test_a_second_factor_is_confirmed_with_a_code_and_then_asked_for(api: Api) -> None:
    secret, codes = enrolled(signed_in(api))
    assert (len(codes), len(set(codes))) == (10, 10)

    browser = halfway(api)
    assert not is_in(browser)
    assert browser.http.get("/console/mine").headers["location"] == "/console/sign-in/code"

    answer = give(browser, code_of(secret))
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/drafts")
    assert is_in(browser)


def test_a_factor_that_was_not_confirmed_is_not_asked_for(api: Api) -> None:
    browser = signed_in(api)
    first = secret_on(browser.page(HERE))
    assert "wrong, or was used already" in text_of(browser.refused(HERE, 422, code="000000"))

    assert secret_on(browser.page(HERE)) == first
    assert sign_in(a_browser(api.url), api).headers["location"] == "/console/"


def test_a_code_is_taken_once(api: Api) -> None:
    secret, _ = enrolled(signed_in(api))
    code = code_of(secret)
    assert give(halfway(api), code).status_code == 303

    assert give(halfway(api), code).status_code == 422
    # Nor is one from before the last.
    assert give(halfway(api), code_of(secret, -1)).status_code == 422
    assert give(halfway(api), code_of(secret, 1)).status_code == 303


def test_a_recovery_code_is_taken_once_however_it_is_typed(api: Api) -> None:
    _, codes = enrolled(signed_in(api))

    assert give(halfway(api), codes[3].replace("-", " ").upper()).status_code == 303
    assert give(halfway(api), codes[3]).status_code == 422
    assert give(halfway(api), codes[4]).status_code == 303


def test_codes_are_guessed_no_longer_than_passwords(api: Api) -> None:
    secret, _ = enrolled(signed_in(api))
    browser = halfway(api)

    answers = [give(browser, "000000") for _ in range(7)]

    assert [answer.status_code for answer in answers] == [422] * 6 + [429]
    assert "retry-after" in answers[-1].headers
    assert give(browser, code_of(secret)).status_code == 429
    assert sign_in(a_browser(api.url), api).status_code == 429
    assert {one["details"]["why"] for one in get(api, "audit", verb="sign-in-failed")["items"]} == {"code"}


def test_half_a_sign_in_opens_nothing_and_is_not_listed(api: Api) -> None:
    whole = signed_in(api)
    enrolled(whole)
    browser = halfway(api)

    for path in ("/", "/settings", "/settings/sign-ins", "/events"):
        assert browser.http.get(f"/console{path}").headers["location"] == "/console/sign-in/code"
    assert browser.http.post("/console/presence", data={"presence": "away"}).status_code == 303
    assert "/settings/sign-ins/" not in whole.page("/settings/sign-ins")


def test_the_cookie_of_half_a_sign_in_is_not_the_cookie_of_the_whole(api: Api) -> None:
    secret, _ = enrolled(signed_in(api))
    browser = halfway(api)
    half = dict(browser.http.cookies)
    give(browser, code_of(secret))

    thief = a_browser(api.url)
    thief.http.cookies.update(half)
    assert (is_in(browser), is_in(thief)) == (True, False)


def test_a_form_for_a_code_without_its_token_does_nothing(api: Api) -> None:
    secret, _ = enrolled(signed_in(api))
    browser = halfway(api)

    answer = browser.http.post("/console/sign-in/code", data={"code": code_of(secret), "csrf": "guessed"})

    assert answer.status_code == 403
    assert not is_in(browser)


def test_a_role_that_needs_a_second_factor_takes_one_when_it_signs_in(api: Api) -> None:
    patch(api, "preferences", {"second_factor_for": ["lead"]})
    an_operator_with_a_password(api, role="lead")
    browser = a_browser(api.url)
    where = sign_in(browser, api, next="/console/drafts").headers["location"]
    assert (urlsplit(where).path, parse_qs(urlsplit(where).query)["next"]) == (
        "/console/sign-in/enrolment",
        ["/console/drafts"],
    )
    assert not is_in(browser)

    page = browser.page("/sign-in/enrolment")
    typed = {"csrf": csrf_of(page), "code": "000000"}
    assert browser.http.post("/console/sign-in/enrolment", data=typed).status_code == 422
    typed["code"] = code_of(secret_on(page))
    codes = codes_on(browser.http.post("/console/sign-in/enrolment", data=typed).text)

    assert len(codes) == 10
    assert is_in(browser)
    assert sign_in(signed_in(api, "bob"), api, "bob").headers["location"] == "/console/"
    assert "Your role needs a second factor" in text_of(browser.refused(f"{HERE}/remove", 422, code=codes[0]))


def enrolling(api: Api) -> Browser:
    """A browser in which a lead gave their password, and is to take a second factor."""
    browser = a_browser(api.url)
    assert sign_in(browser, api).headers["location"].startswith("/console/sign-in/enrolment")
    return browser


@pytest.fixture
def lead(api: Api) -> None:
    patch(api, "preferences", {"second_factor_for": ["lead"]})
    an_operator_with_a_password(api, role="lead")


def enrol(browser: Browser, secret: str) -> httpx.Response:
    typed = {"csrf": csrf_of(browser.page("/sign-in/enrolment")), "code": code_of(secret)}
    return browser.http.post("/console/sign-in/enrolment", data=typed)


@pytest.mark.usefixtures("lead")
def test_whoever_looked_at_a_secret_before_does_not_know_the_one_that_is_taken_later(api: Api) -> None:
    thief, ann = enrolling(api), enrolling(api)
    seen, taken = (secret_on(browser.page("/sign-in/enrolment")) for browser in (thief, ann))

    assert seen != taken
    assert enrol(ann, seen).status_code == 422
    assert enrol(ann, taken).status_code == 200


@pytest.mark.usefixtures("lead")
def test_a_secret_that_counts_is_shown_to_nobody(api: Api) -> None:
    thief, ann = enrolling(api), enrolling(api)
    page = thief.page("/sign-in/enrolment")
    assert enrol(ann, secret_on(ann.page("/sign-in/enrolment"))).status_code == 200

    assert thief.get("/sign-in/enrolment").url.path == "/console/sign-in"
    typed = {"csrf": csrf_of(page), "code": "000000"}
    assert thief.http.post("/console/sign-in/enrolment", data=typed).headers["location"] == "/console/sign-in"


def test_a_factor_is_given_up_with_a_code(api: Api) -> None:
    browser = signed_in(api)
    secret, _ = enrolled(browser)
    assert "wrong, or was used" in text_of(browser.refused(f"{HERE}/remove", 422, code="000000"))

    browser.done(f"{HERE}/remove", code=code_of(secret))

    assert not is_in(browser)
    assert sign_in(a_browser(api.url), api).headers["location"] == "/console/"


def test_an_administrator_takes_a_lost_factor_away(api: Api) -> None:
    ann, boss = signed_in(api), signed_in(api, "boss", role="admin")
    enrolled(ann)
    operator_id = get(api, "operators/ann")["id"]

    boss.done(f"/settings/operators/{operator_id}/second-factor")

    assert not is_in(ann)
    assert sign_in(a_browser(api.url), api).headers["location"] == "/console/"
    assert get(api, "audit", verb="remove-second-factor")["items"][0]["actor"]["name"] == "human:boss"


def test_secrets_are_sealed_and_codes_are_hashes(api: Api, tenant: TenantKey, database: Database) -> None:
    secret, codes = enrolled(signed_in(api))

    with database.transaction(tenant_id=tenant.tenant_id) as db:
        kept = db.scalars(select(tables.SecondFactor.secret)).one()
        hashes = db.scalars(select(tables.RecoveryCode.code_hash)).all()
    assert secret not in kept
    assert kept.startswith("sealed:")
    assert len(hashes) == len(codes)
    assert not any(one.encode() in each for one in codes for each in hashes)


def test_half_a_sign_in_ends(api: Api, tenant: TenantKey, database: Database) -> None:
    secret, _ = enrolled(signed_in(api))
    browser = halfway(api)
    page = browser.page("/sign-in/code")
    row = tables.SignIn
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(row).values(expires_at=row.created_at).where(row.still_needs.is_not(None)))

    answer = browser.http.post("/console/sign-in/code", data={"code": code_of(secret), "csrf": csrf_of(page)})

    assert answer.headers["location"].startswith("/console/sign-in")
    assert not is_in(browser)


@pytest.mark.parametrize("path", ["/sign-in/code", "/sign-in/enrolment"])
def test_the_second_step_is_nobodys_who_has_not_taken_the_first(api: Api, path: str) -> None:
    assert a_browser(api.url).get(path).url.path == "/console/sign-in"
