"""A worker whose database goes away while it writes: nothing is lost, and no handoff is given up for it."""

from contextlib import closing
from pathlib import Path

import httpx

from tests.builders.handoffs import requested
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api, make_tenant, serve, work
from warmline_local.servers import EmbeddedPostgres, EmbeddedRedis
from warmline_memory.settings import Settings
from warmline_memory.storage import Database


def test_a_database_that_goes_away_again_and_again_costs_no_handoff_and_no_attempt(
    fragile: Settings, own_postgres: EmbeddedPostgres, own_redis: EmbeddedRedis, tmp_path: Path
) -> None:
    # One attempt alone, and a lease that is longer than the outages: what these cost would be seen.
    own = {"redis_url": own_redis.url, "brief_max_attempts": 1, "brief_lease_seconds": 60.0}
    settings = fragile.model_copy(update=own)
    with closing(Database(settings)) as database:
        key = make_tenant(database).key
    with (
        serve(settings) as url,
        work(settings, tmp_path / "worker.log") as worker,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as http,
    ):
        api = Api(url, key, http)
        handoffs = [requested(api, a_session(api)) for _ in range(4)]
        for _ in range(2):
            # The worker has some of them in hand by now, or is about to take them.
            own_postgres.stop()
            own_postgres.start()
        found = eventually(lambda: [shown(api, one) for one in handoffs], all_ready)
        assert worker.poll() is None
    assert {one["attempts"] for one in found} == {1}


def shown(api: Api, handoff: Json) -> Json:
    """A handoff as it is; nothing where the API has no database at the moment."""
    answer = api.http.get(f"/v1/handoffs/{handoff['id']}")
    return dict(answer.json()) if answer.status_code == 200 else {}


def all_ready(found: list[Json]) -> bool:
    return all(one.get("state") == "ready" for one in found)
