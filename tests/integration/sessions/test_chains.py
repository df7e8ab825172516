"""Chains as trees, and their briefs side by side."""

import json
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from warmline import Warmline
from warmline.errors import InvalidRequest, NotFound
from warmline.live import LiveSession
from warmline_schemas.handoffs import AcceptMode
from warmline_schemas.sessions import StartedAs

pytestmark = pytest.mark.usefixtures("worker")


def passed_on(client: Warmline, session: LiveSession, to: str) -> UUID:
    handoff = session.hand_off(to=to, reason=f"{to} is next")
    return client.handoffs.wait(handoff.id).id


def taken(client: Warmline, handoff_id: UUID, agent: str, mode: AcceptMode = AcceptMode.CONTINUE) -> LiveSession:
    return client.accept(handoff_id, agent=agent, mode=mode).session


def begun(client: Warmline) -> tuple[UUID, UUID]:
    """A chain whose first session was handed off; its id, and the handoff's."""
    session = client.session(agent="tier1-bot", namespace="user-dave")
    session.remember("account_id is ACC-4521", slot={"name": "account_id", "value": "ACC-4521"})
    session.remember("plan is basic", slot={"name": "plan", "value": "basic"})
    return session.id, passed_on(client, session, "billing")


def test_a_straight_chain_reads_downwards_without_depth(client: Warmline) -> None:
    chain, first = begun(client)
    second = passed_on(client, taken(client, first, "billing"), "desk")
    taken(client, second, "desk")
    tree = client.chains.tree(chain)
    told = [(one.session.agent, one.started_as, one.depth) for one in tree.sessions]
    assert told == [("tier1-bot", "first", 0), ("billing", "continue", 0), ("desk", "continue", 0)]
    assert [[handoff.hop for handoff in one.handoffs] for one in tree.sessions] == [[1], [2], []]
    assert tree.owner_session_id == tree.sessions[-1].session.id


def test_a_branch_stands_under_what_it_branched_from(client: Warmline) -> None:
    chain, first = begun(client)
    taken(client, first, "billing")
    beside = taken(client, first, "auditor", AcceptMode.BRANCH)
    taken(client, passed_on(client, beside, "second-auditor"), "second-auditor")
    tree = client.chains.tree(chain)
    told = [(one.session.agent, one.started_as, one.depth) for one in tree.sessions]
    assert told == [
        ("tier1-bot", "first", 0),
        ("auditor", "branch", 1),
        ("second-auditor", "continue", 1),
        ("billing", "continue", 0),
    ]
    assert [one.parent_id for one in tree.sessions[1:3]] == [chain, beside.id]


def test_a_rollback_is_marked(client: Warmline) -> None:
    chain, first = begun(client)
    taken(client, first, "billing")
    taken(client, first, "billing-again", AcceptMode.ROLLBACK)
    ways = {one.session.agent: one.started_as for one in client.chains.tree(chain).sessions}
    assert ways == {"tier1-bot": "first", "billing": "continue", "billing-again": StartedAs.ROLLBACK}


def test_only_the_id_of_a_first_session_is_a_chain(client: Warmline) -> None:
    _, first = begun(client)
    later = taken(client, first, "billing")
    for nothing in (later.id, uuid4()):
        with pytest.raises(NotFound):
            client.chains.tree(nothing)


def branches(client: Warmline) -> tuple[UUID, UUID, UUID]:
    """The handoff that two branches come from, and a handoff of each; one changed the plan, the other refunded."""
    _, first = begun(client)
    left, right = taken(client, first, "billing"), taken(client, first, "auditor", AcceptMode.BRANCH)
    left.remember("plan is premium", slot={"name": "plan", "value": "premium"})
    refund = {"name": "refund", "arguments": {"amount": "$100"}, "outcome": "confirmed"}
    right.remember_many([{"kind": "action", "role": "tool", "action": refund}])
    return first, passed_on(client, left, "desk"), passed_on(client, right, "desk")


def test_two_branches_are_compared_from_where_they_part(client: Warmline) -> None:
    first, left, right = branches(client)
    found = client.chains.compare(left, right)
    assert found.ancestor is not None
    assert found.ancestor.id == first
    assert [(one.label, one.left, one.right) for one in found.values] == [("plan", "premium", "basic")]
    assert ([deed.name for deed in found.left.actions], [deed.name for deed in found.right.actions]) == ([], ["refund"])


def test_a_brief_and_one_that_came_from_it_have_the_earlier_in_common(client: Warmline) -> None:
    first, left, _ = branches(client)
    found = client.chains.compare(first, left)
    assert found.ancestor is not None
    assert (found.ancestor.id, found.left.handoff.id, found.right.handoff.id) == (first, first, left)


def test_a_brief_compared_with_itself_differs_in_nothing(client: Warmline) -> None:
    _, left, _ = branches(client)
    found = client.chains.compare(left, left)
    differing = [found.values, found.outcomes, *((side.lines, side.actions) for side in (found.left, found.right))]
    assert differing == [[], [], ([], []), ([], [])]


def test_handoffs_of_different_chains_are_not_compared(client: Warmline) -> None:
    with pytest.raises(InvalidRequest, match="different chains"):
        client.chains.compare(begun(client)[1], begun(client)[1])


def test_the_command_line_draws_the_tree(client: Warmline, run: Callable[..., str]) -> None:
    chain, first = begun(client)
    taken(client, first, "billing")
    taken(client, first, "auditor", AcceptMode.BRANCH)
    drawn = run("chain", "tree", chain).splitlines()
    assert [
        line.index(name) for line, name in zip(drawn[1:], ("tier1-bot", "hop 1", "auditor", "billing"), strict=True)
    ] == [4, 8, 12, 4]
    assert "branch" in drawn[3]


def test_the_command_line_shows_two_briefs_side_by_side(client: Warmline, run: Callable[..., str]) -> None:
    _, left, right = branches(client)
    rows = [line.split("\t") for line in run("chain", "compare", left, right).splitlines()]
    assert ["plan", "premium", "basic"] in rows
    assert json.loads(run("chain", "compare", left, right, "--json"))["ancestor"]["hop"] == 1
