"""``warmline chat`` as a program of its own, with the bot that its page shows."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.builders.operators import an_operator
from tests.builders.waits import eventually
from tests.builders.web_chat import PATIENCE, Visitor
from tests.conftest import Api, Command

PAGE = Path(__file__).parents[3] / "docs" / "web-chat.md"
WARMLINE = Path(sys.executable).with_name("warmline")


def serves(process: subprocess.Popen[bytes], url: str) -> bool:
    assert process.poll() is None, "the chat did not start"
    try:
        return httpx.get(f"{url}/health", timeout=PATIENCE).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.usefixtures("worker")
def test_the_bot_of_the_page_answers_and_hands_over_and_the_service_ends_with_its_streams(
    api: Api, tmp_path: Path
) -> None:
    an_operator(api)
    [bot] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    (tmp_path / "my_bot.py").write_text(bot)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "WARMLINE_URL": api.url, "WARMLINE_API_KEY": api.key}
    command = [str(WARMLINE), "chat", "--port", str(port), "--bot", "my_bot:answer"]
    process = subprocess.Popen(command, env=environment, cwd=tmp_path)
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: serves(process, url), seconds=PATIENCE)
        visitor = Visitor(url)
        visitor.write("Hello")
        visitor.read_until("You wrote: Hello")
        visitor.write("I want a refund")
        visitor.read_until("I am getting a colleague.", waiting=True)
        with httpx.stream("GET", f"{url}/chat/stream", headers=visitor.headers, timeout=PATIENCE) as stream:
            process.send_signal(signal.SIGTERM)
            assert "I am getting a colleague." in stream.read().decode()
        # uvicorn ends in order, and then by the signal that it was sent.
        assert process.wait(PATIENCE) == -signal.SIGTERM
    finally:
        process.kill()
        process.wait()


def test_a_bot_that_is_not_there_is_said_before_anything_is_served(command: Command) -> None:
    status, _, error = command("chat", "--bot", "no_such_module:answer")
    assert status == 1
    assert "no_such_module:answer" in error
