"""API keys of a tenant: made, listed and revoked by its own programs; a secret is shown once and stored nowhere."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text

from tests.builders.console import signed_in
from tests.builders.requests import get, post
from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey
from warmline import KeyIsOver, NotFound, Unauthenticated, Warmline
from warmline_api import admissions
from warmline_memory import tenancy
from warmline_memory.storage.database import Database, Role
from warmline_memory.tenancy import keys


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


def test_a_key_ends_after_as_many_days_as_the_tenant_prefers_unless_its_maker_says_otherwise(client: Warmline) -> None:
    client.revise_preferences(key_days=7)
    week, day = client.keys.make("a"), datetime.now(UTC) + timedelta(days=1)
    assert week.expires_at is not None
    assert abs(week.expires_at - week.created_at - timedelta(days=7)) < timedelta(minutes=1)
    assert client.keys.make("b", expires_at=day).expires_at == day
    assert client.keys.make("c", never_expires=True).expires_at is None


def test_a_rotated_key_and_its_successor_are_both_valid_during_the_overlap(client: Warmline, api: Api) -> None:
    old = client.keys.make("tier1-bot", agents=["tier1-*"], namespaces=["acme/*"], scopes=["read"])
    new = client.keys.rotate(old.id, overlap_seconds=600)
    assert (with_key(api, str(old.secret)), with_key(api, str(new.secret))) == (200, 200)
    allowed = [(key.kind, key.scopes, key.agents, key.namespaces) for key in (old, new)]
    assert (allowed[0], new.replaces_id) == (allowed[1], old.id)
    ends = {key.id: key.expires_at for key in client.keys.list()}[old.id]
    assert ends is not None
    assert abs(ends - new.created_at - timedelta(minutes=10)) < timedelta(minutes=1)


def test_a_key_that_is_rotated_without_an_overlap_ends_at_once_and_is_rotated_no_more(
    client: Warmline, api: Api
) -> None:
    old = client.keys.make("tier1-bot")
    new = client.keys.rotate(old.id, overlap_seconds=0)
    assert (with_key(api, str(old.secret)), with_key(api, str(new.secret))) == (401, 200)
    with pytest.raises(KeyIsOver, match="Make a new one"):
        client.keys.rotate(old.id)


def test_a_rotation_never_prolongs_the_old_key(client: Warmline) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    old = client.keys.make("tier1-bot", expires_at=soon)
    client.keys.rotate(old.id)
    assert {key.id: key.expires_at for key in client.keys.list()}[old.id] == soon


def test_a_key_that_is_rotated_again_during_its_overlap_is_valid_for_as_long_as_the_first_one(client: Warmline) -> None:
    forever, month = client.keys.make("a", never_expires=True), client.keys.make("b")
    for key in (forever, month):
        client.keys.rotate(client.keys.rotate(key.id).id)
    again = client.keys.rotate(month.id)
    assert client.keys.rotate(forever.id).expires_at is None
    assert again.expires_at is not None
    assert abs(again.expires_at - again.created_at - timedelta(days=90)) < timedelta(minutes=1)


def test_a_key_says_when_it_was_last_used(client: Warmline, api: Api) -> None:
    made = client.keys.make("tier1-bot")
    assert made.last_used_at is None
    with_key(api, str(made.secret))

    def is_noted() -> bool:
        return {key.id: key.last_used_at for key in client.keys.list()}[made.id] is not None

    assert eventually(is_noted)


def test_a_key_in_constant_use_and_one_that_is_refused_say_so_too(
    client: Warmline, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admissions, "SECONDS", 0.5)
    monkeypatch.setattr(keys, "NOTED_EVERY", timedelta(0))
    reader = client.keys.make("reader", kind="reader")
    headers = {"Authorization": f"Bearer {reader.secret}"}
    uses: set[datetime | None] = set()
    # As often as that, no time passes without the key; every request is refused.
    for _ in range(12):
        time.sleep(0.1)
        assert httpx.get(f"{api.url}/v1/keys", headers=headers).status_code == 403
        uses |= {key.last_used_at for key in client.keys.list() if key.id == reader.id}
    assert len(uses - {None}) > 1


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


def test_to_revoke_a_key_again_leaves_no_further_entry(client: Warmline) -> None:
    made = client.keys.make("tier1-bot")
    client.keys.revoke(made.id)
    client.keys.revoke(made.id)
    assert [entry.verb for entry in client.audit()] == ["revoke-key", "make-key"]


def test_what_an_administrator_revokes_is_audited_in_the_tenant(client: Warmline, database: Database) -> None:
    made = client.keys.make("tier1-bot")
    with database.transaction(role=Role.ADMIN) as db:
        tenancy.revoke_key(db, made.id)
    newest = next(client.audit())
    assert (newest.verb, newest.actor.name, newest.details) == (
        "revoke-key",
        "administrator",
        {"key_id": str(made.id)},
    )
    assert client.verify_audit().intact


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
    (entry,) = get(api, "audit", verb="make-key")["items"]
    ines = get(api, "operators/ines")["id"]
    assert entry["actor"] == {"kind": "operator", "id": ines, "name": "human:ines", "address": "127.0.0.1"}


def test_a_key_that_is_not_there_cannot_be_revoked(client: Warmline, tenant: TenantKey) -> None:
    with pytest.raises(NotFound, match="API key"):
        client.keys.revoke(tenant.tenant_id)
