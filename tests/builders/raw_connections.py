"""Raw connections: what no well-behaved client sends, a byte at a time if need be."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def a_connection(url: str, *sent: bytes) -> Iterator[socket.socket]:
    """A connection to a server on which these pieces were sent."""
    at = urlsplit(url)
    with socket.create_connection((at.hostname, at.port), timeout=20) as connection:
        for piece in sent:
            connection.sendall(piece)
        yield connection


def head(method: str, path: str, **headers: object) -> bytes:
    """The head of a request; an underscore in a header's name stands for a dash."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def answer_on(connection: socket.socket) -> str:
    """One answer of the server, as far as it comes before the server hangs up."""
    said = b""
    while not _is_whole(said) and (piece := connection.recv(65_536)):
        said += piece
    return said.decode()


def _is_whole(said: bytes) -> bool:
    begin, blank, body = said.partition(b"\r\n\r\n")
    announced = re.search(rb"content-length: (\d+)", begin, re.IGNORECASE)
    return bool(blank) and (announced is None or len(body) >= int(announced[1]))


def seconds_until_closed(connection: socket.socket) -> float:
    """How long the server keeps a connection on which nothing more is sent."""
    began = time.monotonic()
    try:
        while connection.recv(65_536):
            pass
    except ConnectionError:
        pass
    return time.monotonic() - began
