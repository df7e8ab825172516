"""``warmline namespaces import --from`` without a file: what another tool keeps is read over its own API."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders.requests import get, post
from tests.conftest import Api, Command, Run, TenantKey, serve
from warmline_memory.settings import Settings

Answering = Callable[[str, str, dict[str, str], Any], Any]
"""What a server answers: to a method and a path, with its query and its body; None is 404."""


@contextmanager
def another_tool(answering: Answering, authorization: str) -> Iterator[str]:
    """A server of another tool, on a free port."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(None)

        def do_POST(self) -> None:
            self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def answer(self, body: Any) -> None:
            path = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(path.query).items()}
            allowed = self.headers["Authorization"] == authorization
            found = answering(self.command, path.path, query, body) if allowed else None
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def contents(api: Api, namespace: str = "user-dave") -> list[str]:
    return [one["content"] for one in get(api, "memories", namespace=namespace, limit=500)["items"]]


def test_everything_of_an_agent_is_asked_for_at_dakera(
    api: Api, run: Run, settings: Settings, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    # Warmline's own routes for Dakera's clients stand for Dakera, with another tenant's memories.
    there = client_of(new_tenant())
    post(
        there,
        "memories/batch",
        {"memories": [{"namespace": "dave", "content": f"Number {n}"} for n in range(150)]},
        201,
    )
    with serve(settings.model_copy(update={"dakera_routes": True})) as url:
        options = ["--from", "dakera", "--of", "dave", "--source-url", f"{url}/dakera", "--source-key", there.key]
        first = json.loads(run("import", *options, "--namespace", "user-dave", "--json"))
        again = json.loads(run("import", *options, "--namespace", "user-dave", "--json"))
    assert (first["stored"], again["stored"], again["were_there"]) == (150, 0, 150)
    assert sorted(contents(api)) == sorted(f"Number {n}" for n in range(150))


def test_everything_of_a_user_is_asked_for_at_mem0(api: Api, run: Run) -> None:
    def answering(method: str, path: str, query: dict[str, str], body: Any) -> Any:
        page = int(query["page"])
        assert (method, path, body) == ("POST", "/v3/memories/", {"filters": {"user_id": "user-dave"}})
        memory = {"id": f"m{page}", "memory": f"Page {page}", "user_id": "user-dave"}
        return {"count": 3, "next": "more" if page < 3 else None, "previous": None, "results": [memory]}

    with another_tool(answering, "Token secret") as url:
        options = ["--from", "mem0", "--of", "user-dave", "--source-url", url, "--source-key", "secret"]
        assert json.loads(run("import", *options, "--json"))["stored"] == 3
    assert sorted(contents(api)) == ["Page 1", "Page 2", "Page 3"]


@pytest.mark.parametrize(
    ("whose", "method", "path", "item"),
    [
        ("threads/t1", "GET", "/threads/t1/messages", {"role": "user", "content": "Said"}),
        ("graphs/g1", "POST", "/graphs/g1/edges/list", {"fact": "Said"}),
    ],
)
def test_a_thread_and_a_graph_are_asked_for_at_zep(
    api: Api, run: Run, whose: str, method: str, path: str, item: dict[str, str]
) -> None:
    def answering(asked: str, asked_path: str, query: dict[str, str], _body: Any) -> Any:
        assert (asked, asked_path) == (method, path)
        page = query.get("cursor", "1")
        return {"items": [{**item, "uuid": f"u{page}"}], "next_cursor": "2" if page == "1" else None}

    with another_tool(answering, "Api-Key secret") as url:
        options = ["--from", "zep", "--of", whose, "--source-url", url, "--source-key", "secret"]
        assert json.loads(run("import", *options, "-n", "user-dave", "--dry-run", "--json"))["memories"] == 2
        run("import", *options, "-n", "user-dave")
    assert "Said" in contents(api)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--from", "mem0", "--of", "dave", "--source-key", "wrong"], "answered 404"),
        (["--from", "zep", "--of", "dave", "--source-key", "secret"], "threads/UUID"),
    ],
)
def test_a_server_that_does_not_answer_is_told_with_what_it_said(
    command: Command, options: list[str], complaint: str
) -> None:
    with another_tool(lambda *_: None, "Token secret") as url:
        status, _, err = command("import", *options, "--source-url", url)
    assert (status, complaint in " ".join(err.split())) == (1, True)


def test_dakera_has_no_cloud_and_must_be_said_where_it_is(command: Command) -> None:
    status, _, err = command("import", "--from", "dakera", "--of", "dave")
    assert (status, "--source-url" in err) == (1, True)
