"""What the doctor finds."""

from contextlib import closing
from pathlib import Path

from pydantic import SecretStr

from tests.conftest import make_tenant, serve
from warmline_local.commands.doctor import diagnoses
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, new_sealing_key

PARTS = ["database", "replica", "sealing", "clock", "redis", "api and worker", "disk", "mail"]


def test_a_platform_that_works_is_found_well(settings: Settings) -> None:
    with serve(settings) as url:
        found = list(diagnoses(settings.model_copy(update={"port": int(url.rpartition(":")[2])})))
    wrong = [one.sentence for one in found if not one.well]
    assert [sentence for sentence in wrong if "worker" not in sentence] == []
    assert [one.part for one in found] == PARTS


def test_whatever_is_away_is_named_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    nowhere = {
        "database_url": "postgresql://nobody@/none?host=/nowhere",
        "redis_url": "redis://127.0.0.1:1/0",
        "port": 1,
        "home": tmp_path,
    }
    found = {one.part: one for one in diagnoses(settings.model_copy(update=nowhere))}
    assert {part: one.well for part, one in found.items()} == {
        "database": False,
        "replica": True,
        "sealing": False,
        "clock": False,
        "redis": False,
        "api and worker": False,
        "disk": True,
        "mail": True,
    }
    assert "WARMLINE_DATABASE_URL" in found["database"].sentence
    assert "WARMLINE_REDIS_URL" in found["redis"].sentence
    assert "WARMLINE_PORT" in found["api and worker"].sentence


def test_a_key_that_does_not_open_what_was_said_is_found_with_what_to_do(apart: Settings) -> None:
    sealing = apart.model_copy(update={"seal_content": True})
    with closing(Database(sealing)) as database:
        tenant = make_tenant(database)
        with database.transaction(tenant_id=tenant.tenant_id) as db:
            db.contents.seal("said", "memories.content")
    found = {one.part: one for one in diagnoses(sealing)}
    assert (found["sealing"].well, "open 1 content keys" in found["sealing"].sentence) == (True, True)
    lost = sealing.model_copy(update={"encryption_keys": SecretStr(new_sealing_key())})
    found = {one.part: one for one in diagnoses(lost)}
    assert (found["sealing"].well, "WARMLINE_ENCRYPTION_KEYS" in found["sealing"].sentence) == (False, True)
