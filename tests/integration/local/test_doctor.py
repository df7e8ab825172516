"""What the doctor finds."""

from pathlib import Path

from tests.conftest import serve
from warmline_local.commands.doctor import diagnoses
from warmline_memory.settings import Settings


def test_a_platform_that_works_is_found_well(settings: Settings) -> None:
    with serve(settings) as url:
        found = list(diagnoses(settings.model_copy(update={"port": int(url.rpartition(":")[2])})))
    wrong = [one.sentence for one in found if not one.well]
    assert [sentence for sentence in wrong if "worker" not in sentence] == []
    assert [one.part for one in found] == ["database", "clock", "redis", "api and worker", "disk", "mail"]


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
        "clock": False,
        "redis": False,
        "api and worker": False,
        "disk": True,
        "mail": True,
    }
    assert "WARMLINE_DATABASE_URL" in found["database"].sentence
    assert "WARMLINE_REDIS_URL" in found["redis"].sentence
    assert "WARMLINE_PORT" in found["api and worker"].sentence
