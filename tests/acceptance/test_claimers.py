"""Many claimers at once, and one that is killed: real processes against the real API and Postgres."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func

from tests.builders.handoffs import BOB, accept, act, claim, read, refused, waiting
from tests.builders.requests import Json
from tests.conftest import Api, TenantKey, serve
from warmline_memory import sessions
from warmline_memory.settings import Settings
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.sessions import StartSession

pytestmark = pytest.mark.usefixtures("worker")

CLAIMERS, HANDOFFS = 200, 50
TRIES = 5
"""Each claimer tries so many handoffs, so each handoff is wanted by 20 of them."""
LEASE_SECONDS = 2
WRITES: dict[str, Json] = {
    "heartbeat": {},
    "release": {},
    "ask": {"question": "Which invoice?"},
    "transfer": {"to": "queue:fraud", "reason": "Fraud"},
    "return": {"instruction": "Ask for the order number"},
    "snooze": {"until": "2099-01-01T00:00:00Z"},
    "resolve": {"note": "Refunded"},
    "accept": {"agent": BOB},
    "claim": {"agent": BOB},
}


PROGRAM = [sys.executable, "-I", "-S", str(Path(__file__).with_name("claimer.py"))]


def some_handoffs(database: Database, tenant: TenantKey) -> list[str]:
    """Handoffs that wait. Their rows alone: what claimers fight for is not their briefs."""
    ask = StartSession(namespace="user-dave", agent="tier1-bot")
    waits = {"target": "queue:billing", "state": HandoffState.READY, "ready_at": func.now(), "cut_ordinal": 0}
    given = {"namespace": ask.namespace, "source_agent": ask.agent, "reason": "x", "hop": 1, "custom": {}, "brief": {}}
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        sources = [sessions.start(db, ask).id for _ in range(HANDOFFS)]
        rows = [tables.Handoff(**given, **waits, source_session_id=one, chain_id=one) for one in sources]
        db.add_all(rows)
        db.flush()
        return [str(row.id) for row in rows]


def wanted_by(number: int, handoffs: list[str]) -> list[str]:
    first = number * 7 % HANDOFFS
    return [*handoffs[first:], *handoffs[:first]][:TRIES]


def test_two_hundred_claimers_at_once_leave_each_of_fifty_handoffs_with_one_owner(
    api: Api, settings: Settings, database: Database, tenant: TenantKey
) -> None:
    handoffs = some_handoffs(database, tenant)
    with serve(settings) as other:
        urls = [api.url, other]
        for url in urls:  # routes are built by the first request, which two threads of one process must not do at once
            api.http.get(f"{url}/v1/handoffs").raise_for_status()
        wanted = {f"claimer-{one}": [urls[one % 2], *wanted_by(one, handoffs)] for one in range(CLAIMERS)}
        crowd = subprocess.run(
            [*PROGRAM, "crowd", api.key],
            input=json.dumps(wanted),
            text=True,
            capture_output=True,
            timeout=120,
            check=False,
        )
    assert crowd.returncode == 0, crowd.stdout + crowd.stderr
    held = dict(json.loads(line) for line in crowd.stdout.splitlines())
    owners = sorted((handoff, agent, token) for agent, tokens in held.items() for handoff, token in tokens.items())
    shown = api.http.get("/v1/handoffs", params={"state": "claimed", "limit": 200}).json()["items"]
    assert len(held) == CLAIMERS
    assert owners == sorted((one["id"], one["holder"], 1) for one in shown)
    assert sorted(handoffs) == [handoff for handoff, _, _ in owners]


def test_a_token_that_another_owner_outdated_is_refused_everywhere(api: Api) -> None:
    handoff = waiting(api)
    old = claim(api, handoff)
    act(api, handoff, "release", token=old)
    new = claim(api, handoff, BOB)
    assert {verb: refused(api, handoff, verb, **ask, token=old) for verb, ask in WRITES.items()} == dict.fromkeys(
        WRITES, "stale-token"
    )
    mine = accept(api, handoff, BOB, token=new)
    beyond = {verb: refused(api, handoff, verb, **ask, token=old) for verb, ask in WRITES.items() if verb != "accept"}
    assert set(beyond.values()) == {"stale-token"}
    assert mine["claim"]["token"] == new


def test_the_work_of_a_killed_claimer_is_back_one_level_up_with_its_history(api: Api) -> None:
    handoff = waiting(api)
    command = [*PROGRAM, "hold", api.key, api.url, "human:ann", handoff["id"], str(LEASE_SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "1\n"
        time.sleep(LEASE_SECONDS * 1.5)
        assert read(api, handoff)["holder"] == "human:ann"
        holder.kill()
    killed = time.monotonic()
    while (found := read(api, handoff))["state"] != "ready":
        assert time.monotonic() < killed + LEASE_SECONDS + 5
        time.sleep(0.05)
    history = api.http.get("/v1/events", params={"handoff_id": handoff["id"]}).json()["items"]
    assert (found["level"], found["holder"]) == (2, None)
    told = ["requested", "ready", "claimed", "lapsed", "escalated"]
    assert [one["type"] for one in history] == [f"handoff.{verb}" for verb in told]
