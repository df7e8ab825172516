"""Settings in the console: one's own password, API keys, operators, queues and preferences, each for its role."""

import re
from collections.abc import Callable

import httpx
import pytest

from tests.builders.console import PASSWORD, Browser, a_browser, sign_in, signed_in, text_of
from tests.builders.form_fields import fields_of
from tests.builders.requests import Json, get
from tests.conftest import Api, TenantKey

NEW = "an even better one"


def form_of(browser: Browser, path: str) -> dict[str, str]:
    fields = fields_of(browser.page(path), f"/console{path}")
    return {name: value for name, value in fields.items() if name != "csrf"}


def operators(api: Api) -> dict[str, Json]:
    return {one["name"]: one for one in get(api, "operators")["items"]}


def test_ones_own_password_is_changed_and_ends_every_stay(api: Api, admin: Browser) -> None:
    admin.done("/settings/password", current=PASSWORD, password=NEW, again=NEW)
    assert "Sign in" in text_of(admin.page("/mine"))
    assert sign_in(a_browser(api.url), api, password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"current": "guessed"}, "not your present"), ({"again": "another one"}, "differ"), ({"password": "short"}, "10")],
)
def test_a_password_is_not_changed_without_knowing_it(
    api: Api, admin: Browser, changes: dict[str, str], told: str
) -> None:
    given = {"current": PASSWORD, "password": NEW, "again": changes.get("password", NEW), **changes}
    assert told in text_of(admin.refused("/settings/password", 422, **given))
    assert sign_in(a_browser(api.url), api).status_code == 303


def test_a_key_is_made_shown_once_and_revoked(api: Api, admin: Browser) -> None:
    made = admin.submit("/settings/keys", name="tier1-bot", days="30")
    secret = re.search(r"wl_[\w-]{40,}", made.text)
    assert secret
    assert secret[0] not in admin.page("/settings/keys")
    headers = {"Authorization": f"Bearer {secret[0]}"}
    assert httpx.get(f"{api.url}/v1/whoami", headers=headers).json()["key"] == "tier1-bot"
    key = get(api, "keys")["items"][0]
    assert key["expires_at"] is not None
    admin.done(f"/settings/keys/{key['id']}/revoke")
    assert httpx.get(f"{api.url}/v1/whoami", headers=headers).status_code == 401


@pytest.mark.parametrize(("days", "ends"), [("", True), ("30", True), ("never", False)])
def test_a_key_ends_as_the_form_says(api: Api, admin: Browser, days: str, ends: bool) -> None:
    admin.submit("/settings/keys", name="tier1-bot", days=days)
    assert (get(api, "keys")["items"][0]["expires_at"] is not None) is ends


def test_a_key_is_bound_as_the_form_says_and_the_page_shows_it(api: Api, admin: Browser) -> None:
    admin.submit("/settings/keys", name="shop", kind="desk", agents="tier1-* tier2", namespaces="acme/*")
    key = get(api, "keys")["items"][0]
    assert (key["kind"], key["agents"], key["namespaces"]) == ("desk", ["tier1-*", "tier2"], ["acme/*"])
    assert "as tier1-* tier2 in acme/*" in text_of(admin.page("/settings/keys"))


def test_an_admins_key_that_is_bound_is_refused_in_words(admin: Browser) -> None:
    refused = admin.submit("/settings/keys", name="all", kind="admin", namespaces="acme/*")
    assert "A key of the kind admin cannot be bound" in text_of(refused.text)


def test_a_form_for_a_key_that_is_refused_keeps_how_long_it_was_to_be_valid(admin: Browser) -> None:
    refused = admin.submit("/settings/keys", name="setup", kind="admin", agents="tier1-*", days="30")
    assert '<option value="30" selected>' in refused.text


def test_the_audit_says_which_operator_made_a_key(api: Api, admin: Browser) -> None:
    admin.submit("/settings/keys", name="tier1-bot")
    assert [one["actor"]["name"] for one in get(api, "audit", verb="make-key")["items"]] == ["human:ann"]


def test_an_operator_is_added_changed_and_disabled(api: Api, admin: Browser) -> None:
    given = {"name": "bob", "display_name": "Bob", "queues": "billing, returns", "zone": "Europe/Berlin", "level": "2"}
    admin.done("/settings/operators", password=PASSWORD, **given)
    bob = operators(api)["bob"]
    assert (bob["queues"], bob["zone"], bob["level"]) == (["billing", "returns"], "Europe/Berlin", 2)
    form = form_of(admin, f"/settings/operators/{bob['id']}")
    admin.done(f"/settings/operators/{bob['id']}", **{**form, "skills": "refunds", "disabled": "on"})
    assert (operators(api)["bob"]["skills"], operators(api)["bob"]["disabled"]) == (["refunds"], True)


def test_an_administrator_gives_an_operator_another_password(api: Api, admin: Browser) -> None:
    bob = signed_in(api, "bob")
    path = f"/settings/operators/{operators(api)['bob']['id']}"
    admin.done(path, **{**form_of(admin, path), "password": NEW})
    assert "Sign in" in text_of(bob.page("/mine"))
    assert sign_in(a_browser(api.url), api, "bob", NEW).status_code == 303


def test_what_was_typed_of_an_operator_stays_where_it_is_refused(api: Api, admin: Browser) -> None:
    page = admin.refused("/settings/operators", 422, name="bob", display_name="Bob", zone="Mars/Olympus")
    assert fields_of(page, "/console/settings/operators")["zone"] == "Mars/Olympus"
    assert "bob" not in operators(api)


def test_an_administrator_cannot_lock_themselves_out(api: Api, admin: Browser) -> None:
    path = f"/settings/operators/{operators(api)['ann']['id']}"
    assert "lock yourself out" in text_of(admin.refused(path, 422, **{**form_of(admin, path), "role": "operator"}))


def test_a_queue_is_set_up_and_given_its_defaults_again(api: Api, admin: Browser) -> None:
    path = "/settings/queues/billing"
    typed = {"accept_seconds": "5 min", "level-0-wait": "10 min", "day-monday": "08:00-18:00", "zone": "Europe/Berlin"}
    admin.done(path, verb="save", **{**form_of(admin, path), **typed})
    queue = get(api, "queues/billing")
    queue = queue.get("queue", queue)
    assert (queue["promises"]["accept_seconds"], queue["levels"][0]["wait_seconds"]) == (300, 600)
    assert queue["office_hours"]["days"][0]["closes"] == "18:00"
    admin.done(path, verb="delete")
    assert form_of(admin, path)["accept_seconds"] == "15 min"


def test_what_was_typed_of_a_queue_stays_where_it_is_refused(admin: Browser) -> None:
    path = "/settings/queues/billing"
    page = admin.refused(path, 422, **{**form_of(admin, path), "accept_seconds": "soon"})
    assert fields_of(page, f"/console{path}")["accept_seconds"] == "soon"


def test_a_queue_without_office_hours_shows_that_it_is_staffed_all_day(admin: Browser) -> None:
    assert admin.page("/settings/queues/billing").count("staffed all day") == 7


def test_what_is_wrong_stands_at_its_field_and_is_told_to_screen_readers(admin: Browser) -> None:
    queue = admin.refused("/settings/queues/billing", 422, accept_seconds="soon", **{"level-0-wait": "later"})
    person = admin.refused("/settings/operators", 422, name="bob", queues="Billing Team")
    for page, name, said in (
        (queue, "accept_seconds", "Enter a duration, e.g. 15 min"),
        (queue, "level-0-wait", "Enter a duration"),
        (person, "queues", "Use small letters, digits, - and _: “Billing”"),
    ):
        field = re.search(rf'<input [^>]*name="{name}"[^>]*>', page)
        assert field
        assert f'aria-invalid="true" aria-describedby="fault-{name}"' in field[0]
        assert re.search(rf'<p class="fault" id="fault-{name}">{said}', page)


def test_single_keys_are_turned_off_and_on_again(admin: Browser) -> None:
    assert 'aria-keyshortcuts="?"' in admin.page("/settings")
    assert "data-keys" not in admin.done("/keys", keys="off", next="/console/settings")
    # What is pressed with Ctrl is no single key, and stays.
    assert "aria-keyshortcuts" not in admin.page("/settings").replace('aria-keyshortcuts="Control+K Meta+K"', "")
    assert "data-keys" in admin.done("/keys", keys="on", next="/console/settings")


def test_preferences_are_changed_and_what_has_no_field_stays(api: Api, admin: Browser) -> None:
    api.http.patch("/v1/preferences", json={"weights": {"importance": 0.3}}).raise_for_status()
    path = "/settings/preferences"
    admin.done(path, **{**form_of(admin, path), "pii": "email", "reason_codes": "vip_customer", "hop_budget": "7"})
    found = get(api, "preferences")
    assert (found["pii"], found["reason_codes"], found["hop_budget"]) == (["email"], ["vip_customer"], 7)
    assert found["weights"]["importance"] == 0.3


def test_an_administrator_names_the_pages_that_may_show_the_side_panel(api: Api, admin: Browser) -> None:
    path, pages = "/settings/preferences", ["https://desk.example", "http://127.0.0.1:3000"]
    admin.done(path, **{**form_of(admin, path), "panel_origins": "\n".join(pages)})
    assert get(api, "preferences")["panel_origins"] == pages
    refused = admin.refused(path, 422, **{**form_of(admin, path), "panel_origins": "https://desk.example/cases"})
    assert "https://desk.example/cases" in refused


@pytest.mark.parametrize(
    ("role", "seen"),
    [("operator", {""}), ("lead", {"", "/queues"}), ("admin", {"", "/queues", "/operators", "/keys", "/preferences"})],
)
def test_each_role_sees_its_own_settings_and_no_others(api: Api, role: str, seen: set[str]) -> None:
    browser = signed_in(api, role=role)
    pages = ("", "/queues", "/operators", "/keys", "/preferences")
    assert {page for page in pages if browser.get(f"/settings{page}").status_code == 200} == seen


@pytest.mark.parametrize("path", ["keys", "operators", "preferences", "queues/billing"])
def test_an_operator_changes_none_of_the_tenants_settings(api: Api, path: str) -> None:
    assert "takes the role" in text_of(signed_in(api).refused(f"/settings/{path}", 403, name="x"))


@pytest.mark.parametrize("path", ["password", "keys", "operators", "queues/billing", "preferences"])
def test_a_form_without_its_token_is_refused(admin: Browser, path: str) -> None:
    assert admin.http.post(f"/console/settings/{path}", data={"name": "x"}).status_code == 403


def test_another_tenants_keys_and_operators_are_not_there(
    api: Api, admin: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    other = new_tenant()
    stranger = client_of(other)
    signed_in(stranger, "eve")
    eve = operators(stranger)["eve"]["id"]
    assert admin.get(f"/settings/operators/{eve}").status_code == 404
    admin.refused(f"/settings/operators/{eve}", 404, display_name="x", role="admin")
    admin.refused(f"/settings/keys/{other.key_id}/revoke", 404)
    assert stranger.http.get("/v1/whoami").status_code == 200


@pytest.mark.parametrize("weak", ["aaaaaaaaaa", "1234567890", "          x", "Winter2026!", "p@ssw0rdp@ssw0rd"])
def test_a_password_that_is_quickly_guessed_is_refused_wherever_it_is_set_and_the_reason_is_said(
    api: Api, weak: str
) -> None:
    browser, admin = signed_in(api), signed_in(api, "boss", role="admin")
    own = {"current": PASSWORD, "password": weak, "again": weak}

    refusals = [
        text_of(browser.refused("/settings/password", 422, **own)),
        text_of(admin.refused("/settings/operators", 422, name="new", password=weak)),
    ]
    answer = api.http.patch("/v1/operators/ann", json={"password": weak})

    assert all("This password is too easy to guess" in refusal for refusal in refusals)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.password")


def test_a_password_that_says_whose_it_is_is_refused(api: Api) -> None:
    browser = signed_in(api, "jonathan-wexford")
    typed = {"current": PASSWORD, "password": "jonathan-wexford", "again": "jonathan-wexford"}

    assert "too easy to guess" in text_of(browser.refused("/settings/password", 422, **typed))
