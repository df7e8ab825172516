"""A chain in the console: its tree, who spoke when, its timeline, and two of its briefs side by side."""

from collections.abc import Callable

import pytest

from tests.builders.console import Browser, Markup, signed_in, text_of
from tests.builders.handoffs import act, waiting
from tests.builders.hostile_texts import HOSTILE
from tests.builders.memories import remember
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def ann(api: Api) -> Browser:
    """A lead: chains of these tests go from agent to agent, and so are no operator's to see."""
    return signed_in(api, role="lead")


def accepted(api: Api, handoff: Json, agent: str = "human:ann", **changes: object) -> str:
    return str(act(api, handoff, "accept", 201, agent=agent, **changes)["session"]["id"])


def two_hops(api: Api) -> tuple[Json, Json]:
    """Two handoffs of one chain; between them the amount changed."""
    session = a_session(api, "Hello")
    remember(api, session, "charged", role=None, slot={"name": "amount", "value": "$299"})
    first = waiting(api, session)
    second_session = accepted(api, first)
    remember(api, second_session, "to refund", role=None, slot={"name": "amount", "value": "$100"})
    return first, waiting(api, second_session, to="refund-agent", reason="Check the refund")


def test_the_tree_shows_who_took_over_who_branched_and_who_speaks(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    accepted(api, handoff)
    accepted(api, handoff, "human:bob", mode="branch")
    shown = text_of(ann.page(f"/chains/{handoff['chain_id']}"))
    assert "tier1-bot first ended: handoff" in shown
    assert "bob branch open" in shown
    assert "ann took over open speaks for the customer" in shown
    assert "human:" not in shown


def test_a_rollback_shows_in_the_tree(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    accepted(api, handoff)
    accepted(api, handoff, "human:bob", mode="rollback")
    shown = text_of(ann.page(f"/chains/{handoff['chain_id']}"))
    assert "bob rollback" in shown
    assert "ended: rollback" in shown


def test_any_session_of_a_chain_leads_to_it(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    assert ann.page(f"/chains/{accepted(api, handoff)}").count(f"/console/handoffs/{handoff['id']}") >= 2


def test_the_strip_and_its_list_say_who_spoke_when(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    accepted(api, handoff)
    page = ann.page(f"/chains/{handoff['chain_id']}")
    owners = text_of(page).partition("Who spoke when")[2].partition("Timeline")[0]
    assert owners.index("tier1-bot") < owners.index("ann") < owners.index("until now")
    assert page.count('<rect class="owner-') == 4


def test_the_timeline_tells_what_happened_in_order(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    accepted(api, handoff)
    told = text_of(ann.page(f"/chains/{handoff['chain_id']}")).partition("Timeline")[2]
    steps = ["asked for a handoff to queue billing", "The brief was written", "took it over"]
    assert [told.index(step) for step in steps] == sorted(told.index(step) for step in steps)


def test_two_briefs_stand_side_by_side_with_their_differences_marked(api: Api, ann: Browser) -> None:
    first, second = two_hops(api)
    shown = text_of(ann.page(f"/chains/{first['chain_id']}?left={first['id']}&right={second['id']}"))
    left, right = shown.partition("1st handoff")[2].split("2nd handoff")
    assert "differs amount $299 there it is $100" in left
    assert "there it is $299" in right


def test_briefs_of_two_chains_are_not_compared(api: Api, ann: Browser) -> None:
    first, other = waiting(api), waiting(api)
    page = ann.page(f"/chains/{first['chain_id']}?left={first['id']}&right={other['id']}")
    assert "belong to different chains" in text_of(page)


def test_hostile_reasons_are_text(api: Api, ann: Browser) -> None:
    plain = {tag for tag, _ in Markup(ann.page(f"/chains/{waiting(api)['chain_id']}")).found}
    reason = " ".join(text[:60].replace("\x00", "") for text in HOSTILE)[:1_900]
    found = Markup(ann.page(f"/chains/{waiting(api, reason=reason)['chain_id']}")).found
    assert {tag for tag, _ in found} <= plain
    assert not any(name.startswith("on") for _, names in found for name in names)


def test_another_tenants_chain_is_not_there(
    api: Api, ann: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    stranger = client_of(new_tenant())
    handoff = waiting(stranger)
    assert ann.get(f"/chains/{handoff['chain_id']}").status_code == 404
