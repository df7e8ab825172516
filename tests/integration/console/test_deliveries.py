"""Webhooks and their deliveries in the console."""

import re
from collections.abc import Callable

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.requests import Json, post
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey

URL = "https://example.com/warmline"


def webhooks(api: Api) -> list[Json]:
    return list(api.http.get("/v1/webhooks").json()["items"])


def a_webhook(api: Api, **changes: object) -> str:
    return str(post(api, "webhooks", {"url": URL, "description": "Our chat", **changes}, 201)["id"])


def a_delivery(api: Api, webhook: str) -> Json:
    return post(api, f"webhooks/{webhook}/ping", status=202)


def test_a_webhook_is_added_and_its_secret_shown_once(api: Api, admin: Browser) -> None:
    answer = admin.submit("/webhooks", url=URL, description="Our chat", types="handoff.ready")
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.text.replace("&#43;", "+"))
    assert answer.status_code == 200
    assert secret
    assert secret[0] not in admin.page("/deliveries")
    assert [(one["url"], one["types"]) for one in webhooks(api)] == [(URL, ["handoff.ready"])]


def test_an_address_that_cannot_be_is_refused_with_what_was_typed(api: Api, admin: Browser) -> None:
    page = admin.refused("/webhooks", 422, url="ftp://example.com", description="Our chat")
    assert 'value="ftp://example.com"' in page
    assert webhooks(api) == []


def test_a_webhook_is_disabled_enabled_and_removed(api: Api, admin: Browser) -> None:
    webhook = a_webhook(api)
    admin.done(f"/webhooks/{webhook}/disable")
    assert webhooks(api)[0]["disabled_at"] is not None
    admin.done(f"/webhooks/{webhook}/enable")
    assert webhooks(api)[0]["disabled_at"] is None
    admin.done(f"/webhooks/{webhook}/remove")
    assert webhooks(api) == []


def test_a_webhook_gets_deeds_or_none_as_its_form_and_its_buttons_say(api: Api, admin: Browser) -> None:
    admin.submit("/webhooks", url=URL, with_deeds="true")
    assert webhooks(api)[0]["with_deeds"] is True
    assert "with what was said and done" in text_of(admin.page("/deliveries"))
    webhook = webhooks(api)[0]["id"]
    admin.done(f"/webhooks/{webhook}/without-deeds")
    assert webhooks(api)[0]["with_deeds"] is False
    admin.done(f"/webhooks/{webhook}/with-deeds")
    assert webhooks(api)[0]["with_deeds"] is True


def test_a_test_event_stands_in_the_log(api: Api, admin: Browser) -> None:
    shown = text_of(admin.done(f"/webhooks/{a_webhook(api)}/ping"))
    assert "webhook.pinged" in shown
    assert "https://example.com/…" in shown
    assert "webhook.pinged" in text_of(admin.page("/deliveries"))


def test_the_log_is_filtered_by_state_and_by_webhook(api: Api, admin: Browser) -> None:
    webhook, other = a_webhook(api), a_webhook(api, description="Another")
    delivery = a_delivery(api, webhook)["id"]
    assert delivery in admin.page(f"/deliveries?webhook={webhook}")
    assert delivery not in admin.page(f"/deliveries?webhook={other}")
    assert delivery not in admin.page("/deliveries?state=delivered")


def test_a_lead_sends_again_what_is_of_their_cases_and_changes_no_webhook(api: Api, admin: Browser) -> None:
    webhook = a_webhook(api)
    pinged = a_delivery(api, webhook)["id"]
    a_session(api)
    log = api.http.get("/v1/deliveries").json()["items"]
    delivery = next(one["id"] for one in log if one["type"] == "session.started")
    bob = signed_in(api, "bob", role="lead")
    assert "being sent again" in text_of(bob.done(f"/deliveries/{delivery}/replay"))
    assert bob.submit(f"/deliveries/{pinged}/replay").status_code == 404
    assert "takes the role admin" in text_of(bob.refused(f"/webhooks/{webhook}/remove", 403))
    assert "/console/webhooks" not in bob.page("/deliveries")


def test_an_operator_neither_reads_nor_repeats_what_is_sent_to_others(api: Api) -> None:
    delivery = a_delivery(api, a_webhook(api))["id"]
    bob = signed_in(api, "bob")
    assert [bob.get(path).status_code for path in ("/deliveries", f"/deliveries/{delivery}")] == [403, 403]
    assert bob.submit(f"/deliveries/{delivery}/replay").status_code == 403


def test_no_page_shows_the_path_of_a_webhook(api: Api, admin: Browser) -> None:
    webhook = a_webhook(api, url="https://hooks.example.com/services/T0/B0/Xyz", description=None)
    delivery = a_delivery(api, webhook)["id"]
    for path in ("/deliveries", f"/deliveries/{delivery}"):
        assert "https://hooks.example.com/…" in admin.page(path)
        assert "T0/B0" not in admin.page(path)


def test_an_unknown_verb_is_no_page(api: Api, admin: Browser) -> None:
    webhook = a_webhook(api)
    assert admin.submit(f"/webhooks/{webhook}/explode").status_code == 404
    assert webhooks(api)[0]["disabled_at"] is None


def test_hostile_descriptions_are_text(api: Api, admin: Browser) -> None:
    a_webhook(api, description="<script>alert(1)</script>")
    assert admin.page("/deliveries").count("<script") == 1


def test_another_tenants_webhooks_and_deliveries_are_not_there(
    api: Api, admin: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    stranger = client_of(new_tenant())
    webhook = a_webhook(stranger)
    delivery = a_delivery(stranger, webhook)["id"]
    assert admin.get(f"/deliveries/{delivery}").status_code == 404
    admin.refused(f"/deliveries/{delivery}/replay", 404)
    admin.refused(f"/webhooks/{webhook}/remove", 404)
    assert len(webhooks(stranger)) == 1
