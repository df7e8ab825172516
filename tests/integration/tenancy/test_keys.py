"""API keys of a tenant: made, listed and revoked by its own programs; a secret is shown once and stored nowhere."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text

from tests.builders.console import signed_in
from tests.builders.requests import get, post
from tests.conftest import Api, TenantKey
from warmline import NotFound, Unauthenticated, Warmline
from warmline_memory import tenancy
from warmline_memory.storage.database import Database, Role


def with_key(api: Api, secret: str) -> int:
    return httpx.get(f"{api.url}/v1/whoami", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_key_that_was_made_opens_the_tenant(client: Warmline, api: Api) -> None:
    made = client.keys.make("tier1-bot")
    with Warmline(api.url, made.secret) as other:
        assert (other.whoami().tenant_id, other.whoami().key) == (client.whoami().tenant_id, "tier1-bot")


def test_a_list_of_keys_holds_no_secret(client: Warmline, api: Api) -> None:
    secret = str(client.keys.make("tier1-bot").secret)
    assert [key.name for key in client.keys.list(page_size=1)] == ["tier1-bot", "tests"]
    assert secret not in api.http.get("/v1/keys").text


def test_a_revoked_key_opens_nothing(client: Warmline, api: Api) -> None:
    made = client.keys.make("tier1-bot")
    assert client.keys.revoke(made.id).revoked_at == client.keys.revoke(made.id).revoked_at is not None
    assert with_key(api, str(made.secret)) == 401


def test_an_expired_key_opens_nothing(client: Warmline, api: Api) -> None:
    made = client.keys.make("old", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert with_key(api, str(made.secret)) == 401


def test_a_key_can_revoke_itself(client: Warmline, tenant: TenantKey) -> None:
    client.keys.revoke(tenant.key_id)
    with pytest.raises(Unauthenticated):
        client.whoami()


def test_a_repeated_request_makes_one_key_and_does_not_show_its_secret_again(api: Api) -> None:
    first, again = (post(api, "keys", {"name": "once"}, 201, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first["id"], again["secret"]) == (again["id"], None)
    assert len(get(api, "keys")["items"]) == 2


def test_no_table_holds_the_secret_of_a_key(api: Api, database: Database, tenant: TenantKey) -> None:
    secret = post(api, "keys", {"name": "once"}, 201, **{"Idempotency-Key": "k"})["secret"]
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        names = ("api_keys", "idempotent_answers", "audit_entries")
        rows = [str(row) for name in names for row in db.execute(text(f"SELECT * FROM {name}"))]
    assert len(rows) == 4
    assert not any(secret[9:] in row for row in rows)


def test_making_and_revoking_are_audited(client: Warmline) -> None:
    made = client.keys.make("tier1-bot")
    client.keys.revoke(made.id)
    entries = [(entry.verb, entry.actor.name, entry.details["key_id"]) for entry in client.audit()]
    assert entries == [("revoke-key", "tests", str(made.id)), ("make-key", "tests", str(made.id))]


def test_an_entry_of_the_audit_names_the_key_by_its_id_and_the_address(client: Warmline, tenant: TenantKey) -> None:
    client.keys.make("tier1-bot")
    (entry,) = client.audit()
    assert (entry.actor.kind, entry.actor.id, entry.actor.key_id) == ("key", tenant.key_id, tenant.key_id)
    assert entry.actor.address == "127.0.0.1"


@pytest.mark.parametrize("name", ["human:ines", "queue:billing", "skill:refunds"])
def test_a_key_is_not_named_as_people_are(api: Api, name: str) -> None:
    assert post(api, "keys", {"name": name}, 422)["errors"][0]["field"] == "body.name"


def test_a_key_that_is_named_as_an_operator_is_told_apart_from_them(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    with database.transaction(role=Role.ADMIN) as db:
        row, secret = tenancy.create_key(db, tenant_id=tenant.tenant_id, name="human:ines")
    with Warmline(api.url, secret) as other:
        other.keys.make("tier1-bot")
    (entry,) = get(api, "audit")["items"]
    assert (entry["actor"]["kind"], entry["actor"]["id"]) == ("key", str(row.id))


def test_what_an_operator_does_is_recorded_with_the_operators_id(api: Api) -> None:
    signed_in(api, "ines", role="admin").submit("/settings/keys", name="tier1-bot", days="30")
    (entry,) = get(api, "audit")["items"]
    ines = get(api, "operators/ines")["id"]
    assert entry["actor"] == {"kind": "operator", "id": ines, "name": "human:ines", "address": "127.0.0.1"}


def test_a_key_that_is_not_there_cannot_be_revoked(client: Warmline, tenant: TenantKey) -> None:
    with pytest.raises(NotFound, match="API key"):
        client.keys.revoke(tenant.tenant_id)
