"""A local stack that nobody started by hand: it comes when a coding agent needs it, and goes when nobody uses it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.builders.waits import eventually
from warmline import Warmline

WARMLINE = str(Path(sys.executable).with_name("warmline"))
SECONDS = 120.0
EVENT = {"hook_event_name": "SessionStart", "session_id": "7d0c", "source": "startup"}


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """That of somebody who has named no platform, with folders of their own."""
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        named = {"HOME": folder, "WARMLINE_HOME": f"{folder}/stack", "WARMLINE_PORT": "0"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
        yield kept | named


def stack_file(environment: dict[str, str]) -> Path:
    return Path(environment["WARMLINE_HOME"], "stack.json")


def begin_session(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """What a coding agent does at the start of a session."""
    event = json.dumps({**EVENT, "cwd": environment["HOME"]})
    command = [WARMLINE, "hook", "run", "claude-code"]
    return subprocess.run(
        command, input=event, env=environment, cwd=environment["HOME"], capture_output=True, text=True, check=True
    )


def whereabouts(environment: dict[str, str]) -> dict[str, Any]:
    return dict(json.loads(stack_file(environment).read_text()))


def test_a_session_that_begins_has_a_stack_started_and_the_next_one_finds_it(environment: dict[str, str]) -> None:
    Path(environment["HOME"], "celery.py").write_text("raise SystemExit('a program of the folder was run')")
    begin_session(environment)
    eventually(stack_file(environment).exists, seconds=SECONDS)
    told = whereabouts(environment)
    launcher = psutil.Process(told["pid"])
    try:
        with Warmline(told["url"], told["api_key"]) as client:
            assert list(client.sessions.list()) == []
        again = begin_session(environment)
        assert whereabouts(environment) == told
        assert again.stderr == ""
    finally:
        launcher.send_signal(signal.SIGTERM)
        launcher.wait(SECONDS)
    assert not stack_file(environment).exists()


def test_nothing_is_started_where_somebody_does_not_want_it(environment: dict[str, str]) -> None:
    asked = begin_session(environment | {"WARMLINE_ON_DEMAND": "no"})
    assert "There is no Warmline to talk to" in asked.stderr
    assert not Path(environment["WARMLINE_HOME"]).exists()


def test_a_stack_that_nobody_uses_stops_by_itself(environment: dict[str, str]) -> None:
    command = [WARMLINE, "up", "--stop-when-idle", "0.05"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=True)
    assert "Nobody has used it for 0.05 minutes" in done.stderr
    assert not stack_file(environment).exists()
