"""Streams that are closed while a connection is open: nobody waits on, nothing fails, and nothing stays open."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from warmline import AsyncWarmline, ConnectionFailed, Stream, Warmline

# Seconds. How soon a stream must end.
SOON = 5


class Silent(BaseHTTPRequestHandler):
    """Sends the first line of an export, and then no more until the connection is closed."""

    protocol_version = "HTTP/1.1"
    closed: threading.Event

    def do_GET(self) -> None:
        line = b'{"type": "namespace"}\n'
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(line), line))
        self.rfile.read(1)
        self.closed.set()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Empty(Silent):
    """Answers an export without a line."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def serving(answers: type[Silent]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Silent, "closed", threading.Event(), raising=False)
    with serving(Silent) as url:
        yield url


@pytest.mark.parametrize("of", ["an export", "cases"])
def test_a_thread_that_waits_for_the_next_line_hears_of_the_end_and_of_no_failure(url: str, of: str) -> None:
    with Warmline(url, "wk-secret") as client:
        lines: Stream[str] = client.namespaces.export("user-dave") if of == "an export" else client.flags.cases()
        next(lines)
        threading.Timer(0.2, lines.close).start()
        assert list(lines) == []
    assert Silent.closed.wait(SOON)


def test_closing_a_stream_of_a_task_closes_its_connection_before_it_returns(url: str) -> None:
    async def read() -> bool:
        async with AsyncWarmline(url, "wk-secret") as client:
            lines = client.namespaces.export("user-dave")
            await anext(lines)
            await lines.aclose()
            # The thread of the server sees the end of the connection, although this loop does nothing more.
            return Silent.closed.wait(SOON)

    assert asyncio.run(read())


def test_an_export_without_a_line_was_cut_off() -> None:
    with serving(Empty) as url, Warmline(url, "wk-secret") as client, pytest.raises(ConnectionFailed, match="cut off"):
        list(client.namespaces.export("user-dave"))
