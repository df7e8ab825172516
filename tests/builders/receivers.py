"""Receivers of webhooks on the loopback interface: well-behaved ones, and others."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Headers = dict[str, str]


@dataclass
class Receiver:
    """What came in at an address, and what is answered: a status, headers and a body."""

    url: str = ""
    came: list[tuple[Headers, bytes]] = field(default_factory=list)
    status: int = 204
    headers: Headers = field(default_factory=dict)
    body: bytes = b""

    def wait(self, count: int = 1, seconds: float = 40.0) -> list[tuple[Headers, bytes]]:
        """What came in, once that is so much."""
        deadline = time.monotonic() + seconds
        while len(self.came) < count:
            assert time.monotonic() < deadline, f"{len(self.came)} of {count} came in"
            time.sleep(0.02)
        return self.came


@contextmanager
def receiving(**answer: object) -> Iterator[Receiver]:
    """An HTTP server that takes messages."""
    receiver = Receiver(**answer)  # type: ignore[arg-type]

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.status)
            for name, value in {"Content-Length": str(len(receiver.body)), **receiver.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(receiver.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/events"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def misbehaving(behave: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that does as told with every connection, until the event is set; its URL."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def serve(listening: socket.socket) -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=attend, args=(connection,)))
            threads[-1].start()

    def attend(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behave(connection, over)

    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/events"
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for one in threads:
                one.join()


def hang(connection: socket.socket, over: threading.Event) -> None:
    """Take the message, and never answer."""
    connection.recv(65_536)
    over.wait()


def drip(connection: socket.socket, over: threading.Event) -> None:
    """Answer a byte every now and then, and never come to an end."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.wait(0.1):
        connection.sendall(b"z")


def drip_body(connection: socket.socket, over: threading.Event) -> None:
    """Accept the message at once, and then never finish the body."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nthanks")
    while not over.wait(0.1):
        connection.sendall(b"z")


def flood(connection: socket.socket, over: threading.Event) -> None:
    """Accept the message, with a body that has no end."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"\x00x" * 32_768)


def hang_up(connection: socket.socket, over: threading.Event) -> None:
    """Take the message, and close the connection."""
    connection.recv(65_536)


def babble(connection: socket.socket, over: threading.Event) -> None:
    """Answer with something that is no HTTP."""
    connection.recv(65_536)
    connection.sendall(b"SSH-2.0-OpenSSH_9.7\r\n")
