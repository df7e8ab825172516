"""The audit: what stands in it, that nobody changes it unseen, and that it can be verified from outside."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import BaseModel
from sqlalchemy import text

from tests.builders.console import signed_in
from tests.builders.requests import post
from tests.builders.security_lines import security_lines
from tests.conftest import Api, Command, TenantKey
from warmline import Warmline
from warmline_memory import tenancy
from warmline_memory.storage.database import Database, Role
from warmline_schemas.audit import FIRST, entry_hash, namespace_hash
from warmline_schemas.saved_replies import WriteSavedReply
from warmline_schemas.shifts import ChangeRota, WriteRota
from warmline_schemas.templates import WriteTemplate

NAMESPACE = "user-dave"


def some_entries(client: Warmline, count: int = 4) -> None:
    for number in range(count):
        client.keys.make(f"bot-{number}")


def behind_the_back(database: Database, statement: str, **values: Any) -> None:
    """What somebody does who has the database itself."""
    with database.transaction(role=Role.ADMIN) as db:
        assert db.execute(text(statement), values).rowcount  # type: ignore[attr-defined]


def test_entries_are_numbered_without_a_gap_and_each_holds_the_hash_of_the_one_before(client: Warmline) -> None:
    some_entries(client)
    entries = list(client.audit())[::-1]
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous_hash for entry in entries] == [FIRST, *(entry.hash for entry in entries[:-1])]
    assert all(entry.hash == entry_hash(client.whoami().tenant_id, entry) for entry in entries)


def test_entries_that_are_made_at_once_make_one_chain(api: Api, client: Warmline) -> None:
    def make(number: int) -> int:
        return api.http.post("/v1/keys", json={"name": f"bot-{number}"}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(make, range(24))) == {201}
    verdict = client.verify_audit()
    assert (verdict.intact, verdict.entries, verdict.oldest, verdict.newest) == (True, 24, 1, 24)


def test_an_empty_audit_is_intact(client: Warmline) -> None:
    verdict = client.verify_audit()
    assert (verdict.intact, verdict.entries, verdict.head) == (True, 0, FIRST)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE audit_entries SET actor_name = 'somebody-else' WHERE tenant_id = :t AND number = 2",
            "Entry 2 was chan",
        ),
        (
            "UPDATE audit_entries SET at = at + interval '1 second' WHERE tenant_id = :t AND number = 2",
            "Entry 2 was ch",
        ),
        ("UPDATE audit_entries SET details = '{}' WHERE tenant_id = :t AND number = 4", "Entry 4 was changed"),
        ("UPDATE audit_entries SET address = '192.0.2.9' WHERE tenant_id = :t AND number = 1", "Entry 1 was changed"),
        ("DELETE FROM audit_entries WHERE tenant_id = :t AND number = 3", "Between the entries 2 and 4"),
        ("DELETE FROM audit_entries WHERE tenant_id = :t AND number IN (1, 2) OR number = 0", None),
    ],
)
def test_a_change_by_somebody_who_has_the_database_is_seen(
    client: Warmline, database: Database, tenant: TenantKey, statement: str, says: str | None
) -> None:
    some_entries(client)
    behind_the_back(database, statement, t=tenant.tenant_id)
    problems = client.verify_audit().problems
    # What is older than the oldest entry was pruned or removed: that no chain can tell, only a hash that was kept.
    assert (problems == []) if says is None else any(says in problem for problem in problems)


def test_removing_the_newest_entries_is_seen_by_whoever_kept_the_newest_hash(
    client: Warmline, database: Database, tenant: TenantKey
) -> None:
    some_entries(client)
    head = client.verify_audit().head
    behind_the_back(database, "DELETE FROM audit_entries WHERE tenant_id = :t AND number > 2", t=tenant.tenant_id)
    assert client.verify_audit().intact
    assert [head in problem for problem in client.verify_audit(head=head).problems] == [True]


def test_the_command_verifies_and_fails_for_a_broken_chain(
    client: Warmline, command: Command, database: Database, tenant: TenantKey
) -> None:
    some_entries(client)
    status, shown, _ = command("audit", "--verify")
    assert (status, "intact" in shown, client.verify_audit().head in shown) == (0, True, True)
    behind_the_back(database, "UPDATE audit_entries SET verb = 'x' WHERE tenant_id = :t", t=tenant.tenant_id)
    status, shown, _ = command("audit", "--verify", "--json")
    assert status == 1
    assert len(json.loads(shown)["problems"]) == 4


def example(request: type[BaseModel]) -> Any:
    return request.model_json_schema()["examples"][0]


# What administration there is, each with the verb by which the audit names it.
def administration(api: Api) -> list[tuple[str, httpx.Response]]:
    http = api.http
    hook = http.post("/v1/webhooks", json={"url": "https://example.com/hooks/path-token"})
    at = f"/v1/webhooks/{hook.json()['id']}"
    return [
        ("add-webhook", hook),
        ("revise-webhook", http.patch(at, json={"description": "ours"})),
        ("rotate-webhook-secret", http.post(f"{at}/rotate", json={})),
        ("remove-webhook", http.delete(at)),
        ("revise-preferences", http.patch("/v1/preferences", json={"pii": ["email"]})),
        ("write-template", http.put("/v1/templates/own", json=example(WriteTemplate))),
        ("delete-template", http.delete("/v1/templates/own")),
        ("write-saved-reply", http.put("/v1/saved-replies/thanks", json=example(WriteSavedReply))),
        ("delete-saved-reply", http.delete("/v1/saved-replies/thanks")),
        ("write-queue", http.put("/v1/queues/billing", json={})),
        ("delete-queue", http.delete("/v1/queues/billing")),
        ("write-rota", http.put("/v1/rotas/night", json=example(WriteRota))),
        ("add-absence", http.post("/v1/rotas/night/changes", json=example(ChangeRota))),
        ("delete-rota", http.delete("/v1/rotas/night")),
    ]


def test_every_deed_of_administration_stands_in_the_audit(api: Api, client: Warmline) -> None:
    done = administration(api)
    assert [(verb, answer.status_code) for verb, answer in done if not answer.is_success] == []
    assert [entry.verb for entry in client.audit()][::-1] == [verb for verb, _ in done]


def test_no_entry_holds_what_lets_somebody_in(api: Api, client: Warmline) -> None:
    administration(api)
    assert not any("path-token" in entry.model_dump_json() for entry in client.audit())


def a_forgotten_namespace(api: Api) -> dict[str, Any]:
    memory = api.http.post("/v1/memories", json={"namespace": NAMESPACE, "content": "Dave likes tea"}).json()
    api.http.delete(f"/v1/memories/{memory['id']}")
    api.http.post("/v1/memories", json={"namespace": NAMESPACE, "content": "Dave likes coffee"})
    answer: dict[str, Any] = api.http.delete(f"/v1/namespaces/{NAMESPACE}").json()["certificate"]
    return answer


def test_forgetting_a_namespace_erases_its_name_and_the_chain_still_verifies(api: Api, client: Warmline) -> None:
    a_forgotten_namespace(api)
    entries = list(client.audit())
    assert [(entry.verb, entry.namespace) for entry in entries] == [("forget-namespace", None), ("forget", None)]
    assert all(entry.namespace_hash for entry in entries)
    assert client.verify_audit().intact


def test_the_administration_of_people_and_their_sign_ins_are_audited(api: Api, client: Warmline) -> None:
    ines = signed_in(api, "ines", role="admin")
    added = post(api, "operators", {"name": "ann"}, 201)
    ines.done(
        f"/settings/operators/{added['id']}", display_name="Ann", role="lead", level="1", capacity="3", zone="UTC"
    )
    ines.done("/presence", presence="away")
    entries = [(entry.verb, str(entry.actor), entry.details.get("operator_id")) for entry in client.audit()]
    assert entries[:3] == [
        ("revise-operator", "operator human:ines", added["id"]),
        ("create-operator", "key tests", added["id"]),
        ("sign-in", "operator human:ines", None),
    ]


def test_what_is_sent_as_it_is_already_is_no_change(api: Api, client: Warmline) -> None:
    added = post(api, "operators", {"name": "ann", "queues": ["billing"]}, 201)
    for _ in range(2):
        api.http.patch("/v1/preferences", json={"pii": ["email"], "hop_budget": 20}).raise_for_status()
        api.http.patch(f"/v1/operators/{added['name']}", json={"queues": ["billing"], "level": 3}).raise_for_status()
    entries = [(entry.verb, entry.details.get("changed")) for entry in client.audit()]
    assert entries == [("revise-operator", ["level"]), ("revise-preferences", ["pii"]), ("create-operator", None)]


def test_a_certificate_shows_what_was_erased(api: Api, client: Warmline) -> None:
    certificate = a_forgotten_namespace(api)
    (entry,) = client.audit(verb="forget-namespace")
    assert (certificate["hash"], certificate["namespace"]) == (entry.hash, NAMESPACE)
    assert namespace_hash(certificate["namespace_salt"], NAMESPACE) == entry.namespace_hash


def test_entries_reach_the_security_log_with_their_hashes(
    client: Warmline, database: Database, tenant: TenantKey
) -> None:
    with security_lines() as lines, database.transaction(tenant_id=tenant.tenant_id) as db:
        tenancy.record_audit(db, "export", NAMESPACE, {"memories": 3})
        assert lines == []
    head = client.verify_audit().head
    assert [(line["what"], line["outcome"], line["hash"]) for line in lines] == [("export", "done", head)]
    assert NAMESPACE not in json.dumps(lines)


def test_a_deed_that_is_rolled_back_leaves_no_entry_and_no_line(
    client: Warmline, database: Database, tenant: TenantKey
) -> None:
    with (
        security_lines() as lines,
        pytest.raises(RuntimeError),
        database.transaction(tenant_id=tenant.tenant_id) as db,
    ):
        tenancy.record_audit(db, "export", NAMESPACE, {"memories": 3})
        tenancy.list_audit(db, limit=1, cursor=None)
        raise RuntimeError
    assert client.verify_audit().entries == 0
    assert lines == []


def test_what_is_refused_reaches_the_security_log_with_its_route_and_address(api: Api) -> None:
    reader = api.http.post("/v1/keys", json={"name": "reader", "kind": "reader"}).json()["secret"]
    with security_lines() as lines:
        for secret in (reader, f"wl_{uuid4().hex}"):
            headers = {"Authorization": f"Bearer {secret}"}
            httpx.request("DELETE", f"{api.url}/v1/namespaces/{NAMESPACE}", headers=headers)
    refused = [(line["what"], line["why"], line["address"]) for line in lines]
    route = "DELETE /v1/namespaces/{namespace:path}"
    assert refused == [(route, "forbidden", "127.0.0.1"), (route, "unauthenticated", "127.0.0.1")]
    assert NAMESPACE not in json.dumps(lines)


@pytest.mark.parametrize("change", ["UPDATE audit_entries SET hash = ''", "TRUNCATE audit_entries"])
def test_the_application_cannot_change_a_chain(database: Database, tenant: TenantKey, change: str) -> None:
    with pytest.raises(Exception, match="permission denied"), database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text(change))
