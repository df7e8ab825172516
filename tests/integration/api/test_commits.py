"""No answer leaves before its commit: a commit that fails is a 500, and whatever hung on it does not happen."""

from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import Api, TenantKey
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database
from warmline_memory.storage.transactions import Signals

REFUSAL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused at commit'; END $$;
CREATE CONSTRAINT TRIGGER refuse_{table} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture(params=["sessions", "memories", "idempotent_answers"])
def refusing_table(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    """A table whose inserts go through, until their transaction commits."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(REFUSAL.format(table=request.param))
        yield request.param
        connection.execute("DROP FUNCTION refuse CASCADE")


def test_a_failing_commit_is_a_500_and_leaves_nothing(api: Api, refusing_table: str) -> None:
    path, ask = "/v1/memories", {"namespace": "user-dave", "content": "x"}
    if refusing_table == "sessions":
        path, ask = "/v1/sessions", {"namespace": "user-dave", "agent": "bot"}
    answer = api.http.post(path, json=ask, headers={"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:warmline:problem:internal-error")
    assert "refused at commit" not in answer.text
    assert api.http.get(path).json()["items"] == []


def test_what_waits_for_a_commit_happens_after_it_and_only_then(database: Database) -> None:
    happened: list[str] = []
    with database.transaction() as db:
        db.after_commit.append(lambda: happened.append("committed"))
        with db.begin_nested():
            pass
        assert happened == []
    assert happened == ["committed"]
    with pytest.raises(ZeroDivisionError), database.transaction() as db:
        db.after_commit.append(lambda: happened.append("rolled back"))
        _ = 1 / 0
    assert happened == ["committed"]


def test_what_fails_after_a_commit_is_logged_and_keeps_nothing_else_from_happening(
    settings: Settings, tenant: TenantKey, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OSError("a signal that broke")

    happened: list[str] = []
    with (
        closing(Database(settings, signals=Signals(news=fail, due=fail, grown=fail))) as database,
        database.transaction(tenant_id=tenant.tenant_id) as db,
    ):
        db.announced.add(tenant.tenant_id)
        db.nudge_worker(uuid4())
        db.after_commit += [fail, lambda: happened.append("the next")]
    assert happened == ["the next"]
    assert caplog.text.count("the commit holds") == 3
