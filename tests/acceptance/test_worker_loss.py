"""Whatever is killed, flushed or delivered twice: one brief, one end of the session, one memory of the brief."""

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import redis
from sqlalchemy import text

from tests.acceptance.stalling_worker import STEPS
from tests.conftest import TenantKey, make_tenant, serve, work
from warmline_memory import jobs
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database


@dataclass(frozen=True)
class Case:
    """A session with one handoff under way, on a platform of its own."""

    settings: Settings
    database: Database
    tenant: TenantKey
    http: httpx.Client
    session: str
    handoff: str

    def state(self) -> str:
        """The handoff's state."""
        return str(self.http.get(f"/v1/handoffs/{self.handoff}").json()["state"])

    def wait_for(self, state: str) -> None:
        """Wait until the handoff is in a state."""
        deadline = time.monotonic() + 30
        while self.state() != state:
            assert time.monotonic() < deadline, self.state()
            time.sleep(0.05)


@pytest.fixture
def case(apart: Settings) -> Iterator[Case]:
    """A request that no worker has seen yet."""
    database = Database(apart)
    tenant = make_tenant(database)
    headers = {"Authorization": f"Bearer {tenant.key}"}
    with serve(apart) as url, httpx.Client(base_url=url, headers=headers, timeout=30) as http:
        session = http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "tier1-bot"}).json()["id"]
        http.post("/v1/memories", json={"session_id": session, "content": "Customer ACC-4521 was charged $299"})
        ask = {"session_id": session, "to": "billing-specialist", "reason": "Disputed overcharge"}
        handoff = http.post("/v1/handoffs", json=ask).json()["id"]
        yield Case(apart, database, tenant, http, session, handoff)
    database.close()


def assert_done_once(case: Case) -> None:
    """One brief, one end, one ``handoff`` memory, and all of them agree."""
    handoff = case.http.get(f"/v1/handoffs/{case.handoff}").json()
    session = case.http.get(f"/v1/sessions/{case.session}").json()
    kept = case.http.get("/v1/memories", params={"session_id": case.session, "kind": "handoff"}).json()["items"]
    assert (handoff["state"], session["state"], session["ended_reason"]) == ("ready", "ended", "handoff")
    assert [one["content"] for one in kept] == [handoff["brief"]["text"]]
    with case.database.transaction(tenant_id=case.tenant.tenant_id) as db:
        ordinals = list(db.scalars(text("SELECT ordinal FROM memories ORDER BY ordinal")))
    assert ordinals == [1, 2]


def wait_until(mark: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a stalling worker has reached its step."""
    deadline = time.monotonic() + 30
    while not mark.exists():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_any_step_changes_nothing(case: Case, step: str, tmp_path: Path) -> None:
    mark, log = tmp_path / "reached", tmp_path / "worker.log"
    variables = {"STALL_AT": step, "STALL_MARK": str(mark)}
    with work(case.settings, log, program="tests.acceptance.stalling_worker", **variables) as process:
        wait_until(mark, process, log)
        process.kill()
        process.wait()
    with work(case.settings, log):
        case.wait_for("ready")
        assert_done_once(case)


def test_a_nudge_that_redis_lost_is_found_by_the_sweep(case: Case, tmp_path: Path) -> None:
    with redis.Redis.from_url(case.settings.redis_url.replace("redis+socket", "unix")) as client:
        client.flushall()
    with work(case.settings, tmp_path / "worker.log"):
        case.wait_for("ready")
    assert_done_once(case)


@pytest.fixture
def platform(case: Case) -> Iterator[Platform]:
    """A worker's platform in this process."""
    with open_platform(case.settings, open_celery(case.settings)) as platform:
        yield platform


def test_a_task_delivered_eight_times_at_once_is_done_once(case: Case, platform: Platform) -> None:
    task = (platform, case.tenant.tenant_id, UUID(case.handoff))
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(jobs.write_brief, *task) for _ in range(8)]:
            done.result()
    jobs.write_brief(*task)
    assert_done_once(case)


@pytest.fixture
def drafting(case: Case) -> Case:
    """A request with a review that no worker has seen yet."""
    case.http.post(f"/v1/handoffs/{case.handoff}/cancel").raise_for_status()
    ask = {"session_id": case.session, "to": "billing-specialist", "reason": "Disputed overcharge", "review": True}
    return replace(case, handoff=case.http.post("/v1/handoffs", json=ask).json()["id"])


def draft_of(case: Case) -> tuple[str, int, int]:
    """The handoff's state, its draft's revision, and how many briefs are remembered."""
    handoff = case.http.get(f"/v1/handoffs/{case.handoff}").json()
    kept = case.http.get("/v1/memories", params={"kind": "handoff"}).json()["items"]
    return handoff["state"], handoff["draft_revision"], len(kept)


def test_a_draft_whose_task_is_delivered_eight_times_at_once_is_written_once(
    drafting: Case, platform: Platform
) -> None:
    task = (platform, drafting.tenant.tenant_id, UUID(drafting.handoff))
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(jobs.write_brief, *task) for _ in range(8)]:
            done.result()
    jobs.write_brief(*task)
    assert draft_of(drafting) == ("drafted", 1, 0)


def test_a_draft_whose_worker_was_killed_is_written_by_the_next(drafting: Case, tmp_path: Path) -> None:
    mark, log = tmp_path / "reached", tmp_path / "worker.log"
    variables = {"STALL_AT": "before the completion is committed", "STALL_MARK": str(mark)}
    with work(drafting.settings, log, program="tests.acceptance.stalling_worker", **variables) as process:
        wait_until(mark, process, log)
        process.kill()
        process.wait()
    with work(drafting.settings, log):
        drafting.wait_for("drafted")
    assert draft_of(drafting) == ("drafted", 1, 0)


def test_a_draft_whose_renewal_waits_for_a_worker_is_hidden_and_keeps_its_edits(
    drafting: Case, platform: Platform
) -> None:
    task = (platform, drafting.tenant.tenant_id, UUID(drafting.handoff))
    path = f"/v1/handoffs/{drafting.handoff}"
    jobs.write_brief(*task)
    drafting.http.post(f"{path}/edit", json={"revision": 1, "headline": "Mine"}).raise_for_status()
    drafting.http.post(f"{path}/renew", json={"revision": 2}).raise_for_status()
    assert drafting.http.get(path).json()["brief"] is None
    assert drafting.http.get(f"{path}/brief").status_code == 409
    jobs.write_brief(*task)
    assert drafting.http.get(f"{path}/draft").json()["brief"]["headline"]["text"] == "Mine"


def test_a_brief_that_cannot_be_written_is_tried_again_then_parked_with_its_reason(
    case: Case, platform: Platform
) -> None:
    platform.embedder.close()
    for _ in range(case.settings.brief_max_attempts):
        jobs.write_brief(platform, case.tenant.tenant_id, UUID(case.handoff))
        time.sleep(1)
    handoff = case.http.get(f"/v1/handoffs/{case.handoff}").json()
    assert (handoff["state"], handoff["attempts"]) == ("failed", case.settings.brief_max_attempts)
    assert "Unavailable" in handoff["problem"]
    assert case.http.get(f"/v1/sessions/{case.session}").json()["state"] == "open"


def test_a_parked_handoff_is_done_once_it_is_retried(case: Case, tmp_path: Path) -> None:
    with open_platform(case.settings, open_celery(case.settings)) as broken:
        broken.embedder.close()
        for _ in range(case.settings.brief_max_attempts):
            jobs.write_brief(broken, case.tenant.tenant_id, UUID(case.handoff))
            time.sleep(1)
    assert case.state() == "failed"
    assert case.http.post(f"/v1/handoffs/{case.handoff}/retry").status_code == 202
    with work(case.settings, tmp_path / "worker.log"):
        case.wait_for("ready")
    assert_done_once(case)


def test_a_worker_lost_at_every_attempt_parks_the_handoff(case: Case, platform: Platform) -> None:
    with case.database.transaction(tenant_id=case.tenant.tenant_id) as db:
        db.execute(text("UPDATE handoffs SET attempts = :most"), {"most": case.settings.brief_max_attempts})
    jobs.write_brief(platform, case.tenant.tenant_id, UUID(case.handoff))
    handoff = case.http.get(f"/v1/handoffs/{case.handoff}").json()
    assert (handoff["state"], "lost" in handoff["problem"]) == ("failed", True)
