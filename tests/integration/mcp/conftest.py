"""A server that speaks MCP over HTTP, and what its processes are given."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import Api


def environment(api: Api, **more: str) -> dict[str, str]:
    return {**os.environ, "WARMLINE_URL": api.url, "WARMLINE_API_KEY": api.key, **more}


@pytest.fixture
def mcp_url(api: Api) -> Iterator[str]:
    """The address of a server over HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from warmline.cli import main; main()", "mcp", "--port", str(port)]
    # The server has no key of its own: each request brings one.
    given = {name: value for name, value in environment(api).items() if name != "WARMLINE_API_KEY"}
    server = subprocess.Popen(command, env=given)
    url = f"http://127.0.0.1:{port}/mcp"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.post(url, timeout=5)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(20)
