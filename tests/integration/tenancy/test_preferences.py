"""Preferences are a tenant's own, and change field by field."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import Api, TenantKey


def get(api: Api) -> dict[str, Any]:
    return api.http.get("/v1/preferences").raise_for_status().json()


def revise(api: Api, **changes: Any) -> dict[str, Any]:
    return api.http.patch("/v1/preferences", json=changes).raise_for_status().json()


def test_a_tenant_that_said_nothing_has_the_defaults(api: Api) -> None:
    preferred = get(api)
    assert (preferred["reinforce"], preferred["consolidate"]) == (False, False)
    assert set(preferred["weights"].values()) == {None}


def test_a_revision_changes_what_it_names_and_nothing_else(api: Api) -> None:
    revise(api, weights={"importance": 0.3}, reinforce=True)
    revised = revise(api, consolidate=True)
    assert revised == get(api)
    assert (revised["weights"]["importance"], revised["reinforce"], revised["consolidate"]) == (0.3, True, True)


def test_weights_are_replaced_as_a_whole(api: Api) -> None:
    revise(api, weights={"importance": 0.3, "meaning": 2.0})
    assert revise(api, weights={"recency": 0.1})["weights"]["meaning"] is None
    assert set(revise(api, weights={})["weights"].values()) == {None}


def test_revisions_at_the_same_time_all_hold(api: Api) -> None:
    changes: list[dict[str, Any]] = [{"weights": {"importance": 0.3}}, {"reinforce": True}, {"consolidate": True}]
    with ThreadPoolExecutor(len(changes)) as threads:
        list(threads.map(lambda change: revise(api, **change), changes))
    preferred = get(api)
    assert (preferred["weights"]["importance"], preferred["reinforce"], preferred["consolidate"]) == (0.3, True, True)


def test_an_empty_revision_and_an_unknown_weight_are_refused(api: Api) -> None:
    for wrong in ({}, {"weights": {"charm": 1.0}}, {"weights": {"importance": 1.5}}):
        assert api.http.patch("/v1/preferences", json=wrong).status_code == 422


def test_language_and_time_zone_are_english_and_utc_until_they_are_set(api: Api) -> None:
    before = get(api)
    assert (before["language"], before["time_zone"]) == ("en", "UTC")
    revised = revise(api, language="pt-BR", time_zone="America/Sao_Paulo")
    assert (revised["language"], revised["time_zone"]) == ("pt-BR", "America/Sao_Paulo")


def test_what_is_no_language_and_no_time_zone_is_refused(api: Api) -> None:
    for wrong in ({"language": "Deutsch, bitte"}, {"time_zone": "Berlin"}):
        assert api.http.patch("/v1/preferences", json=wrong).status_code == 422


def test_another_tenants_preferences_stay_as_they_are(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    stranger = client_of(new_tenant())
    before = get(stranger)
    revise(api, reinforce=True)
    assert get(stranger) == before


def test_classes_of_personal_data_are_replaced_as_a_whole(api: Api) -> None:
    assert revise(api, pii=["email", "phone"])["pii"] == ["email", "phone"]
    assert revise(api, reinforce=True)["pii"] == ["email", "phone"]
    assert revise(api, pii=[])["pii"] == []


def test_an_unknown_class_and_an_unknown_summariser_are_refused(api: Api) -> None:
    for wrong in ({"pii": ["shoe_size"]}, {"summariser": "magic"}):
        assert api.http.patch("/v1/preferences", json=wrong).status_code == 422


@pytest.mark.usefixtures("worker")
def test_what_a_tenant_hides_stands_neither_in_a_brief_nor_in_the_prompt(api: Api) -> None:
    revise(api, pii=["email"])
    session = api.http.post("/v1/sessions", json={"namespace": "hiding", "agent": "bot"}).json()["id"]
    for content in ("Write to bob@example.com about order A-100234", "And to bob@example.com again"):
        api.http.post("/v1/memories", json={"session_id": session, "role": "user", "content": content})
    ask = {"session_id": session, "to": "desk", "reason": "bob@example.com waits"}
    handoff = api.http.post("/v1/handoffs", json=ask).json()["id"]
    brief = api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20}).json()["brief"]
    start = api.http.post(f"/v1/handoffs/{handoff}/accept", json={"agent": "desk"}).json()
    assert "[e-mail]" in brief["text"]
    assert "bob@" not in str(brief) + start["prompt"]
