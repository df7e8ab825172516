"""Operators: who they are, whether they are there, how much they hold."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests.builders.handoffs import ANN, accept, act, claim, waiting
from tests.builders.operators import an_operator, revised
from tests.builders.requests import get, post
from tests.conftest import Api, TenantKey
from warmline import NameTaken, Warmline
from warmline_memory import operators
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

PASSWORD = "correct horse battery"


def test_an_operator_is_added_with_defaults_and_works_as_a_person(api: Api) -> None:
    operator = post(api, "operators", {"name": "ann"}, 201)
    assert (operator["agent"], operator["display_name"], operator["presence"]) == (ANN, "ann", "offline")
    assert (operator["role"], operator["load"], operator["may_sign_in"]) == ("operator", 0, False)


def test_a_name_is_taken_once(api: Api, client: Warmline) -> None:
    an_operator(api)
    with pytest.raises(NameTaken, match="ann already"):
        client.operators.create("ann")


def test_operators_are_a_tenants_own(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    an_operator(api)
    stranger = client_of(new_tenant())
    assert stranger.http.get("/v1/operators/ann").status_code == 404
    an_operator(stranger)


def test_a_revision_changes_what_it_names(api: Api) -> None:
    an_operator(api, skills=["refunds"], capacity=3)
    operator = revised(api, "ann", skills=["fraud"], presence="away")
    assert (operator["skills"], operator["capacity"], operator["presence"]) == (["fraud"], 3, "away")


def test_operators_are_listed_by_queue(api: Api) -> None:
    an_operator(api)
    an_operator(api, "bob", queues=["fraud"])
    assert [one["name"] for one in get(api, "operators", queue="fraud")["items"]] == ["bob"]


def test_a_password_is_kept_as_a_hash(client: Warmline, tenant: TenantKey, database: Database) -> None:
    assert client.operators.create("ann", password=PASSWORD).may_sign_in
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        row = db.query(tables.Operator).one()
        assert operators.password_fits(row.password_hash, PASSWORD)


@pytest.mark.parametrize("change", [{"password": "another password"}, {"disabled": True}])
def test_another_password_or_being_disabled_signs_an_operator_out(
    api: Api, tenant: TenantKey, database: Database, change: dict[str, object]
) -> None:
    an_operator(api, password=PASSWORD)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(
            text(
                "INSERT INTO sign_ins (token_hash, id, operator_id, csrf, expires_at, ends_at) "
                "SELECT sha256('x'::bytea), id, id, 'x', now() + interval '1 hour', now() + interval '1 hour' "
                "FROM operators"
            )
        )
    revised(api, "ann", **change)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        assert db.query(tables.SignIn).count() == 0


def test_who_is_not_heard_of_for_ten_minutes_is_away_until_the_next_heartbeat(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    an_operator(api)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("UPDATE operators SET seen_at = now() - interval '11 minutes'"))
    assert get(api, "operators/ann")["presence"] == "away"
    assert post(api, "operators/ann/heartbeat")["presence"] == "available"


def test_coming_and_going_is_told(api: Api) -> None:
    an_operator(api)
    revised(api, "ann", presence="away")
    told = [one["facts"]["presence"] for one in get(api, "events", types="operator.presence")["items"]]
    assert told == ["available", "away"]


@pytest.mark.usefixtures("worker")
def test_load_counts_what_is_held_and_not_set_aside(api: Api) -> None:
    an_operator(api)
    claim(api, waiting(api))
    warm = accept(api, waiting(api))
    assert get(api, "operators/ann")["load"] == 2
    act(api, warm["handoff"], "snooze", token=warm["claim"]["token"], until="2100-01-01T00:00:00Z")
    assert get(api, "operators/ann")["load"] == 1
