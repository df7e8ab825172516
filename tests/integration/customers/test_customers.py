"""Customers: made or found by what channels call them, looked for by name in any script, changed, and forgotten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.builders.customers import MIRA, a_customer
from tests.builders.keys import with_a_key
from tests.builders.requests import Json, get, patch, post
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey
from warmline_local.servers import EmbeddedPostgres

CHAT = {"channel": "chat", "id": "88"}
PHONE = {"channel": "whatsapp", "id": "+49 170 1"}


def found(api: Api, **filters: Any) -> list[str]:
    return [str(one["display_name"]) for one in get(api, "customers", **filters)["items"]]


def problem_of(api: Api, **ask: Any) -> str:
    return str(post(api, "customers", ask, 409)["type"]).rpartition(":")[2]


def test_a_customer_is_made_once_however_often_a_channel_says_who_it_is(api: Api) -> None:
    first = a_customer(api, ids=[CHAT])
    answer = api.http.post("/v1/customers", json={"ids": [CHAT]})
    assert answer.headers["Idempotent-Replay"] == "true"
    assert answer.json() == first


def test_a_customer_has_a_namespace_of_its_own_in_ascii_whatever_the_script_of_the_name(api: Api) -> None:
    made = a_customer(api, display_name="جوشي ميرا")
    assert made["display_name"] == "جوشي ميرا"
    assert made["namespace"].isascii()
    assert get(api, f"customers/{made['id']}")["namespace"] == made["namespace"]


def test_a_namespace_that_is_there_already_gets_its_customer(api: Api) -> None:
    a_session(api)
    made = a_customer(api, namespace="user-dave")
    again = post(api, "customers", {"namespace": "user-dave", "language": "de"}, 201)
    assert (again["id"], again["display_name"], again["language"]) == (made["id"], MIRA, "de")


def test_what_is_known_stays_and_what_is_new_is_added(api: Api) -> None:
    made = a_customer(api, ids=[CHAT])
    again = a_customer(api, ids=[CHAT, PHONE], display_name="M. J.", time_zone="Asia/Kolkata")
    assert (again["id"], again["display_name"], again["time_zone"]) == (made["id"], MIRA, "Asia/Kolkata")
    assert again["ids"] == [CHAT, PHONE]
    assert a_customer(api, ids=[PHONE])["id"] == made["id"]


def test_ids_of_several_customers_are_refused(api: Api) -> None:
    a_customer(api, ids=[CHAT])
    a_customer(api, ids=[PHONE])
    assert problem_of(api, ids=[CHAT, PHONE]) == "name-taken"


def test_a_customer_has_one_namespace(api: Api) -> None:
    a_customer(api, ids=[CHAT])
    assert problem_of(api, ids=[CHAT], namespace="another") == "name-taken"


def test_who_it_is_must_be_said(api: Api) -> None:
    said = post(api, "customers", {"display_name": MIRA}, 422)
    assert "give `ids`, a `namespace`, or both" in str(said)


def test_many_channels_that_say_who_it_is_at_once_make_one_customer(api: Api) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: a_customer(api, ids=[CHAT, PHONE])["id"], range(8)))
    assert len(set(made)) == 1
    assert len(get(api, "customers")["items"]) == 1


def test_customers_are_found_by_a_part_of_their_name_in_any_script_and_case(api: Api) -> None:
    for name in (MIRA, "Jürgen STRAẞE", "山田 花子"):
        a_customer(api, display_name=name)
    assert found(api, search="joshi") == [MIRA]
    assert found(api, search="strasse") == ["Jürgen STRAẞE"]
    assert found(api, search="花子") == ["山田 花子"]
    assert found(api, search="%") == []
    assert len(found(api)) == 3


def test_customers_are_found_by_their_whole_id_and_by_their_namespace(api: Api) -> None:
    made = a_customer(api, ids=[CHAT, PHONE])
    a_customer(api, display_name="Somebody else")
    assert found(api, search=PHONE["id"]) == [MIRA]
    assert found(api, search="+49") == []
    assert found(api, search=made["namespace"]) == [MIRA]


def test_a_customer_is_changed_where_something_is_given_and_null_clears(api: Api) -> None:
    made = a_customer(api, ids=[CHAT], language="de")
    changed = patch(api, f"customers/{made['id']}", {"display_name": "Mira J. Joshi", "language": None, "ids": [PHONE]})
    assert (changed["display_name"], changed["language"], changed["ids"]) == ("Mira J. Joshi", None, [PHONE])
    assert found(api, search="j. joshi") == ["Mira J. Joshi"]
    assert found(api, search=CHAT["id"]) == []


def test_an_id_of_somebody_else_is_not_taken(api: Api) -> None:
    other = a_customer(api, ids=[CHAT])
    made = a_customer(api, ids=[PHONE])
    answer = api.http.patch(f"/v1/customers/{made['id']}", json={"ids": [CHAT]})
    assert (answer.status_code, answer.json()["customer_id"]) == (409, other["id"])
    assert get(api, f"customers/{made['id']}")["ids"] == [PHONE]


def test_a_change_overwrites_nobodys(api: Api) -> None:
    made = a_customer(api)
    path = f"/v1/customers/{made['id']}"
    seen = {"If-Match": api.http.get(path).headers["ETag"]}
    assert api.http.patch(path, json={"language": "de"}, headers=seen).status_code == 200
    assert api.http.patch(path, json={"language": "fr"}, headers=seen).status_code == 412


def test_forgetting_a_namespace_forgets_whose_it_was(api: Api, postgres: EmbeddedPostgres) -> None:
    made = a_customer(api, ids=[CHAT], display_name="Unmistakable Name")
    api.http.delete(f"/v1/namespaces/{made['namespace']}").raise_for_status()
    assert api.http.get(f"/v1/customers/{made['id']}").status_code == 404
    assert found(api, search=CHAT["id"]) == []
    with psycopg.connect(postgres.url) as connection:
        left = "SELECT count(*) FROM customers WHERE display_name = 'Unmistakable Name'"
        assert connection.execute(left).fetchone() == (0,)
    assert a_customer(api, ids=[CHAT])["namespace"] != made["namespace"]


def test_the_answer_that_is_kept_for_an_idempotency_key_is_forgotten_too(api: Api) -> None:
    ask: Json = {"ids": [CHAT], "display_name": MIRA}
    made = api.http.post("/v1/customers", json=ask, headers={"Idempotency-Key": "once"}).json()
    api.http.delete(f"/v1/namespaces/{made['namespace']}").raise_for_status()
    again = api.http.post("/v1/customers", json=ask, headers={"Idempotency-Key": "once"})
    assert again.json()["id"] != made["id"]


def test_the_audit_says_who_made_and_changed_a_customer_and_no_name(api: Api) -> None:
    made = a_customer(api, ids=[CHAT])
    a_customer(api, ids=[CHAT])
    patch(api, f"customers/{made['id']}", {"display_name": "Mira J. Joshi"})
    entries = [one for one in get(api, "audit")["items"] if one["verb"].endswith("-customer")]
    assert [one["verb"] for one in entries] == ["revise-customer", "make-customer"]
    assert entries[0]["details"] == {"customer_id": made["id"], "changed": ["display_name"]}
    assert "Joshi" not in str(entries)


def test_a_key_that_is_bound_to_other_namespaces_sees_no_customer_and_makes_none(api: Api) -> None:
    a_customer(api, ids=[CHAT])
    bound = with_a_key(api, "desk", namespaces=["ours/*"])
    assert found(bound) == []
    refused = bound.http.post("/v1/customers", json={"ids": [PHONE]})
    assert (refused.status_code, refused.json()["missing"][:10]) == (403, "namespace:")
    assert problem_of(bound, ids=[CHAT], namespace="ours/7") == "name-taken"
    assert a_customer(bound, ids=[PHONE], namespace="ours/7")["namespace"] == "ours/7"


def test_another_tenants_customer_is_not_there(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    made = a_customer(api, ids=[CHAT])
    other = client_of(new_tenant())
    assert other.http.get(f"/v1/customers/{made['id']}").status_code == 404
    assert a_customer(other, ids=[CHAT])["id"] != made["id"]


@pytest.mark.usefixtures("worker")
def test_the_customers_language_is_that_of_their_handoffs(api: Api) -> None:
    made = a_customer(api, language="de")
    session = a_session(api, namespace=made["namespace"])
    asked = post(api, "handoffs", {"session_id": session, "to": "queue:billing", "reason": "Rechnung"}, 202)
    assert asked["language"] == "de"
