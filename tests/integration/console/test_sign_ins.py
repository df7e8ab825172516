"""Where somebody is signed in, links for a new password, and operators who go."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.builders.console import PASSWORD, Browser, a_browser, sign_in, signed_in, text_of
from tests.builders.handoffs import accept, claim, read, waiting
from tests.builders.operators import an_operator
from tests.builders.requests import get, patch
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

NEW = "an even better one"
TYPED = {"password": NEW, "again": NEW}


@pytest.fixture
def boss(api: Api) -> Browser:
    return signed_in(api, "boss", role="admin")


def id_of(api: Api, name: str) -> str:
    return str(get(api, f"operators/{name}")["id"])


def another_browser(api: Api, name: str = "ann") -> Browser:
    browser = a_browser(api.url)
    browser.http.headers["user-agent"] = "Another browser"
    assert sign_in(browser, api, name).status_code == 303
    return browser


def is_in(browser: Browser) -> bool:
    return browser.get("/mine").url.path == "/console/mine"


def a_link(api: Api, boss: Browser, name: str = "ann") -> str:
    page = boss.submit(f"/settings/operators/{id_of(api, name)}/password-link").text
    found = re.search(r'value="(http[^"]+/console/new-password/[\w-]+)"', page)
    assert found, page
    return found[1]


def test_a_page_lists_where_one_is_signed_in_and_signs_out_there(api: Api) -> None:
    here = signed_in(api)
    there = another_browser(api)

    page = here.page("/settings/sign-ins")
    assert "Another browser" in page
    assert "127.0.0.1" in page
    other = re.findall(r'action="/console/settings/sign-ins/([\w-]+)"', page)
    assert len(other) == 1

    here.done(f"/settings/sign-ins/{other[0]}")
    assert (is_in(here), is_in(there)) == (True, False)


def test_signing_out_everywhere_ends_every_login_here_too(api: Api) -> None:
    here = signed_in(api)
    there = another_browser(api)

    here.done("/settings/sign-ins")

    assert (is_in(here), is_in(there)) == (False, False)


def test_nobody_ends_a_colleagues_login_by_its_id(api: Api, tenant: TenantKey, database: Database) -> None:
    ann, bob = signed_in(api), signed_in(api, "bob")
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        row = tables.SignIn
        login = db.scalars(select(row.id).join(tables.Operator).where(tables.Operator.name == "ann")).one()

    bob.done(f"/settings/sign-ins/{login}")

    assert is_in(ann)


def test_a_login_ends_however_much_it_is_used(api: Api, tenant: TenantKey, database: Database) -> None:
    browser = signed_in(api)
    row, soon = tables.SignIn, timedelta(minutes=2)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(row).values(ends_at=func.now() + soon, seen_at=func.now() - soon))

    assert is_in(browser)

    with database.transaction(tenant_id=tenant.tenant_id) as db:
        assert db.scalars(select(row.expires_at <= row.ends_at)).one()


def test_a_tenant_says_how_long_logins_last(api: Api, tenant: TenantKey, database: Database) -> None:
    patch(api, "preferences", {"idle_minutes": 30, "sign_in_hours": 8})
    signed_in(api)

    row = tables.SignIn
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        idle, whole = db.execute(select(row.expires_at - row.created_at, row.ends_at - row.created_at)).one()
    assert abs(idle - timedelta(minutes=30)) < timedelta(seconds=30)
    assert abs(whole - timedelta(hours=8)) < timedelta(seconds=30)


def test_an_administrator_ends_somebodys_logins(api: Api, boss: Browser) -> None:
    ann = signed_in(api)

    boss.done(f"/settings/operators/{id_of(api, 'ann')}/sign-out")

    assert (is_in(ann), is_in(boss)) == (False, True)
    entry = get(api, "audit", verb="end-sign-ins")["items"][0]
    assert entry["details"] == {"operator_id": id_of(api, "ann"), "ended": 1}


def test_a_link_sets_a_password_once_and_ends_what_was_before(api: Api, boss: Browser) -> None:
    ann = signed_in(api)
    link = a_link(api, boss)
    assert not is_in(ann)
    assert sign_in(a_browser(api.url), api).status_code == 401

    somebody = a_browser(api.url)
    answer = somebody.http.post(link, data=TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")

    assert sign_in(a_browser(api.url), api, password=NEW).status_code == 303
    assert somebody.http.post(link, data=TYPED).status_code == 404
    assert "was used, replaced or has ended" in text_of(somebody.http.get(link).text)


def test_a_link_ends(api: Api, boss: Browser, tenant: TenantKey, database: Database) -> None:
    signed_in(api)
    link = a_link(api, boss)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(tables.Operator).values(link_until=func.now()).where(tables.Operator.link_hash.is_not(None)))

    assert a_browser(api.url).http.post(link, data=TYPED).status_code == 404


def test_a_new_link_replaces_the_one_before(api: Api, boss: Browser) -> None:
    signed_in(api)
    first, second = a_link(api, boss), a_link(api, boss)

    assert a_browser(api.url).http.post(first, data=TYPED).status_code == 404
    assert a_browser(api.url).http.get(second).status_code == 200


def test_a_link_takes_no_weak_password_and_stays_good(api: Api, boss: Browser) -> None:
    signed_in(api)
    link, somebody = a_link(api, boss), a_browser(api.url)

    for typed in ({"password": "1234567890", "again": "1234567890"}, {"password": NEW, "again": PASSWORD}):
        assert somebody.http.post(link, data=typed).status_code == 422
    assert somebody.http.post(link, data=TYPED).status_code == 303


def test_a_link_is_not_kept_itself(api: Api, boss: Browser, tenant: TenantKey, database: Database) -> None:
    signed_in(api)
    token = a_link(api, boss).rpartition("/")[2]

    with database.transaction(tenant_id=tenant.tenant_id) as db:
        assert token not in str(db.execute(select(tables.Operator.__table__)).all())
    assert token not in str(get(api, "audit"))


def test_whoever_is_deleted_is_signed_out_and_their_name_is_nobodys(api: Api, boss: Browser) -> None:
    ann = signed_in(api)

    boss.done(f"/settings/operators/{id_of(api, 'ann')}/delete")

    assert not is_in(ann)
    assert sign_in(a_browser(api.url), api).status_code == 401
    assert api.http.get("/v1/operators/ann").status_code == 404
    assert [one["name"] for one in get(api, "operators")["items"]] == ["boss"]
    assert api.http.post("/v1/operators", json={"name": "ann"}).json()["type"].endswith("name-taken")
    assert get(api, "audit", verb="delete-operator")["items"][0]["details"]["name"] == "ann"


@pytest.mark.usefixtures("worker")
def test_what_a_deleted_operator_held_goes_back_to_the_queue(api: Api) -> None:
    an_operator(api, "ann")
    claimed, accepted = (
        waiting(api, a_session(api), to="queue:billing"),
        waiting(api, a_session(api), to="queue:billing"),
    )
    by_name = waiting(api, a_session(api), to="human:ann")
    claim(api, claimed, "human:ann")
    accept(api, accepted, "human:ann")

    assert api.http.delete("/v1/operators/ann").status_code == 204

    assert (read(api, claimed)["state"], read(api, claimed)["holder"]) == ("ready", None)
    onward = get(api, "handoffs", chain_id=accepted["chain_id"])["items"][0]
    assert (onward["to"], onward["source_agent"]) == ("queue:billing", "human:ann")
    assert read(api, by_name)["to"] == "queue:people"


def test_an_administrator_does_not_delete_or_lock_out_themselves(api: Api, boss: Browser) -> None:
    me = id_of(api, "boss")

    for verb in ("delete", "sign-out", "password-link"):
        assert "lock yourself out" in text_of(boss.refused(f"/settings/operators/{me}/{verb}", 422))


def test_two_tenants_of_one_operators_name_do_not_notice_each_other(api: Api, database: Database) -> None:
    with database.engine.connect() as connection:
        unique = "SELECT indexdef FROM pg_indexes WHERE tablename = 'operators' AND indexdef LIKE 'CREATE UNIQUE%%'"
        found = [row[0] for row in connection.exec_driver_sql(unique)]

    # Whatever is unique is so within a tenant, or is a hash of a random secret.
    assert all("(tenant_id," in one or "(link_hash)" in one for one in found)
