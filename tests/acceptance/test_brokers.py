"""Whatever the broker does, briefs are written, the worker lives, and other applications' tasks stay where they are."""

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import httpx
import pytest
import redis

from tests.builders.handoffs import requested, written
from tests.builders.waits import eventually
from tests.conftest import Api, make_tenant, serve, work
from warmline_memory.messaging import INDEX_NAMESPACE, WRITE_BRIEF, connect
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database

TASK = {"task": WRITE_BRIEF, "id": "1", "root_id": "1", "lang": "py"}
ENVELOPE = {"properties": {"delivery_tag": "1", "delivery_info": {"exchange": "", "routing_key": "warmline"}}}
JSON = {"content-type": "application/json", "content-encoding": "utf-8"}
MALFORMED = [
    "no json",
    "[]",
    "7",
    "{}",
    json.dumps({**ENVELOPE, **JSON, "headers": TASK}),
    json.dumps({**ENVELOPE, **JSON, "headers": TASK, "body": "no json"}),
    json.dumps({**ENVELOPE, **JSON, "headers": None, "body": "{}"}),
    json.dumps({**ENVELOPE, **JSON, "headers": {**TASK, "task": "no.such.task"}, "body": "[[], {}, {}]"}),
    json.dumps({**ENVELOPE, **JSON, "headers": {**TASK, "task": INDEX_NAMESPACE}, "body": "[[1, 2, 3], {}, {}]"}),
    json.dumps({**ENVELOPE, "headers": TASK, "body": "gASVBQAAAAAAAABLAS4=", "content-type": "application/x-python"}),
]


@pytest.fixture
def api(apart: Settings) -> Iterator[Api]:
    database = Database(apart)
    tenant = make_tenant(database)
    headers = {"Authorization": f"Bearer {tenant.key}"}
    with serve(apart) as url, httpx.Client(base_url=url, headers=headers, timeout=30) as http:
        yield Api(url, tenant.key, http)
    database.close()


@pytest.fixture
def working(apart: Settings, tmp_path: Path) -> Iterator[Popen[bytes]]:
    with work(apart, tmp_path / "worker.log") as process:
        yield process


@pytest.fixture
def server(apart: Settings) -> Iterator[redis.Redis]:
    with connect(apart.redis_url, 2.0) as server:
        yield server


def test_no_malformed_message_ends_the_worker(api: Api, working: Popen[bytes], server: redis.Redis) -> None:
    for message in MALFORMED:
        server.lpush("warmline:warmline", message)
        written(api, requested(api))
    eventually(lambda: server.llen("warmline:warmline") == 0)
    assert working.poll() is None


def test_a_redis_that_is_full_ends_no_worker_and_delays_no_brief(
    api: Api, working: Popen[bytes], server: redis.Redis
) -> None:
    server.config_set("maxmemory", "1")
    written(api, requested(api))
    server.config_set("maxmemory", "0")
    written(api, requested(api))
    assert working.poll() is None


def test_without_redis_briefs_are_written_all_the_same(api: Api, working: Popen[bytes], server: redis.Redis) -> None:
    server.shutdown(nosave=True)
    written(api, requested(api))
    assert working.poll() is None


def test_tasks_of_other_applications_stay_in_their_queue(api: Api, working: Popen[bytes], server: redis.Redis) -> None:
    server.lpush("celery", json.dumps({**ENVELOPE, **JSON, "headers": TASK, "body": "[[], {}, {}]"}))
    written(api, requested(api))
    assert (server.llen("celery"), working.poll()) == (1, None)
