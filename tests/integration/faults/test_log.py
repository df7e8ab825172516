"""What the log says of requests that failed for a reason of the platform's."""

import logging
from collections.abc import Iterator

import httpx
import pytest

from tests.builders.faults import silenced
from tests.conftest import make_tenant, serve
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import logs
from warmline_memory.settings import Settings
from warmline_memory.storage import Database


class Lines(logging.Handler):
    """Keeps lines as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logs.WithoutContents(logs.FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler, logger = Lines(), logging.getLogger("warmline.api")
    logger.addHandler(handler)
    yield handler.lines
    logger.removeHandler(handler)


def test_an_answer_of_503_leaves_a_line_with_its_cause_and_its_request_and_without_names(
    fragile: Settings, own_postgres: EmbeddedPostgres, lines: list[str]
) -> None:
    database = Database(fragile)
    tenant = make_tenant(database)
    database.close()
    headers = {"Authorization": f"Bearer {tenant.key}", "X-Request-ID": "r-42"}
    with serve(fragile) as url, httpx.Client(base_url=url, headers=headers, timeout=30) as http:
        http.get("/v1/whoami")
        with silenced(own_postgres):
            answer = http.delete("/v1/namespaces/dave@example.com")
    assert answer.status_code == 503
    [line] = [line for line in lines if "answered 503" in line]
    assert "Silent" in line
    assert "request_id=r-42" in line
    assert "dave@example.com" not in line
