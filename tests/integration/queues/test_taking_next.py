"""Queues and who takes what from them: set-up, order, standing, claiming the next."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import select, text

from tests.builders.handoffs import ANN, accept, act, claim, read, waiting
from tests.builders.operators import an_operator
from tests.builders.queues import a_queue
from tests.builders.requests import Json, get, post
from tests.conftest import Api, TenantKey
from warmline import OperatorBusy, Warmline
from warmline_memory import operators, sessions
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database
from warmline_schemas.handoffs import Handoff, Urgency
from warmline_schemas.sessions import Session, StartSession

HANDOFFS = tables.Handoff.__table__
WAITING_QUEUE = 500


def next_of(api: Api, agent: str = ANN, queue: str = "billing") -> Json | None:
    claimed: Json | None = post(api, f"queues/{queue}/claim", {"agent": agent})["claim"]
    return claimed


def order_of(api: Api, **params: object) -> list[str]:
    return [one["reason"] for one in get(api, "queues/billing/waiting", **params)["items"]]


def test_a_queue_that_nobody_set_up_works_with_the_defaults(api: Api) -> None:
    queue = get(api, "queues/billing")
    assert (queue["written"], queue["promises"]["accept_seconds"], queue["nobody_there"]) == (False, 900, "wait")


def test_a_queue_is_set_up_replaced_and_given_its_defaults_again(api: Api) -> None:
    assert a_queue(api, title="Billing", promises={"accept_seconds": 60})["title"] == "Billing"
    assert a_queue(api, assigning="offer")["title"] is None
    assert api.http.delete("/v1/queues/billing").status_code == 204
    assert api.http.delete("/v1/queues/billing").status_code == 404


def test_queues_are_listed_that_are_set_up_or_worked(api: Api) -> None:
    a_queue(api, "fraud")
    an_operator(api)
    assert [(one["name"], one["written"]) for one in get(api, "queues")["items"]] == [
        ("billing", False),
        ("fraud", True),
    ]


def test_a_queue_that_could_not_work_is_refused(api: Api) -> None:
    for wrong in (
        {"office_hours": {"zone": "Europe/Atlantis", "days": [{"day": "monday", "opens": "08:00", "closes": "18:00"}]}},
        {"office_hours": {"days": [{"day": "monday", "opens": "18:00", "closes": "08:00"}]}},
        {"levels": [{"wait_seconds": 0}]},
    ):
        assert api.http.put("/v1/queues/billing", json=wrong).status_code == 422


@pytest.mark.usefixtures("worker")
def test_handoffs_wait_in_the_order_of_breach_then_urgency_then_age(api: Api) -> None:
    waiting(api, reason="late, promised later")
    a_queue(api, promises={"accept_seconds": 60})
    waiting(api, reason="promised sooner")
    a_queue(api, promises={"accept_seconds": None})
    for reason, urgency in (("older", "normal"), ("newer", "normal"), ("pressing", "critical")):
        waiting(api, reason=reason, urgency=urgency)
    order = ["promised sooner", "late, promised later", "pressing", "older", "newer"]
    assert order_of(api) == order
    first = get(api, "queues/billing/waiting", limit=2)
    second = get(api, "queues/billing/waiting", limit=3, cursor=first["next_cursor"])
    assert [one["reason"] for one in first["items"] + second["items"]] == order
    assert second["next_cursor"] is None


@pytest.mark.usefixtures("worker")
def test_an_operator_sees_and_gets_only_what_they_may_take(api: Api) -> None:
    an_operator(api, "ann", skills=["refunds"], languages=["en"], level=1)
    for reason, needs in (
        ("other skill", {"skills": ["fraud"]}),
        ("other language", {"language": "de"}),
        ("hers", {"skills": ["refunds"], "language": "en-GB"}),
    ):
        waiting(api, reason=reason, **needs)
    assert order_of(api, operator="ann") == ["hers"]
    assert next_of(api) is not None
    assert next_of(api) is None


@pytest.mark.usefixtures("worker")
def test_an_operator_who_holds_as_much_as_they_can_gets_no_more(api: Api, client: Warmline) -> None:
    an_operator(api, capacity=1)
    waiting(api)
    waiting(api)
    assert next_of(api) is not None
    with pytest.raises(OperatorBusy, match="at most 1 at once"):
        client.queues.claim_next("billing", agent=ANN)


@pytest.mark.usefixtures("worker")
def test_claiming_the_next_takes_each_handoff_once(api: Api) -> None:
    handoffs = {waiting(api)["id"] for _ in range(3)}
    with ThreadPoolExecutor(6) as threads:
        claims = [one for one in threads.map(lambda number: next_of(api, f"agent-{number}"), range(6)) if one]
    assert {one["handoff_id"] for one in claims} == handoffs
    assert len(claims) == len(handoffs)


@pytest.mark.usefixtures("worker")
def test_the_next_is_what_is_offered_to_no_other(api: Api) -> None:
    act(api, waiting(api), "offer", to=ANN)
    assert next_of(api, "human:bob") is None
    assert next_of(api, ANN) is not None


@pytest.mark.usefixtures("worker")
def test_a_claim_of_the_next_holds_for_as_long_as_the_queue_says(api: Api) -> None:
    a_queue(api, lease_seconds=3600)
    handoff = waiting(api)
    claimed = next_of(api)
    assert claimed is not None
    assert claimed["expires_at"] == read(api, handoff)["lease_until"]
    assert accept(api, handoff, token=claimed["token"])["handoff"]["state"] == "accepted"


@pytest.mark.usefixtures("worker")
def test_a_queue_tells_how_it_stands(api: Api) -> None:
    a_queue(api, promises={"accept_seconds": 1})
    an_operator(api)
    waiting(api)
    accept(api, waiting(api))
    claim(api, waiting(api))
    time.sleep(1.1)
    standing = get(api, "queues/billing/standing")
    assert (standing["waiting"], standing["breached"], standing["in_work"]) == (2, 2, 1)
    assert (standing["operators_available"], standing["is_open"]) == (1, True)
    assert standing["estimated_seconds"] is not None


def test_the_rule_in_python_and_the_rule_in_sql_agree(tenant: TenantKey, database: Database) -> None:
    """May an operator take a handoff? Lists ask the database, a single answer asks Python."""
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        who = product(([], ["a", "b"]), ([], ["pt-BR"], ["en"]), (1, 3))
        people = [
            tables.Operator(
                name=f"operator-{number}",
                display_name="Somebody",
                queues=["billing", "fraud"],
                skills=skills,
                languages=languages,
                level=level,
            )
            for number, (skills, languages, level) in enumerate(who)
        ]
        source = sessions.start(db, StartSession(namespace="user-dave", agent="tier1-bot"))
        targets = ("queue:billing", "queue:other", "skill:a", "human:operator-1", "bot")
        needs = product(targets, ([], ["a"]), (None, "pt", "en-GB", "pt-PT", "pt-br"), (1, 2))
        handoffs = [a_row(source, target, skills, language, level) for target, skills, language, level in needs]
        db.add_all([*people, *handoffs])
        db.flush()
        for one in people:
            allowed = set(db.scalars(select(tables.Handoff.id).where(operators.takes(one))))
            assert allowed == {row.id for row in handoffs if operators.may_take(one, row) is None}


def a_row(source: Session, target: str, skills: list[str], language: str | None, level: int) -> tables.Handoff:
    """A handoff that nobody works on."""
    return tables.Handoff(
        chain_id=source.chain_id,
        namespace=source.namespace,
        state="cancelled",
        closed_at=source.started_at,
        source_session_id=source.id,
        source_agent=source.agent,
        target=target,
        reason="Why",
        hop=1,
        skills=skills,
        language=language,
        level=level,
        custom={},
    )


def make_many_wait(database: Database, tenant_id: UUID, handoff_id: str, count: int) -> None:
    """Copies of a handoff that waits, straight into the database, many of which are promised the same.

    They are consultations, for a session may have many.
    """
    others = {
        "id": "gen_random_uuid()",
        "mode": "'consult'",
        "breach_at": "CASE WHEN number % 3 > 0 THEN breach_at + number % 5 * interval '1 minute' END",
        "urgency": "(ARRAY['low', 'normal', 'high', 'critical'])[1 + number % 4]",
        "requested_at": "requested_at - number % 7 * interval '1 second'",
    }
    columns = {column.name: others.get(column.name, column.name) for column in HANDOFFS.c if column.computed is None}
    copied = f"INSERT INTO handoffs ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM handoffs"
    with database.transaction(tenant_id=tenant_id) as db:
        each = f"{copied}, generate_series(1, {count}) AS number WHERE id = :id"
        db.execute(text(each), {"id": handoff_id})


def place(handoff: Handoff) -> tuple[datetime, int, datetime, UUID]:
    """What handoffs wait in the order of."""
    never = datetime.max.replace(tzinfo=UTC)
    return handoff.breach_at or never, -list(Urgency).index(handoff.urgency), handoff.requested_at, handoff.id


@pytest.mark.usefixtures("worker")
def test_a_queue_of_500_is_listed_page_by_page_once_each_and_in_order(
    api: Api, client: Warmline, tenant: TenantKey, database: Database
) -> None:
    an_operator(api, skills=["refunds"], languages=["en"])
    handoff = waiting(api, skills=["refunds"], language="en")
    make_many_wait(database, tenant.tenant_id, handoff["id"], WAITING_QUEUE - 1)
    listed = list(client.queues.waiting("billing", operator="ann", page_size=50))
    assert len({one.id for one in listed}) == len(listed) == WAITING_QUEUE
    assert listed == sorted(listed, key=place)
