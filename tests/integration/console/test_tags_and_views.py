"""Tags on cases, and views of lists under names."""

import re

import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.handoffs import accept, waiting
from tests.builders.requests import get
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey
from warmline_memory.desk import tags
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")


def tagged(api: Api, browser: Browser, tag: str, **changes: object) -> tuple[str, str]:
    """A case with a tag: the address of its page, and its chain."""
    chain = a_session(api)
    address = f"/handoffs/{waiting(api, chain, **changes)['id']}"
    browser.done(f"{address}/tag", tag=tag)
    return address, chain


def audited(api: Api, verb: str) -> list[object]:
    return [one["details"] for one in get(api, "audit", verb=verb)["items"]]


def test_a_tag_is_kept_in_small_letters_shown_in_lists_and_audited(api: Api, ann: Browser) -> None:
    address, chain = tagged(api, ann, "  Waits  for BANK ")
    assert "waits for bank" in text_of(ann.page(address))
    assert "waits for bank" in text_of(ann.page("/"))
    assert {"chain_id": chain, "tag": "waits for bank"} in audited(api, "tag-case")


def test_a_list_is_narrowed_to_a_tag(api: Api, ann: Browser) -> None:
    address, _ = tagged(api, ann, "vip")
    other, _ = tagged(api, ann, "slow")
    page = ann.page("/?to=you&tag=vip")
    assert f'href="/console{address}"' in page
    assert f'href="/console{other}"' not in page
    assert "Nothing of that kind waits here" in text_of(ann.page("/?to=you&tag=unknown"))


def test_a_tag_that_is_taken_off_is_gone_and_audited_once(api: Api, ann: Browser) -> None:
    address, chain = tagged(api, ann, "vip")
    for _ in range(2):
        ann.done(f"{address}/tag", remove="vip")
    assert "<bdi>vip</bdi>" not in ann.page(address)
    assert audited(api, "untag-case") == [{"chain_id": chain, "tag": "vip"}]


def test_a_tag_stays_with_the_case_when_it_goes_on(api: Api, ann: Browser) -> None:
    _, chain = tagged(api, ann, "vip")
    handoff = get(api, "handoffs", chain_id=chain)["items"][0]
    again = waiting(api, accept(api, handoff)["session"]["id"])
    assert "<bdi>vip</bdi>" in ann.page(f"/handoffs/{again['id']}")


def test_an_empty_tag_and_one_too_many_are_refused(
    api: Api, tenant: TenantKey, database: Database, ann: Browser
) -> None:
    address, chain = tagged(api, ann, "first")
    assert "Fill this in." in text_of(ann.refused(f"{address}/tag", 422, tag=" , "))
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        for number in range(tags.MOST_TAGS - 1):
            db.add(tables.CaseTag(chain_id=chain, tag=f"n{number}", namespace="user-dave", by="human:ann"))
    assert "at most 20 tags" in text_of(ann.refused(f"{address}/tag", 422, tag="one more"))


def test_tags_of_cases_that_somebody_may_not_see_are_not_offered(api: Api, ann: Browser) -> None:
    zoe = signed_in(api, "zoe", queues=["fraud"])
    tagged(api, zoe, "ring of thieves", to="queue:fraud")
    address, _ = tagged(api, ann, "vip")
    assert "ring of thieves" not in ann.page("/?to=all")
    assert "ring of thieves" not in ann.page(address)
    assert "ring of thieves" in zoe.page("/?to=all")


def test_what_is_forgotten_has_no_tags_any_more(api: Api, tenant: TenantKey, database: Database, ann: Browser) -> None:
    _, chain = tagged(api, ann, "vip")
    assert api.http.delete("/v1/namespaces/user-dave").status_code == 200
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        assert tags.of_case(db, chain) == []


def view_of(page: str, name: str) -> str:
    """The address of a view that a page links to."""
    found = re.search(rf'<a href="/console(/[^"]*)"[^>]*>(?:(?!</a>).)*<bdi>{name}</bdi></a>', page, re.S)
    assert found, page
    return found[1].replace("&amp;", "&")


def test_a_view_is_a_list_as_it_was_shown_when_it_was_saved(api: Api, ann: Browser) -> None:
    address, _ = tagged(api, ann, "vip")
    other, _ = tagged(api, ann, "slow")
    page = ann.done("/views", name="Our VIPs", to="all", tag="vip", sort="newest")
    assert "Saved as “Our VIPs”." in text_of(page)
    shown = ann.page(view_of(ann.page("/"), "Our VIPs"))
    assert f'href="/console{address}"' in shown
    assert f'href="/console{other}"' not in shown
    assert '<option value="newest" selected>' in shown


def test_a_view_is_for_its_maker_and_a_shared_one_for_their_team(api: Api, ann: Browser) -> None:
    bob, zoe = signed_in(api, "bob"), signed_in(api, "zoe", queues=["fraud"])
    ann.done("/views", name="Mine alone", to="all")
    ann.done("/views", name="Ours", to="all", shared="true")
    assert "Mine alone" not in bob.page("/")
    view_of(bob.page("/"), "Ours")
    assert "Ours" not in text_of(zoe.page("/"))


def test_only_its_maker_or_an_administrator_deletes_a_view(api: Api, ann: Browser) -> None:
    bob, boss = signed_in(api, "bob"), signed_in(api, "boss", role="admin")
    ann.done("/views", name="Ours", to="all", shared="true")
    page = ann.page(view_of(ann.page("/"), "Ours"))
    found = re.search(r'name="delete" value="([^"]+)"', page)
    assert found
    bob.refused("/views", 404, delete=found[1])
    boss.done("/views", delete=found[1], next="/console/")
    assert "Ours" not in text_of(ann.page("/"))


def test_a_view_without_a_name_is_refused_and_one_of_a_name_that_is_taken_replaces_it(api: Api, ann: Browser) -> None:
    ann.refused("/views", 422, name=" ", to="all")
    ann.done("/views", name="Ours", to="all")
    ann.done("/views", name="Ours", to="you", urgency="high")
    assert view_of(ann.page("/"), "Ours") == "/?to=you&urgency=high"
